"""Refit all fitted numbers: the digit reader, the confidence of verdicts, two models of tables and of texts.

    python benchmarks/refit.py                              fit all and print their scores
    python benchmarks/refit.py --check --only digits        score the stored fit
    python benchmarks/refit.py --write --only row-level     fit, and store it with how it was fitted

The digits and the shape of tables take minutes. The confidence needs the outcomes of two runs of
benchmarks/exfiltration/rates.py, which are made first, an hour and more, unless they are given.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.exfiltration import _fit_digits, _fit_unexplained, calibrate
from benchmarks.exfiltration._cohorts import SHARED
from benchmarks.exfiltration.shape import fit as shape

_RATES = Path(__file__).with_name("exfiltration") / "rates.py"


@dataclass(frozen=True)
class Fit:
    """Where a fit is stored, and functions that make it, score the stored one, and format it as JSON."""

    target: Path
    fit: Callable[[argparse.Namespace], dict[str, Any]]
    check: Callable[[argparse.Namespace], Mapping[str, float]]
    text: Callable[[dict[str, Any]], str]


def main(words: Sequence[str] | None = None) -> int:
    """Fit or score the chosen fits; 0."""
    chosen = _arguments(words)
    for name, fit in FITS.items():
        if name in (chosen.only or FITS):
            print(*(_checked if chosen.check else _fitted)(name, fit, chosen), sep="\n", flush=True)
    return 0


def _checked(name: str, fit: Fit, chosen: argparse.Namespace) -> list[str]:
    """Return the scores stated beside the stored fit, and those of today, as a table in Markdown."""
    stated = json.loads(fit.target.read_text(encoding="utf-8"))["fitted"]["held_out"]
    return _table(name, "today", stated, fit.check(chosen))


def _fitted(name: str, fit: Fit, chosen: argparse.Namespace) -> list[str]:
    """Fit, store the fit if so chosen, and return its scores beside those of the fit stored before."""
    stated = json.loads(fit.target.read_text(encoding="utf-8"))["fitted"]["held_out"]
    content = fit.fit(chosen)
    if chosen.write:
        fit.target.write_text(fit.text(content), encoding="utf-8")
    return _table(name, "this fit", stated, content["fitted"]["held_out"])


def _table(name: str, title: str, stated: Mapping[str, float], found: Mapping[str, float]) -> list[str]:
    rows = [f"| {each} | {stated.get(each, '')} | {found.get(each, '')} |" for each in {**stated, **found}]
    return [f"\n## {name}\n", f"| held out | stated | {title} |", "|---|---:|---:|", *rows]


def _development(chosen: argparse.Namespace) -> calibrate.Judged:
    if chosen.outcomes:
        return calibrate.read(*chosen.outcomes)
    return _outcomes([])


def _held_out(chosen: argparse.Namespace) -> calibrate.Judged:
    if chosen.held_out_outcomes:
        return calibrate.read(chosen.held_out_outcomes)
    return _outcomes(["--held-out", "--seed", "2"])


def _outcomes(options: list[str]) -> calibrate.Judged:
    """Run the exfiltration benchmark and return its outcomes."""
    with tempfile.TemporaryDirectory(prefix="refit-") as folder:
        rows = Path(folder) / "rows.jsonl"
        # It ends with 1 where an aim was missed; outcomes are what is wanted here.
        subprocess.run(
            [sys.executable, str(_RATES), "--no-peers", "--rows", str(rows), *options],
            check=False,
            stdout=subprocess.DEVNULL,
        )
        return calibrate.read(rows)


def _calibrated(chosen: argparse.Namespace) -> dict[str, Any]:
    return calibrate.calibration(_development(chosen), _held_out(chosen), chosen.prevalence)


FITS = {
    "digits": Fit(
        _fit_digits.TARGET,
        lambda chosen: _fit_digits.fit(chosen.fonts),
        lambda chosen: _fit_digits.check(chosen.fonts),
        _fit_digits.text,
    ),
    "confidence": Fit(
        calibrate.TARGET,
        _calibrated,
        lambda chosen: calibrate.check(_held_out(chosen)),
        calibrate.text,
    ),
    "row-level": Fit(
        shape.FITTED,
        lambda chosen: shape.fit(chosen.corpus),
        lambda chosen: shape.check(chosen.corpus),
        shape.text,
    ),
    "unexplained": Fit(
        _fit_unexplained.TARGET,
        lambda chosen: _fit_unexplained.fit(chosen.texts, chosen.data),
        lambda chosen: _fit_unexplained.check(chosen.data),
        _fit_unexplained.text,
    ),
}


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/refit.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", choices=FITS, help="only these; all by default")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="score the stored fits; write nothing")
    how.add_argument("--write", action="store_true", help="store the new fits")
    fonts = Path("/usr/share/fonts/truetype")
    parser.add_argument("--fonts", type=Path, default=fonts, help="digits: folder of TrueType fonts")
    parser.add_argument(
        "--data", type=Path, default=SHARED, help="texts: folder of open files with manifest.csv"
    )
    parser.add_argument("--corpus", type=Path, help="row-level: folder with the files of shape/manifest.csv")
    parser.add_argument("--texts", type=Path, help="unexplained: texts to learn from, a folder a repository")
    parser.add_argument("--outcomes", type=Path, nargs="+", help="confidence: outcomes to fit, from rates.py")
    parser.add_argument("--held-out-outcomes", type=Path, help="confidence: outcomes to score it on")
    parser.add_argument("--prevalence", type=float, default=0.01, help="confidence: files that carry people")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
