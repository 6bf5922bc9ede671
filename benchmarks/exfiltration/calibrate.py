"""Calibrate the confidence of verdicts: fit the odds that a file carries people to what its findings say.

    python benchmarks/exfiltration/rates.py --rows development.jsonl
    python benchmarks/exfiltration/rates.py --held-out --seed 2 --rows held-out.jsonl
    python benchmarks/exfiltration/calibrate.py development.jsonl --held-out held-out.jsonl --write
    python benchmarks/exfiltration/calibrate.py --attacks attacks.jsonl --honest honest.jsonl

Takes about 2 s, 2 s with --quick: without outcomes it prints the stored table.

With --attacks and --honest the files are from elsewhere: documents of `strongroom check --json`, one a line,
with `file` and, where it is not the folder of `file`, `maker` beside the rest. The fit that judges a file is
of other makers' files.

A ridge-penalised logistic regression on named features (Le Cessie and van Houwelingen 1992), attacks and
honest files weighted to a stated prevalence, because a benchmark has far more attacks than an airlock sees.
Folds of the cross-validation leave whole classes out. The reliability of the fit is measured on the third
of parameters that is held out. A detector with findings in fewer than three files has no coefficient: it
counts as a verdict of its severity does on average.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import rankdata

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.exfiltration._fitted import statement
from benchmarks.exfiltration.ablation import all_findings

from strongroom.checker import Finding, Verdict
from strongroom.checker.confidence import features as said_by
from strongroom.checker.confidence import probability

TARGET = Path(__file__).parents[2] / "src" / "strongroom" / "checker" / "calibration.json"
_PENALTY = 0.03
_FOLDS = 5
_RARE = 3
_SEVERE = (Verdict.BLOCK.value, Verdict.REVIEW.value)
_BINS = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0)

Floats = NDArray[np.float64]
Row = dict[str, Any]
Fitted = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Judged:
    """Judged files: what each shows, whether it carries people (1) or not (0), and the class it is of."""

    shown: list[dict[str, float]]
    truth: Floats
    classes: list[str]


def features(findings: Sequence[Sequence[Any]]) -> dict[str, float]:
    """Return what a file's findings say by name, given as `rates.py --rows` writes them."""
    return said_by(
        [
            Finding(detector, Verdict(severity), "", "", rows=rows, bits=bits)
            for detector, severity, bits, rows, *_ in findings
        ]
    )


def read(*paths: Path) -> Judged:
    """Read outcomes; hard negatives of invented people are of neither kind and left out."""
    shown, truth, classes = [], [], []
    for line in (line for path in paths for line in path.read_text(encoding="utf-8").splitlines()):
        row: Row = json.loads(line)
        family, name = row["case"]["family"], row["case"]["name"]
        if row["error"] or family == "hard negative":
            continue
        carries = family in {"attack", "composition"} or name.startswith("corrected")
        shown.append(features(row["findings"]))
        truth.append(float(carries))
        classes.append(f"{family} {name} {row['case']['parameters'].get('kind', '')}")
    return Judged(shown, np.array(truth), classes)


def read_documents(attacks: Path, honest: Path) -> Judged:
    """Read verdicts on attacks and on honest files from elsewhere; the class of a file is who made it."""
    shown, truth, makers = [], [], []
    for path, carries in ((attacks, 1.0), (honest, 0.0)):
        for line in path.read_text(encoding="utf-8").splitlines():
            row: Row = json.loads(line)
            found = [each for file in row["files"] for each in all_findings(file["findings"])]
            shown.append(
                features([(one["detector"], one["severity"], one["bits"], one["rows"]) for one in found])
            )
            truth.append(carries)
            makers.append(str(row.get("maker") or Path(row["file"]).parent))
    return Judged(shown, np.array(truth), makers)


def auc(predicted: Floats, truth: Floats) -> float:
    """Return the probability that an attack ranks above an honest file (Mann and Whitney 1947)."""
    ranks = rankdata(predicted)
    attacks = int(truth.sum())
    rest = len(truth) - attacks
    return float((ranks[truth == 1].sum() - attacks * (attacks + 1) / 2) / (attacks * rest))


def fit(shown: Sequence[dict[str, float]], truth: Floats, prevalence: float) -> Fitted:
    """Return coefficients of the features seen in three files or more, and of what is `unknown` by severity.

    They are natural logarithms of odds.
    """
    counts: dict[str, int] = {}
    for each in shown:
        for name in each:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, count in counts.items() if count >= _RARE)
    held = matrix(shown, names)
    shares = np.where(truth == 1, prevalence / truth.sum(), (1 - prevalence) / (1 - truth).sum())
    weights = shares * len(truth)
    penalty = np.where(np.array(names) == "intercept", 0.0, _PENALTY)

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        odds = held @ coefficients
        chances = 1 / (1 + np.exp(-odds))
        value = float(weights @ (np.logaddexp(0, odds) - truth * odds) + penalty @ coefficients**2 / 2)
        slope: Floats = held.T @ (weights * (chances - truth)) + penalty * coefficients
        return value, slope

    # No finding speaks for a file: more evidence must never lower the odds.
    bounds = [(None, None) if name == "intercept" else (0.0, None) for name in names]
    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds)
    coefficients = {name: round(float(value), 4) for name, value in zip(names, found.x, strict=True)}
    unknown = {each: _unknown(each, shown, truth, prevalence, coefficients) for each in _SEVERE}
    return {"coefficients": coefficients, "unknown": unknown}


def _unknown(
    severity: str,
    shown: Sequence[dict[str, float]],
    truth: Floats,
    prevalence: float,
    coefficients: dict[str, float],
) -> float:
    """Return what a detector weighs that was never heard: as sure as its severity's verdicts on average.

    One more file of either kind keeps the odds finite (Laplace's rule of succession).
    """
    heard = np.array([severity in each for each in shown])
    right = (heard[truth == 1].sum() + 1) / (truth.sum() + 2)
    wrong = (heard[truth == 0].sum() + 1) / ((1 - truth).sum() + 2)
    odds = np.log(prevalence * right) - np.log((1 - prevalence) * wrong)
    known = coefficients.get("intercept", 0.0) + coefficients.get(severity, 0.0)
    return round(max(0.0, float(odds) - known), 4)


def matrix(shown: Sequence[dict[str, float]], names: Sequence[str]) -> Floats:
    """Return features as numbers, shape (files, names)."""
    return np.array([[each.get(name, 0.0) for name in names] for each in shown])


def chances(shown: Sequence[dict[str, float]], fitted: Fitted) -> Floats:
    """Return for each file the probability that it carries people."""
    return np.array([probability(each, fitted) for each in shown])


def reliability(predicted: Floats, truth: Floats, prevalence: float) -> dict[str, Any]:
    """Return Brier score, expected calibration error and the table behind it, at the stated prevalence."""
    weights = np.where(truth == 1, prevalence / truth.sum(), (1 - prevalence) / (1 - truth).sum())
    table, error = [], 0.0
    for low, high in pairwise(_BINS):
        inside = (predicted >= low) & ((predicted < high) | (high == _BINS[-1]))
        share = float(weights[inside].sum())
        if share:
            mean = float(weights[inside] @ predicted[inside]) / share
            seen = float(weights[inside] @ truth[inside]) / share
            error += share * abs(mean - seen)
            table.append([low, high, int(inside.sum()), round(mean, 4), round(seen, 4)])
    brier = float(weights @ (predicted - truth) ** 2)
    rank = round(auc(predicted, truth), 4)
    return {
        "auc": rank,
        "brier": round(brier, 5),
        "expected calibration error": round(error, 5),
        "table": table,
    }


def cross_validated(judged: Judged, prevalence: float) -> dict[str, Any]:
    """Return the reliability where whole classes are left out of the fit that judges them."""
    classes = sorted(set(judged.classes))
    fold = {name: place % _FOLDS for place, name in enumerate(np.random.default_rng(1).permutation(classes))}
    folds = np.array([fold[name] for name in judged.classes])
    predicted = np.zeros(len(judged.truth))
    for number in range(_FOLDS):
        inside = np.flatnonzero(folds != number)
        fitted = fit([judged.shown[place] for place in inside], judged.truth[inside], prevalence)
        outside = np.flatnonzero(folds == number)
        predicted[outside] = chances([judged.shown[place] for place in outside], fitted)
    return reliability(predicted, judged.truth, prevalence)


def calibration(development: Judged, held_out: Judged | None, prevalence: float) -> dict[str, Any]:
    """Return the content of `calibration.json`; without held-out outcomes the cross-validation scores it."""
    fitted = fit(development.shown, development.truth, prevalence)
    crossed = cross_validated(development, prevalence)
    found = crossed if held_out is None else held_out_reliability(held_out, fitted, prevalence)
    files, attacks = len(development.truth), int(development.truth.sum())
    classes = len(set(development.classes))
    data = f"outcomes of {files:,} files, {attacks:,} of them attacks, of {classes:,} classes or makers"
    how = statement(__file__, data=data, held_out=_scores(found))
    return {"fitted": how | {"cross_validated": crossed}, "prevalence": prevalence, **fitted}


def check(held_out: Judged) -> dict[str, float]:
    """Return the scores of the stored table on outcomes that were held out."""
    stored = json.loads(TARGET.read_text(encoding="utf-8"))
    return _scores(held_out_reliability(held_out, stored, stored["prevalence"]))


def held_out_reliability(held_out: Judged, fitted: Fitted, prevalence: float) -> dict[str, Any]:
    """Return the reliability of a fit on other files, and how many these are."""
    found = reliability(chances(held_out.shown, fitted), held_out.truth, prevalence)
    return {"files": len(held_out.truth), **found}


def text(content: dict[str, Any]) -> str:
    """Return the content as it is stored."""
    return json.dumps(content, indent=1) + "\n"


def _scores(found: dict[str, Any]) -> dict[str, float]:
    return {name: value for name, value in found.items() if name != "table"}


def main() -> int:
    """Fit, print, and with --write store the table; without outcomes, print the stored one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("development", type=Path, nargs="*", help="outcomes, of attacks and of honest files")
    parser.add_argument("--held-out", type=Path, help="outcomes to measure the reliability on")
    parser.add_argument("--attacks", type=Path, help="verdicts on attacks from elsewhere")
    parser.add_argument("--honest", type=Path, help="verdicts on honest files from elsewhere")
    parser.add_argument("--prevalence", type=float, default=0.01, help="share of files that carry people")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--quick", action="store_true", help="changes nothing: all benchmarks take it")
    chosen = parser.parse_args()
    if not (chosen.development or chosen.attacks):
        print(TARGET.read_text(encoding="utf-8") if TARGET.exists() else "Nothing is fitted yet.")
        return 0
    held_out = read(chosen.held_out) if chosen.held_out else None
    elsewhere = chosen.attacks is not None
    files = read_documents(chosen.attacks, chosen.honest) if elsewhere else read(*chosen.development)
    found = calibration(files, held_out, chosen.prevalence)
    print(text(found))
    if chosen.write:
        TARGET.write_text(text(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
