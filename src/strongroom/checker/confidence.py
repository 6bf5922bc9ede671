"""The probability of a leak and the people exposed, by a file's findings, for a stated prior.

`calibration.json` holds a logistic regression on features of the findings (`features`), fitted by
`benchmarks/exfiltration/calibrate.py`, and states how it was fitted and how well calibrated it was on files
the fit did not use. No coefficient is negative: a finding never makes a file look safer. A detector without a
coefficient counts as verdicts of its severity do on average.

A release says how probable a leak is all the same, not that there is none: what no detector examines no
calibration knows.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from strongroom.checker.finding import Finding, Verdict, worst
from strongroom.fitted import read_fitted
from strongroom.thresholds import Thresholds, threshold

_TABLE = Path(__file__).with_name("calibration.json")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_bits: float = threshold(
        60.0,
        "bits",
        "judgement: the calibration's cases hardly go beyond 60 bits; unbounded, one extreme value would "
        "outweigh every other feature",
    )


LIMITS = _Limits()

_TAIL = 0.025  # fixed: each side of a 95 % interval


@dataclass(frozen=True)
class Exposure:
    """How many people a file exposes: the expected number, and a 95 % interval.

    The findings count some people, or rows or cells of people, and are right with some probability; nobody
    is exposed if they are not.
    """

    expected: float
    low: int
    high: int


def exposure(findings: Sequence[Finding]) -> Exposure | None:
    """Return how many people a file exposes by its findings; None where they count nobody."""
    held = [finding for finding in findings if finding.severity is not Verdict.RELEASE]
    people = max((max(each.participants, each.rows - each.chance) for each in held), default=0)
    if people < 1:
        return None
    leak = leak_probability(findings)
    whole = round(people)
    return Exposure(leak * people, whole * (leak > 1 - _TAIL), whole * (leak >= _TAIL))


def leak_probability(findings: Sequence[Finding]) -> float:
    """Return the probability, 0 to 1, that a file with these findings carries participants' data.

    It holds where the share of disclosive files is the one the calibration states (`prior`).
    """
    return probability(features(findings))


def prior() -> float:
    """Return the share of disclosive files that the probabilities assume."""
    return float(calibration()["prevalence"])


def confidence(findings: Sequence[Finding]) -> float:
    """Return the probability, 0 to 1, that the strictest verdict among a file's findings is right.

    A block or review is right if the file carries participants' data, a release if it does not. A file
    blocked because it cannot be read may well be harmless, so its confidence is low.
    """
    carries = leak_probability(findings)
    released = worst([finding.severity for finding in findings]) is Verdict.RELEASE
    return 1 - carries if released else carries


def features(findings: Sequence[Finding]) -> dict[str, float]:
    """Return the features of a file's findings, by name.

    `block` and `review` are 1 if any finding has that severity, `block row-match` if one of that detector
    has. `bits` is the strongest evidence in tens of bits, at most 6; `rows` is log10 of the matched rows + 1.
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

    `fitted` is a table of the form `calibration` returns, which is the default.
    """
    table = fitted or calibration()
    odds = sum(_weight(name, table) * value for name, value in shown.items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


def _weight(name: str, table: Mapping[str, Any]) -> float:
    """Return a feature's coefficient; one that was not fitted has that of an unknown detector."""
    if name in table["coefficients"]:
        return float(table["coefficients"][name])
    severity, _, detector = name.partition(" ")
    return float(table["unknown"].get(severity, 0.0)) if detector else 0.0


@cache
def calibration() -> Mapping[str, Any]:
    """Return prevalence, coefficients, those of unknown detectors, and how they were fitted."""
    return read_fitted(_TABLE)
