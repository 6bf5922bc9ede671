"""How sure a verdict is: calibrated on the public benchmark, for a stated share of files with leaks.

`calibration.json` holds a logistic regression on what the findings say (`features`), fitted by
`benchmarks/exfiltration/calibrate.py`, with where it comes from and how reliable it was on files it was not
fitted to. No finding makes a leak less likely: no coefficient is negative. A detector without findings in the
benchmark is taken to be right as often as verdicts of its severity were there.
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from strongroom.checker.finding import Finding, Verdict, worst
from strongroom.errors import InputError
from strongroom.thresholds import Thresholds, threshold

_TABLE = Path(__file__).with_name("calibration.json")
_FITTED = {"by", "data", "commit", "date", "held_out"}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_bits: float = threshold(
        60.0,
        "bits",
        "judgement: the calibration's cases hardly go beyond 60 bits; unbounded, one extreme value would "
        "outweigh every other feature",
    )


LIMITS = _Limits()


def confidence(findings: Sequence[Finding]) -> float:
    """Return how likely the strictest verdict among a file's findings is right, from 0 to 1.

    Right means, of a block or review, that the file carries participants' data; of a release, that it does
    not. A file blocked because nobody can read it may well be honest, and its confidence is low.
    """
    carries = probability(features(findings))
    released = worst([finding.severity for finding in findings]) is Verdict.RELEASE
    return 1 - carries if released else carries


def features(findings: Sequence[Finding]) -> dict[str, float]:
    """Return what a file's findings say, by name.

    `block` and `review` tell whether any finding is so severe, `block row-match` the same of one detector,
    `bits` is the largest evidence in tens of bits up to six, `rows` the base-10 logarithm of matched rows.
    """
    shown = {"intercept": 1.0}
    for finding in findings:
        if finding.severity is Verdict.RELEASE:
            continue
        severity = finding.severity.value
        shown[severity] = shown[f"{severity} {finding.detector}"] = 1.0
        shown["bits"] = max(shown.get("bits", 0.0), min(max(finding.bits, 0.0), LIMITS.most_bits) / 10)
        shown["rows"] = max(shown.get("rows", 0.0), math.log10(1 + max(finding.rows, 0)))
    return shown


def probability(shown: Mapping[str, float], fitted: Mapping[str, Any] | None = None) -> float:
    """Return the probability that a file with these features carries participants' data.

    `fitted` is a table such as `calibration` returns, by default that one.
    """
    table = fitted or calibration()
    odds = sum(_weight(name, table) * value for name, value in shown.items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


def _weight(name: str, table: Mapping[str, Any]) -> float:
    """Return a feature's coefficient, for one that was never fitted that of an unknown detector."""
    if name in table["coefficients"]:
        return float(table["coefficients"][name])
    severity, _, detector = name.partition(" ")
    return float(table["unknown"].get(severity, 0.0)) if detector else 0.0


@cache
def calibration() -> Mapping[str, Any]:
    """Return the fitted table: prevalence, coefficients, those of unknown detectors, and how it was fitted.

    Raises InputError for a table that does not say so.
    """
    table: Mapping[str, Any] = json.loads(_TABLE.read_text(encoding="utf-8"))
    missing = _FITTED - table.get("fitted", {}).keys()
    if missing:
        hint = "Fit it with benchmarks/exfiltration/calibrate.py --write."
        raise InputError(
            f"does not say how it was fitted: {', '.join(sorted(missing))}.", file=_TABLE, hint=hint
        )
    return table
