"""Leaves of decision trees written as text: JSON, Graphviz, and what R and gradient boosting print."""

import re
from collections.abc import Iterator

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    text_read: int = threshold(8_000_000, "characters of a text", "cost: bounds the search of one text")
    least_splits: int = threshold(
        2, "splits", "judgement: a single threshold beside counts is a setting, not a tree"
    )


LIMITS = _Limits()

_SPLIT = re.compile(r'"(?:threshold|split\w*|left\w*|yes|children|feature\w*)"\s*:')
_INNERMOST = re.compile(r"\{[^{}]*\}")
_PEOPLE = re.compile(
    r'"(?:n|nobs|n_?obs|n_?samples|samples|n_node_samples|cover|count|leaf_count|size|weight)"\s*:\s*'
    r"(\d+)(?:\.0*)?(?=\s*[,}])"
)
_VALUE = re.compile(
    r'"(?:value|values|leaf|leaf_value|pred\w*|yval|mean|output|response|label|score|class)"\s*:'
)
# What other programs print for a leaf; the first group is its number of people.
_PRINTED = (
    re.compile(r"samples = (\d+)(?:\\n|<br/>|\n)\s*value\b"),  # scikit-learn's Graphviz
    re.compile(r"\bleaf=[-\d.e+]+,cover=(\d+)(?![\d.]*[1-9])"),  # XGBoost
    re.compile(r"^leaf_count=([\d ]+)$", re.MULTILINE),  # LightGBM
    re.compile(
        r"^ *\d+\) .*?[^\d.](\d+) +[-\d.e+]+ +[-\d.e+]+(?: \([^)]*\))? \*$", re.MULTILINE
    ),  # rpart, tree
    re.compile(r"^ *\d+\)\* +weights = (\d+)", re.MULTILINE),  # party
    re.compile(r": [-\w.]+ \(n = (\d+), err = ", re.MULTILINE),  # partykit
)


def people_in_leaves(text: str) -> list[int]:
    """Return how many people each leaf of the trees in a text has, as far as it says so."""
    text = text[: LIMITS.text_read]
    return [*_in_json(text), *_printed(text)]


def _in_json(text: str) -> Iterator[int]:
    splits = _SPLIT.finditer(text)
    if any(next(splits, None) is None for _ in range(LIMITS.least_splits)):
        return
    for match in _INNERMOST.finditer(text):
        people = _PEOPLE.search(match[0])
        if people is not None and _VALUE.search(match[0]):
            yield int(people[1])


def _printed(text: str) -> Iterator[int]:
    for form in _PRINTED:
        yield from (int(each) for match in form.finditer(text) for each in match[1].split())
