"""The simplest number within a margin of a fitted one, and the text of formulas made of them."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from strongroom.tracer.relations.formulas import quoted

_MOST_DIGITS = 12  # fixed: significant digits of a number that no simpler one stands for
_MOST_DENOMINATOR = 400  # fixed: 365.25 is 1461/4; larger denominators are decimals
_UNITS = (10, 100, 1000)  # fixed: between metres, centimetres and millimetres, and units like them


def simplest(value: float, margin: float) -> float:
    """Return the number with the fewest digits within `margin` of a value.

    As a decimal, as one over a decimal, or as a fraction.
    """
    if abs(value) <= margin:
        return 0.0
    found = [_decimal(value, margin), _fraction(value, margin)]
    over, within = _decimal(1 / value, margin / value**2)
    found.append((over + 0.5, 1 / within if within else value))
    near = [each for each in found if abs(each[1] - value) <= margin * (1 + 1e-9)]
    return min(near, key=lambda each: each[0])[1] if near else value


def _decimal(value: float, margin: float) -> tuple[float, float]:
    """Return the number of digits of the shortest decimal within the margin, and the decimal."""
    for digits in range(1, _MOST_DIGITS):
        near = float(f"{value:.{digits - 1}e}")
        if abs(near - value) <= margin:
            return digits, near
    return _MOST_DIGITS, float(f"{value:.{_MOST_DIGITS - 1}e}")


def _fraction(value: float, margin: float) -> tuple[float, float]:
    exact = Fraction(value)
    for most in (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 20, 60, _MOST_DENOMINATOR):
        near = exact.limit_denominator(most)
        if near != 0 and abs(float(near) - value) <= margin:
            digits = len(str(abs(near.numerator)).strip("0")) + len(str(near.denominator)) * (
                near.denominator > 1
            )
            return digits + 0.4 * (near.denominator > 1), float(near)
    return _MOST_DIGITS + 1, value


def linear_text(names: Sequence[str], weights: Sequence[float], constant: float) -> str:
    """Return the text of a weighted sum."""
    ordered = sorted(zip(names, weights, strict=True), key=lambda each: -each[1])
    terms = [_term(weight, name) for name, weight in ordered if weight]
    if constant or not terms:
        terms.append(_number(constant))
    return " + ".join(terms).replace("+ -", "- ")


def product_text(names: Sequence[str], powers: Sequence[float], factor: float) -> str:
    """Return the text of a factor times powers of columns.

    A factor that changes the unit of a squared or cubed input is written with it, as (height / 100) ** 2: so
    people compute it, and another order of the same steps rounds some values to another last digit.
    """
    scaled, unit = _unit_of(powers, factor)
    factor = 1.0 if scaled is not None else factor
    terms = [
        (f"({quoted(name)} / {unit})" if place == scaled else quoted(name), power)
        for place, (name, power) in enumerate(zip(names, powers, strict=True))
    ]
    above = [_power(text, power) for text, power in terms if power > 0]
    below = [_power(text, -power) for text, power in terms if power < 0]
    inverse = 1 / factor
    if factor != 1 and above and len(_number(inverse)) < len(_number(factor)):
        below.append(_number(inverse))
    elif factor != 1 or not above:
        above.insert(0, _number(factor))
    return " / ".join([" * ".join(above), *below])


def _term(weight: float, name: str) -> str:
    text = quoted(name)
    if abs(weight) == 1:
        return text if weight > 0 else f"-{text}"
    if len(_number(1 / weight)) < len(_number(weight)):
        return f"{'-' if weight < 0 else ''}{text} / {_number(abs(1 / weight))}"
    return f"{_number(weight)} * {text}"


def _unit_of(powers: Sequence[float], factor: float) -> tuple[int | None, int]:
    """Return which input a factor gives another unit, None for none, and what that input is divided by."""
    for place, power in enumerate(powers):
        if abs(power) in {2, 3} and factor > 0 and factor != 1:
            unit = round(factor ** (-1 / power))
            if unit in _UNITS and np.isclose(unit**-power, factor, rtol=1e-9):
                return place, unit
    return None, 1


def _power(text: str, power: float) -> str:
    return text if power == 1 else f"{text} ** {_number(power)}"


def _number(value: float) -> str:
    """Return a number in digits, without the errors of doubles behind the twelfth."""
    return np.format_float_positional(value, precision=_MOST_DIGITS, fractional=False, trim="-")
