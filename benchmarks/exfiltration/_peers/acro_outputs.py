"""What ACRO says of its own outputs: it judges the commands it runs itself, and no file that others made."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from benchmarks.elsewhere import available
from benchmarks.exfiltration._cohorts import Source
from benchmarks.exfiltration._peers import patterns

_Output = tuple[str, bool, str, dict[str, list[Any]]]


@dataclass(frozen=True)
class Told:
    """One output: what it is, whether it gives a person away, and ACRO's word for it."""

    output: str
    discloses: bool
    status: str


def told(source: Source, seed: int) -> Iterator[Told]:
    """Yield ACRO's statuses for outputs over a cohort; nothing where it is not installed."""
    if not available():
        return
    for output, discloses, command, columns in _outputs(source, np.random.default_rng(seed)):
        yield Told(output, discloses, patterns.ask({"acro": command, "columns": columns})["status"])


def _outputs(source: Source, draw: np.random.Generator) -> Iterator[_Output]:
    values = source.people[source.telling[0]].drop_nulls().to_numpy()[:2_000].astype(float)
    size = len(values)
    groups, sides = (draw.choice(list(letters), size).tolist() for letters in ("abc", "uv"))
    few = ["rare"] * 3 + groups[3:]
    shown, other = values.tolist(), draw.normal(size=size).tolist()
    yield "crosstab, all cells of ten or more", False, "crosstab", {"a": groups, "b": sides}
    yield "crosstab with cells of fewer than four", True, "crosstab", {"a": few, "b": sides}
    yield "means by group", False, "mean", {"a": groups, "x": shown}
    yield "means by group, one of three people", True, "mean", {"a": few, "x": shown}
    yield "regression", False, "regression", {"x": shown, "age": other}
    yield (
        "regression of eleven people on two variables",
        True,
        "regression",
        {
            "x": shown[:11],
            "age": other[:11],
            "bmi": other[11:22],
        },
    )
