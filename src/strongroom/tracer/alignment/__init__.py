"""Aligning a found file with the cohort: which cell belongs to which participant and column.

It happens before any project's bits are looked at.
"""

from strongroom.tracer.alignment.model import AlignedColumn, AlignedTables, Alignment, Pairs, Reaches
from strongroom.tracer.alignment.table_alignment import align

__all__ = ["AlignedColumn", "AlignedTables", "Alignment", "Pairs", "Reaches", "align"]
