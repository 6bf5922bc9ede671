"""The same output put to ACRO and to the library: a question for the one, a call of the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from benchmarks.privacy._acro_data import Records
from benchmarks.privacy._peer import ask

from strongroom.disclosure import (
    Checked,
    Status,
    check_extremes,
    check_means,
    check_modes,
    check_quantiles,
    check_regression,
    check_spreads,
    check_survival,
    check_table,
)

_POLICY = "acro"
_OURS = {
    "mean": check_means,
    "sum": check_means,
    "std": check_spreads,
    "mode": check_modes,
    "max": check_extremes,
    "min": check_extremes,
}


@dataclass(frozen=True)
class Judged:
    """What both say of an output, and how many of the cells that hold somebody each would not show."""

    theirs: str
    ours: Checked
    their_cells: frozenset[tuple[int, ...]] = frozenset()
    our_cells: frozenset[tuple[int, ...]] = frozenset()

    @property
    def our_status(self) -> Status:
        """The library's word."""
        return self.ours.status

    @property
    def missed(self) -> frozenset[tuple[int, ...]]:
        """The cells that ACRO would not show and the library would."""
        return self.their_cells - self.our_cells

    @property
    def reasons(self) -> str:
        """Why the library would not show it."""
        return "; ".join(dict.fromkeys(breach.reason.words for breach in self.ours.breaches))


def counts(records: Records, rows: Sequence[str], columns: Sequence[str], *, margins: bool = False) -> Judged:
    """Ask for a cross table of counts."""
    question = {
        "command": "crosstab",
        "rows": [records.keys[each] for each in rows],
        "columns": [records.keys[each] for each in columns],
        "margins": margins,
    }
    answer = ask({"acro": question})
    cells = cross_table(records, rows, columns)
    totals = {"row_totals": cells.sum(axis=1), "column_totals": cells.sum(axis=0)} if margins else {}
    found = check_table(cells, policy=_POLICY, **totals)
    inside = frozenset(
        tuple(each) for each in answer["cells"] if each[0] < len(cells) and each[1] < cells.shape[1]
    )
    return Judged(answer["status"], found, inside, _places(found))


def magnitudes(
    records: Records, rows: Sequence[str], columns: Sequence[str], statistic: str, **more: Any
) -> Judged:
    """Ask for a cross table of a statistic of the values, or without `columns` for a pivot table."""
    question: dict[str, Any] = {
        "rows": [records.keys[each] for each in rows],
        "values": records.values.tolist(),
        "statistic": statistic,
    }
    if columns:
        question |= {"command": "crosstab", "columns": [records.keys[each] for each in columns]}
    else:
        question["command"] = "pivot"
    answer = ask({"acro": question})
    names = [_joined(records, rows), _joined(records, columns)]
    groups = ["\t".join(pair) for pair in zip(*names, strict=True)]
    if statistic == "median":
        found = check_quantiles(records.values, [0.5], groups, policy=_POLICY, **more)
    else:
        found = _OURS[statistic](records.values, groups, policy=_POLICY, **more)
    labels = [sorted(set(each)) for each in names]
    order = [
        tuple(labels[side].index(part) for side, part in enumerate(group.split("\t")))
        for group in sorted(set(groups))
    ]
    failed = found.failed.reshape(len(order), -1).any(axis=1)
    held = frozenset(order)
    ours = frozenset(place for place, fails in zip(order, failed.tolist(), strict=True) if fails)
    return Judged(answer["status"], found, frozenset(tuple(each) for each in answer["cells"]) & held, ours)


def regression(model: str, outcome: Any, terms: Sequence[Any]) -> Judged:
    """Ask for a regression on terms, the constant among them."""
    question = {
        "command": "regression",
        "model": model,
        "outcome": np.asarray(outcome, float).tolist(),
        "terms": [np.asarray(term, float).tolist() for term in terms],
    }
    answer = ask({"acro": question})
    found = check_regression(np.column_stack(terms), outcome=outcome, policy=_POLICY)
    return Judged(answer["status"], found)


def survival(times: Any, events: Any) -> Judged:
    """Ask for a table of a survival function, a step for each time."""
    answer = ask({"acro": {"command": "survival", "times": times.tolist(), "events": events.tolist()}})
    steps = np.unique(times)
    had = np.array([np.count_nonzero(events[times == step]) for step in steps])
    left = np.array([np.count_nonzero(times >= step) for step in steps])
    return Judged(answer["status"], check_survival(had, left, policy=_POLICY))


def cross_table(records: Records, rows: Sequence[str], columns: Sequence[str]) -> Any:
    """Count records by rows and columns, both in order of their names."""
    down, across = (np.unique(_joined(records, each), return_inverse=True)[1] for each in (rows, columns))
    table = np.zeros((down.max() + 1, across.max() + 1))
    np.add.at(table, (down, across), 1)
    return table


def _joined(records: Records, names: Sequence[str]) -> list[str]:
    if not names:
        return [""] * len(records.values)
    return ["/".join(each) for each in zip(*(records.keys[name] for name in names), strict=True)]


def _places(found: Checked) -> frozenset[tuple[int, ...]]:
    return frozenset(tuple(each) for each in np.argwhere(found.failed).tolist())
