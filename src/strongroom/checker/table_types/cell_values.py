"""How a cell reads: a number, a date, empty, a suppressed count, or an estimate with its interval."""

import re

import numpy as np

_NUMBER = re.compile(
    r"[<>~≤≥]?\s*([-+\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][-+]?\d+)?)\s*(%|\*{0,3})\Z"
)
_DATE = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?:[ T]\d{2}:\d{2}.*)?\Z")
_PLAIN = r"[-+\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:[eE][-+]?\d+)?"
_COMPOUND = re.compile(
    rf"({_PLAIN})\s*[\[(]\s*({_PLAIN}\s*%?)(?:\s*(?:,|;|to|\u2013|-)\s*({_PLAIN}\s*%?))?\s*[\])]\Z"
)
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", ".", "-", "--", "\u2014", "\u2013", "inf"})
# How tables mark a suppressed count.
_WITHHELD = re.compile(
    r"\[?(redacted|suppressed|masked|withheld|removed)\]?|\*+|[<≤]\s*=?\s*\d+|c", re.IGNORECASE
)


def number(cell: str) -> float | None:
    """Return the number in a cell, in any usual notation, or None."""
    found = _NUMBER.match(_out_of_brackets(cell.strip()))
    if not found or not found[1]:
        return None
    try:
        return float(found[1].replace(",", "").replace("\u2212", "-"))
    except ValueError:
        return None


def is_percentage(cell: str) -> bool:
    """Return whether a cell ends in a percent sign, in brackets or not."""
    return _out_of_brackets(cell.strip()).endswith("%")


def _out_of_brackets(cell: str) -> str:
    """Return the part in round brackets: a text table's "34 (12.5%)" is two cells."""
    return cell[1:-1].strip() if cell[:1] == "(" and cell[-1:] == ")" else cell


def days(cell: str) -> float:
    """Return a date as days since 1970, nan where it is none."""
    found = _DATE.match(cell.strip())
    if not found:
        return float("nan")
    try:
        day = np.datetime64(f"{found[1]}-{int(found[2]):02d}-{int(found[3] or 1):02d}", "D")
    except ValueError:
        return float("nan")
    return float(day.astype(np.int64))


def is_value(cell: str) -> bool:
    """Return whether a cell is a number or a date."""
    return number(cell) is not None or bool(_DATE.match(cell.strip()))


def is_missing(cell: str) -> bool:
    """Return whether a cell is marked as empty."""
    return cell.strip().lower() in _MISSING


def is_withheld(cell: str) -> bool:
    """Return whether a cell marks a suppressed count."""
    return bool(_WITHHELD.fullmatch(cell.strip()))


def is_date(cell: str) -> bool:
    """Return whether a cell is a date, year and month first."""
    return bool(_DATE.match(cell.strip()))


def parts(cell: str) -> tuple[str, ...]:
    """Return the two or three numbers of a cell such as "1.10 (0.98, 1.21)" or "34 (12.5%)", else ()."""
    found = _COMPOUND.match(cell.strip())
    return tuple(part for part in found.groups() if part) if found else ()
