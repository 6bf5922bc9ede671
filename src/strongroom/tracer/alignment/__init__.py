"""Which cell of a found file is whose and of which column: worked out before anybody's bits are looked at."""

from strongroom.tracer.alignment.align import align
from strongroom.tracer.alignment.model import AlignedColumn, Alignment, Pairs, Reaches

__all__ = ["AlignedColumn", "Alignment", "Pairs", "Reaches", "align"]
