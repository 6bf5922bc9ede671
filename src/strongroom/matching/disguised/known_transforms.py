"""Inverses of known transforms of a number: units, logarithms, serial dates.

Transforms with unknown parameters (a z-score's mean, a private scale) are found by ranks and a fit
(`hypotheses`, `fitting`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from strongroom.matching.values.comparable import Floats

# Conversion factors between units in use (standard: SI and clinical chemistry), in either direction.
_FACTORS = {
    "centimetres/inches": 2.54,
    "metres/centimetres": 100.0,
    "kilograms/pounds": 2.2046226,
    "kilograms/stone": 0.15747304,
    "thousands": 1000.0,
    "tens": 10.0,
    "cholesterol mg/dL": 38.67,
    "triglycerides mg/dL": 88.57,
    "glucose mg/dL": 18.016,
    "creatinine mg/dL": 88.42,
    "urate mg/dL": 59.48,
    "urea mg/dL": 6.006,
    "bilirubin mg/dL": 17.1,
    "calcium mg/dL": 4.008,
    "vitamin D ng/mL": 2.496,
    "testosterone ng/dL": 28.84,
    "kilopascal": 7.50062,
    "kilojoule/kilocalorie": 4.184,
    "years/days": 365.25,
    "years/days (365)": 365.0,
    "years/months": 12.0,
    "weeks/days": 7.0,
    "months/days": 30.4375,
    "hours/minutes": 60.0,
    "seconds of a day": 86_400.0,
}


@dataclass(frozen=True)
class KnownTransform:
    """`invert` turns the file's values into the cohort's; `name` describes the transform.

    A `falling` transform reverses the order of values.
    """

    name: str
    invert: Callable[[Floats], Floats]
    falling: bool = False


def _divide_by(factor: float) -> Callable[[Floats], Floats]:
    return lambda values: values / factor


def all_known_transforms() -> Iterator[KnownTransform]:
    """Yield every known transform, the simplest first."""
    yield KnownTransform("same", lambda values: values)
    yield KnownTransform("negative", np.negative, falling=True)
    yield KnownTransform("ln", np.exp)
    yield KnownTransform("ln(1 + x)", np.expm1)
    yield KnownTransform("log10", lambda values: 10.0**values)
    yield KnownTransform("log2", np.exp2)
    yield KnownTransform("square root", lambda values: np.where(values < 0, np.nan, values**2))
    for name, factor in _FACTORS.items():
        yield KnownTransform(f"times {factor:g} ({name})", _divide_by(factor))
        yield KnownTransform(f"divided by {factor:g} ({name})", _divide_by(1 / factor))
    yield KnownTransform("Fahrenheit", lambda values: (values - 32) / 1.8)
    yield KnownTransform("Celsius", lambda values: values * 1.8 + 32)
    yield KnownTransform("HbA1c %", lambda values: (values - 2.15) * 10.929)
    yield KnownTransform("day since 1899-12-30", lambda values: values - 25_569)
    yield KnownTransform("second since 1970", lambda values: values / 86_400)
    yield KnownTransform("year", lambda values: (values - 1970) * 365.2425)
    yield KnownTransform(
        "reciprocal",
        lambda values: np.where(values == 0, np.nan, 1 / np.where(values == 0, 1, values)),
        falling=True,
    )
