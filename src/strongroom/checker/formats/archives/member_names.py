"""Names of an archive's members: which of them are unsafe or misleading."""

import unicodedata

from strongroom.checker.formats.part import printable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest_name: int = threshold(
        1_024,
        "characters",
        "judgement: no file system takes longer paths with ease; more is a place to hide text",
    )


LIMITS = _Limits()


_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def unsafe_path(name: str) -> str:
    """Return why a member's name must not be written, or "".

    A name is also judged as it looks: full-width dots and slashes count as dots and slashes.
    """
    if not name:
        return "no name"
    if len(name) > LIMITS.longest_name:
        return "a name longer than 1,000 characters"
    shown = unicodedata.normalize("NFKC", name)
    for spelling in (name, shown):
        pieces = spelling.split("/")
        if spelling.startswith(("/", "\\")) or ".." in pieces or ":" in pieces[0] or "\\" in spelling:
            return "an absolute path or one with '..'"
        # What Windows takes for a device, or cuts from the end of a name.
        if any(piece.split(".")[0].strip().lower() in _DEVICES for piece in pieces if piece):
            return "a reserved device name"
        if any(piece != piece.rstrip(". ") for piece in pieces if piece not in {".", ""}):
            return "a name that ends in a dot or space"
    return "control characters in a name" if printable(name[:100]) != name[:100] else ""
