"""Labels of bins, such as "(18.5, 25.0]", "<5" or "Q3": their numbers give the order of the bins."""

import re

import numpy as np
import pyarrow as pa

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import ValueKind, Values, as_one_array
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_labels: int = threshold(3, "labels", "judgement: two labels with numbers are any two codes")
    most_labels: int = threshold(24, "labels", "judgement: more are codes or free text")
    known_share: float = threshold(
        0.5, "share of labels", "judgement: labels that are mostly the cohort's own are its categories"
    )


LIMITS = _Limits()

_NUMBER = re.compile(r"(?<![\d.])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_BELOW = re.compile(r"^[^\w<≤-]*(?:<|≤|-inf|under|below|up to|less)", re.IGNORECASE)
_ABOVE = re.compile(r"^[^\w>≥]*[>≥]")


def ordered_bins(column: pa.ChunkedArray, hashed: Values, held: CohortColumns, index: Index) -> Values | None:
    """Return a column of labels as the numbers of their bins, shape (rows,); None if it is no such column.

    `hashed` is the column in comparable form. Labels that the cohort itself uses are left unchanged.
    """
    if hashed.kind is not ValueKind.TEXT or _used(hashed, held, index):
        return None
    texts = as_one_array(column)
    labels = texts.dictionary_encode() if not pa.types.is_dictionary(texts.type) else texts
    words = [str(each) for each in labels.dictionary.to_pylist()]
    if len(words) > 2 * LIMITS.most_labels:
        return None
    present = [word for word in words if _NUMBER.search(word)]
    places = [_place(word) for word in present]
    if not LIMITS.least_labels <= len(present) <= LIMITS.most_labels or len(set(places)) < len(places):
        return None
    order = {word: float(rank) for rank, (_, word) in enumerate(sorted(zip(places, present, strict=True)))}
    by_code = np.array([*(order.get(word, np.nan) for word in words), np.nan])
    codes = labels.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    return Values(ValueKind.NUMBER, by_code[codes.astype(np.int64)], 0)


def _place(word: str) -> tuple[float, int]:
    """Return the position of a label: its first number, and whether it means below or above."""
    found = _NUMBER.search(word)
    number = float(found.group()) if found else 0.0
    return number, -1 if _BELOW.search(word) else int(bool(_ABOVE.search(word)))


def _used(hashed: Values, held: CohortColumns, index: Index) -> bool:
    labels = np.unique(hashed.keys[~np.isnan(hashed.keys)])
    theirs = (name for name, each in index.columns.items() if each.kind is ValueKind.TEXT)
    return len(labels) == 0 or any(
        np.mean(np.isin(labels, held.coded(name).distinct)) >= LIMITS.known_share for name in theirs
    )
