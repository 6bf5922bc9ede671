"""Style sheets rebuilt: plain styling rules, without addresses, imports or comments."""

import re
from collections.abc import Callable

_SELECTOR = re.compile(r"[\w\s.#*,:>+~\[\]=\"'()-]+")
_VALUE = re.compile(r"[\w\s#.,%!'\"()+*/-]*")
_OUTER = re.compile(r"(?i)url|expression|import|image-set|content|attr|src")
_NAMED = re.compile(r"#([\w-]+)")


def safe_styles(sheet: str, rename: Callable[[str], str] | None = None) -> str:
    """Return the rules of a style sheet that only affect appearance.

    `rename` gives the ids in selectors their new names. Rules with addresses, at-rules and comments are
    left out.
    """
    kept = []
    for rule in without_comments(sheet).split("}"):
        before, _, body = rule.rpartition("{")
        selector = re.split(r"[{;]", before)[-1].strip()
        looks = safe_looks(body)
        if looks and _SELECTOR.fullmatch(selector):
            named = _NAMED.sub(lambda match: "#" + rename(match.group(1)), selector) if rename else selector
            kept.append(f"{' '.join(named.split())} {{ {looks} }}")
    return "\n".join(kept)


def without_comments(sheet: str) -> str:
    """Return a style sheet without its comments."""
    pieces = sheet.split("/*")
    return pieces[0] + "".join(piece.partition("*/")[2] for piece in pieces[1:])


def safe_looks(body: str) -> str:
    """Return the declarations of a `style` attribute or rule that contain no address and no content."""
    kept = []
    for declaration in body.split(";"):
        name, colon, value = declaration.partition(":")
        plain = colon and re.fullmatch(r"[\w-]+", name.strip()) and _VALUE.fullmatch(value.strip())
        if plain and not _OUTER.search(declaration):
            kept.append(f"{name.strip()}: {' '.join(value.split())}")
    return "; ".join(kept)
