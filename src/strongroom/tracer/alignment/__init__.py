"""Which cell of a found file is whose and of which column: worked out before anybody's bits are looked at."""

from strongroom.tracer.alignment.model import AlignedColumn, AlignedTables, Alignment, Pairs, Reaches
from strongroom.tracer.alignment.table_alignment import align

__all__ = ["AlignedColumn", "AlignedTables", "Alignment", "Pairs", "Reaches", "align"]
