"""How much information a file holds: the compressed size of its content, by kind of output.

Even an unknown hiding place needs room: the compressed size bounds what can be hidden.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from strongroom.checker.contents.drawing_kind import Drawn, drawn_as
from strongroom.checker.contents.found import (
    Artefact,
    FoundOpaque,
    FoundPicture,
    FoundTable,
    FoundText,
    Origin,
)
from strongroom.checker.table_types import RecognisedType
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.checker.unexplained import unexplained_bits, words_of
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    zlib_level: int = threshold(
        6,
        "zlib level",
        "cost: zlib's own default; higher levels take several times as long for a few per cent",
    )
    text_read: int = threshold(
        4 << 20,
        "characters of a text",
        "cost: bounds the compression of one text; the size of the rest is extrapolated",
    )
    rows_read: int = threshold(
        4_096, "rows of a table", "cost: bounds the compression of one table; the rest is extrapolated"
    )
    blocks: int = threshold(
        8,
        "blocks of rows",
        "judgement: rows read in one block would represent only one part of a sorted table",
    )


LIMITS = _Limits()


_SPACES = re.compile(r"[ \t]+")
VARIANTS, SERIES, TABLES, TEXTS, PICTURES = "variants", "series", "tables", "texts", "pictures"
UNEXPLAINED = "unexplained"
"""Bytes of words that nothing explains; they are part of the tables and texts, so no sum contains them."""
# Curves, series and draws are long by nature, tables for people are not.
_LONG = {
    RecognisedType.CURVE,
    RecognisedType.BINS,
    RecognisedType.TIME_SERIES,
    RecognisedType.PANEL,
    RecognisedType.MATRIX,
    RecognisedType.DRAWS,
    RecognisedType.CODE_LIST,
    RecognisedType.MODEL,
    RecognisedType.SURVIVAL,
}


def incompressible_bytes(artefacts: Sequence[Artefact], kinds: Iterable[str]) -> Counter[str]:
    """Return how many bytes remain of what was found when compressed, by kind of output (`output_kind`).

    The kinds are variants, series, tables, texts and pictures, and beside them the unexplained words. What
    stands in a file twice, as a text and as the tables in it or decoded from it, counts as tables once.
    Large tables are estimated from a part.
    """
    sizes: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    texts = [each for each in artefacts if isinstance(each, FoundText)]
    in_texts = tuple(f"{each.where} > " for each in texts)
    outermost = [each for each in texts if not (each.left_out or each.where.startswith(in_texts))]
    for artefact, kind in zip(artefacts, kinds, strict=True):
        if isinstance(artefact, FoundTable):
            sizes[kind] += _table(artefact)
            rows[artefact.where.split(" > table at line")[0]] += artefact.total_rows + 1
        elif not isinstance(artefact, FoundText):
            sizes[kind] += _other(artefact)
    for text in outermost:
        lines = text.text.count("\n") + 1
        sizes[TEXTS] += round(_text(text.text) * max(0.0, 1 - rows[text.where] / lines))
    tables = [
        each
        for each in artefacts
        if isinstance(each, FoundTable)
        and each.origin is Origin.TABLE
        and not each.where.startswith(in_texts)
    ]
    sizes[UNEXPLAINED] = _unexplained(outermost, tables)
    return sizes


def _unexplained(texts: Sequence[FoundText], tables: Sequence[FoundTable]) -> int:
    """Return the bytes of words that nothing explains; a table in a text is part of the text."""
    words = words_of(each.text for each in texts)
    for table in tables:
        words.update(_words_of_table(table))
    return round(unexplained_bits(words) / 8)


def _words_of_table(found: FoundTable) -> Counter[str]:
    """Return the words of a table's different cells: how often one repeats is a value, which others judge."""
    cells = [
        cell
        for column in found.table.columns
        if pa.types.is_large_string(column.type) or pa.types.is_string(column.type)
        for cell in column.unique().to_pylist()
    ]
    return words_of([*found.table.column_names, *(cell for cell in cells if cell)])


def output_kind(examined: Examined) -> str:
    """Return the kind of output that something found counts as."""
    if not isinstance(examined, ExaminedTable):
        return PICTURES if isinstance(examined.found, FoundPicture) else TEXTS
    origin = examined.found.origin
    if origin is Origin.DECODED:
        return TEXTS
    known = examined.recognised.type
    if known is RecognisedType.VARIANTS:
        return VARIANTS
    return SERIES if known in _LONG or origin in {Origin.COORDINATES, Origin.MODEL} else TABLES


def kilobytes(carried: Mapping[str, int]) -> float:
    """Return what counts over time: everything but tables of variants, which are large by nature."""
    return sum(size for kind, size in carried.items() if kind not in {VARIANTS, UNEXPLAINED}) / 1_000


def _table(found: FoundTable) -> int:
    if found.origin is Origin.DECODED or drawn_as(found) is Drawn.ROWS:
        return 0  # the text it was decoded from is counted, or the shapes
    part = found.table
    if part.num_rows > LIMITS.rows_read:
        starts = range(0, part.num_rows, part.num_rows // LIMITS.blocks)
        part = pa.concat_tables([part.slice(start, LIMITS.rows_read // LIMITS.blocks) for start in starts])
    share = found.total_rows / max(part.num_rows, 1)
    size: int = round(share * sum(_compressed(column) for column in part.columns))
    return size


def _compressed(column: pa.ChunkedArray) -> int:
    """Return the compressed size of a column's cells, column by column as data compress best."""
    cells = "\n".join("" if cell is None else str(cell) for cell in column.to_pylist())
    return len(zlib.compress(cells.encode("utf-8", "replace"), LIMITS.zlib_level))


def _text(text: str) -> int:
    part = _SPACES.sub(" ", text[: LIMITS.text_read])
    size = len(zlib.compress(part.encode("utf-8", "replace"), LIMITS.zlib_level))
    return round(size * max(1.0, len(text) / LIMITS.text_read))


def _other(artefact: Artefact) -> int:
    if isinstance(artefact, FoundPicture):
        return artefact.size
    return artefact.compressed if isinstance(artefact, FoundOpaque) else 0
