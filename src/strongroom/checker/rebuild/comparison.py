"""Are two readings of a file the same? What is rebuilt must be what was judged."""

from collections.abc import Sequence

import pyarrow as pa

from strongroom.checker.artefacts import Artefact, FoundTable


def same_artefacts(judged: Sequence[Artefact], read: Sequence[Artefact]) -> bool:
    """Tell whether two readings found the same, cell by cell."""
    return len(judged) == len(read) and all(
        _same(one, other) for one, other in zip(judged, read, strict=True)
    )


def _same(one: Artefact, other: Artefact) -> bool:
    if not isinstance(one, FoundTable) or not isinstance(other, FoundTable):
        return one == other
    if one.where != other.where or one.table.schema != other.table.schema:
        return False
    return all(_same_column(*pair) for pair in zip(one.table.columns, other.table.columns, strict=True))


def _same_column(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    if one.equals(other):
        return True
    # Arrow holds NaN unequal to NaN; text spells both the same.
    return len(one) == len(other) and repr(one.to_pylist()) == repr(other.to_pylist())
