"""How a dictionary says dates are written: YYYY, MM, DD, optionally HH:MM or HH:MM:SS, and separators."""

import re

_FORMAT = re.compile(r"[YMDHS/.\- :T]+")
_CLOCK = re.compile(r"HH:MM(:SS)?")
_DIRECTIVES = {"YYYY": "%Y", "MM": "%m", "DD": "%d"}


def is_date_format(written: str) -> bool:
    """Return whether year, month and day occur once each, and nothing else but a time and marks."""
    rest = _CLOCK.sub("", written, count=1)
    once = all(rest.count(part) == 1 for part in _DIRECTIVES)
    for part in _DIRECTIVES:
        rest = rest.replace(part, "")
    return once and bool(_FORMAT.fullmatch(written)) and not re.search("[YMDHS]", rest)


def strptime_format(written: str) -> str:
    """Return the format as strptime(3) has it."""
    text = _CLOCK.sub(lambda found: "%H:%" + ("\0:%S" if found[1] else "\0"), written, count=1)
    for part, directive in _DIRECTIVES.items():
        text = text.replace(part, directive)
    return text.replace("\0", "M")
