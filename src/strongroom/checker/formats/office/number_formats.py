"""Number formats of spreadsheets (ECMA-376, part 1, 18.8.30) reduced to a list: free text in one is data."""

import re

GENERAL = "General"
DATE, DATE_TIME, TIME, DURATION = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "hh:mm:ss", "[h]:mm:ss"
_DATES = frozenset(
    [
        DATE, DATE_TIME, TIME, DURATION, "dd/mm/yyyy", "d/m/yyyy", "mm/dd/yyyy", "m/d/yyyy", "mm-dd-yy",
        "dd.mm.yyyy", "d.m.yyyy", "dd-mm-yyyy", "d-mmm-yy", "dd-mmm-yyyy", "d mmm yyyy", "d-mmm", "mmm-yy",
        "mmm yyyy", "yyyy", "yyyy-mm", "m/d/yy h:mm", "yyyy-mm-dd hh:mm", "dd/mm/yyyy hh:mm", "h:mm", "hh:mm",
        "h:mm:ss", "mm:ss",
    ]
)  # fmt: skip
# fixed: the formats without a code, ECMA-376 part 1, 18.8.30
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 14: "mm-dd-yy",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss",
    22: "m/d/yy h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: DURATION,
    47: "mm:ss", 48: "0.0E+00", 49: "@",
}  # fmt: skip
_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
_NUMBER = re.compile(r"[#?0,]*(?:\.([#?0]*))?(%|E[+-]0+)?", re.IGNORECASE)
_MOST_DECIMALS = 10  # fixed: more than any result has


def built_in(number: int) -> str:
    """Return the format that has a number and no code."""
    return _BUILT_IN.get(number, GENERAL)


def listed(code: str) -> str:
    """Return the listed format that shows numbers as a code does, "General" where none does."""
    plain = _ASIDE.sub("", code.partition(";")[0]).strip()
    if plain in {"@", ""} or plain.lower() == "general":
        return plain if plain == "@" else GENERAL
    if re.search("[ydhs]|(?<![0#?])m", plain, re.IGNORECASE):
        return _date(plain.lower())
    found = _NUMBER.fullmatch(plain.replace(" ", ""))
    if found is None:
        return GENERAL
    decimals = "0" * min(len(found.group(1) or ""), _MOST_DECIMALS)
    ending = "" if found.group(2) is None else "%" if found.group(2) == "%" else "E+00"
    whole = "#,##0" if "," in plain else "0"
    return f"{whole}.{decimals}{ending}" if decimals else whole + ending


def is_date(code: str) -> bool:
    """Return whether a listed format shows a date or a time."""
    return code in _DATES


def _date(plain: str) -> str:
    if plain in _DATES:
        return plain
    day, time = re.search("[yd]", plain), re.search("[hs]", plain)
    return DATE_TIME if day and time else DATE if day or not time else TIME
