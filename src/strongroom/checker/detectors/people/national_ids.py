"""The form and the check of national identifiers of health and tax systems.

Each check is the issuer's published rule; `chance` is how often text of the right form passes it by accident.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from strongroom.thresholds import Thresholds, threshold

_TWELVE, _THIRTY_ONE = 12, 31  # fixed: months of a year, days of a month
_SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE"
_IRISH = "WABCDEFGHIJKLMNOPQRSTUV"
_FINNISH = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_EDGE, _END = r"(?<![\w.])", r"(?![\w]|\.\d)"


@dataclass(frozen=True)
class Scheme:
    """One kind of identifier: `form` finds candidates, `holds` checks one without its separators."""

    name: str
    form: re.Pattern[str]
    holds: Callable[[str], bool]
    chance: float


def nhs_number(text: str) -> bool:
    """Tell whether ten digits are an NHS (or CHI, or H&C) number: weights 10 to 2, modulus 11."""
    rest = (
        11 - sum(int(digit) * weight for digit, weight in zip(text[:9], range(10, 1, -1), strict=True)) % 11
    )
    return len(set(text)) > 1 and (rest % 11) == int(text[9]) and rest != 10  # noqa: PLR2004 - no digit for ten


def national_insurance(text: str) -> bool:
    """Tell whether letters are ones that are issued; there is no check digit."""
    return text[:2] not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}


def irish_pps(text: str) -> bool:
    """Tell whether seven digits and letters are an Irish PPS number: weights 8 to 2 and 9, modulus 23."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:7], range(8, 1, -1), strict=True))
    total += 9 * (ord(text[8]) - 64) if len(text) > 8 and text[8] != "W" else 0  # noqa: PLR2004 - the second letter
    return _IRISH[total % 23] == text[7]


def spanish_dni(text: str) -> bool:
    """Tell whether eight digits and a letter are a Spanish DNI: modulus 23."""
    return _SPANISH[int(text[:8]) % 23] == text[8]


def finnish_code(text: str) -> bool:
    """Tell whether a date, a mark and four signs are a Finnish personal identity code: modulus 31."""
    return _date(text[:2], text[2:4]) and _FINNISH[int(text[:6] + text[7:10]) % 31] == text[10]


def french_nir(text: str) -> bool:
    """Tell whether fifteen digits are a French NIR: 97 less the first thirteen modulo 97."""
    return 97 - int(text[:13]) % 97 == int(text[13:])


def polish_pesel(text: str) -> bool:
    """Tell whether eleven digits are a Polish PESEL: a date, weights 1 3 7 9, modulus 10."""
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    total = sum(int(digit) * weight for digit, weight in zip(text[:10], weights, strict=True))
    return _date(text[4:6], str(int(text[2:4]) % 20)) and (10 - total % 10) % 10 == int(text[10])


def swedish_number(text: str) -> bool:
    """Tell whether a date and four digits are a Swedish personal number: Luhn."""
    digits = [int(digit) * (2 - place % 2) for place, digit in enumerate(text)]
    return _date(text[4:6], text[2:4]) and sum(each // 10 + each % 10 for each in digits) % 10 == 0


def _date(day: str, month: str) -> bool:
    return 1 <= int(day) <= _THIRTY_ONE and 1 <= int(month) <= _TWELVE


class _Limits(Thresholds):
    """The numbers this module decides by."""

    date_share: float = threshold(
        0.04, "share of numbers", "derived: 31 days times 12 months of 10,000 four-digit numbers, rounded"
    )
    insurance_share: float = threshold(
        1e-3,
        "share of texts of its form",
        "judgement: the number has no check digit; two letters, six digits and a letter A to D are hardly "
        "ever anything else",
    )
    pesel_share: float = threshold(
        0.02,
        "share of numbers",
        "derived: 12 of 20 months, 31 of 100 days and one of 10 check digits make 0.0186, rounded",
    )


LIMITS = _Limits()

# Check digits and letters fit by accident once in their modulus: 11, 23, 31, 97 or 10 (share of numbers).
SCHEMES: tuple[Scheme, ...] = (
    Scheme(
        "NHS number", re.compile(rf"{_EDGE}(\d{{3}})([ -]?)(\d{{3}})\2(\d{{4}}){_END}"), nhs_number, 1 / 11
    ),
    Scheme(
        "National Insurance number",
        re.compile(rf"{_EDGE}[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{{2}} ?\d{{2}} ?\d{{2}} ?[A-D]{_END}"),
        national_insurance,
        LIMITS.insurance_share,
    ),
    Scheme("Irish PPS number", re.compile(rf"{_EDGE}\d{{7}}[A-W][A-IW]?{_END}"), irish_pps, 1 / 23),
    Scheme("Spanish DNI", re.compile(rf"{_EDGE}\d{{8}}-?[A-HJ-NP-TV-Z]{_END}"), spanish_dni, 1 / 23),
    Scheme(
        "Finnish identity code",
        re.compile(rf"{_EDGE}\d{{6}}[-+A]\d{{3}}[0-9A-FHJ-NPR-Y]{_END}"),
        finnish_code,
        LIMITS.date_share / 31,
    ),
    Scheme(
        "French NIR",
        re.compile(rf"{_EDGE}[12] ?\d{{2}} ?\d{{2}} ?\d{{2}} ?\d{{3}} ?\d{{3}} ?\d{{2}}{_END}"),
        french_nir,
        1 / 97,
    ),
    Scheme("Polish PESEL", re.compile(rf"{_EDGE}\d{{11}}{_END}"), polish_pesel, LIMITS.pesel_share),
    Scheme(
        "Swedish personal number",
        re.compile(rf"{_EDGE}\d{{6}}-\d{{4}}{_END}"),
        swedish_number,
        LIMITS.date_share / 10,
    ),
)
