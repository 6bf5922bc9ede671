"""What styles hide in a page: words not displayed, tiny, off the screen, or of the background's colour.

A browser shows none of it, so no reviewer sees it; whoever receives the page reads it in its source.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter

from strongroom.checker.formats.documents.html_page import Attributes, Page
from strongroom.checker.formats.pictures.stylesheets import without_comments
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_letters: int = threshold(
        20,
        "letters",
        "judgement: labels for screen readers are shorter; a larger value lets values pass",
    )
    opacity: float = threshold(0.1, "share", "judgement: fainter words cannot be read")
    points: float = threshold(2.0, "pixels or points", "judgement: smaller letters cannot be read")
    ems: float = threshold(0.15, "em", "derived: two pixels of letters of 16 pixels, rounded up")
    off_screen: float = threshold(
        -500.0, "pixels", "judgement: layouts move elements by less; pages hide them by 9,999"
    )
    rules: int = threshold(
        5_000, "rules", "cost: each is compared with each element; pages have some hundred"
    )


LIMITS = _Limits()

# fmt: off
_EMPTY = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
}
# fmt: on
_PRINT = re.compile(r"@media[^{}]{0,200}print[^{}]{0,200}\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\}", re.IGNORECASE)
_COMPOUND = re.compile(r"(?:[\w-]+|\*)?(?:[.#][\w-]+)*")
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|r?em|%|vw|vh)?")
_COLOURS = {"white": "ffffff", "black": "000000", "transparent": "", "none": ""}
_MOVED = {"left", "top", "right", "text-indent", "margin-left", "margin-top"}
_PAPER = "ffffff"  # fixed: what a browser draws on

Looks = Mapping[str, str]
_Rules = dict[str, list[tuple[int, Sequence[str], Looks]]]
"""Rules by the last name of the element they are for, each with its number in the sheet."""


@dataclass(frozen=True)
class _Element:
    """An open element: its names, whether it is hidden, its colour and that of its background."""

    tag: str
    names: frozenset[str] = field(default_factory=frozenset)
    hidden: bool = False
    colour: str = "000000"
    background: str = _PAPER


def hidden_words(page: Page) -> str:
    """Return the words of a page that its styles hide; "" where they are no more than labels."""
    rules: _Rules = {}
    for number, (steps, declared) in enumerate(_rules("\n".join(page.styles))):
        rules.setdefault(_parts(steps[-1])[-1], []).append((number, steps, declared))
    opened, found = [_Element("")], []
    for kind, value, attributes in page.events:
        if kind == "start" and value not in _EMPTY:
            opened.append(_element(value, attributes, opened, rules))
        elif kind == "end" and any(each.tag == value for each in opened[1:]):
            while opened.pop().tag != value:
                pass
        elif kind == "text" and value.strip() and (opened[-1].hidden or _unseen(opened[-1])):
            found.append(value.strip())
    words = "\n".join(found)
    return words if len(re.findall(r"\w", words)) >= LIMITS.least_letters else ""


def shown(looks: str, *, plain: bool) -> str:
    """Return declarations without those that hide; if `plain`, without colours of words."""
    left_out = {"clip", "clip-path", *(["color"] if plain else [])}
    return ";".join(
        each
        for each in looks.split(";")
        if ":" in each and not hides(_declared(each)) and _name(each) not in left_out
    )


def shown_sheet(sheet: str, *, plain: bool) -> str:
    """Return a sheet of rules, one per line as `safe_styles` writes them, as `shown` returns each."""
    lines = []
    for line in sheet.splitlines():
        selector, _, body = line.partition("{")
        kept = shown(body.rpartition("}")[0], plain=plain).strip()
        lines += [f"{selector}{{ {kept} }}"] if kept else []
    return "\n".join(lines)


def hides(looks: Looks) -> bool:
    """Return whether declarations hide an element, whatever is around it."""
    width, height = (_size(looks, "width"), _size(looks, "height"))
    return (
        looks.get("display") == "none"
        or looks.get("visibility") in {"hidden", "collapse"}
        or _number(looks.get("opacity", "1")) <= LIMITS.opacity
        or _tiny(looks.get("font-size", ""))
        or (min(width, height) <= 1 and "hidden" in looks.get("overflow", "hidden"))
        or any(_number(looks[name]) <= LIMITS.off_screen for name in _MOVED & looks.keys())
        or re.search(
            r"rect\(\s*[01](?:px)?[\s,]|inset\(\s*(?:50|100)%",
            looks.get("clip", "") + looks.get("clip-path", ""),
        )
        is not None
        or re.search(r"scale\(\s*0\s*[,)]|translate\w*\(\s*-\d{3,}", looks.get("transform", "")) is not None
    )


def _name(declaration: str) -> str:
    return declaration.partition(":")[0].strip().lower()


def _declared(body: str) -> dict[str, str]:
    pairs = (each.partition(":") for each in body.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, colon, value in pairs if colon}


def _rules(sheet: str) -> Iterator[tuple[Sequence[str], Looks]]:
    """Yield the selectors that can be followed, outermost element first, and what they declare."""
    plain = _PRINT.sub("", without_comments(sheet))
    for rule in plain.split("}")[: LIMITS.rules]:
        before, _, body = rule.rpartition("{")
        declared = _declared(body)
        if not (hides(declared) or {"color", "background", "background-color"} & declared.keys()):
            continue
        for selector in re.split(r"[{;]", before)[-1].split(","):
            steps = selector.replace(">", " ").split()
            if steps and all(_COMPOUND.fullmatch(step) for step in steps):
                yield steps, declared


def _element(tag: str, attributes: Attributes, opened: Sequence[_Element], rules: _Rules) -> _Element:
    given = {name: value or "" for name, value in attributes}
    names = frozenset(
        [tag, "*", f"#{given.get('id', '')}", *(f".{each}" for each in given.get("class", "").split())]
    )
    looks: dict[str, str] = {}
    for _, steps, declared in sorted(chain(*(rules.get(name, ()) for name in names)), key=itemgetter(0)):
        if _matches(steps[-1], names) and _within(steps[:-1], opened):
            looks |= declared
    looks |= {"background": given["bgcolor"].lower()} if "bgcolor" in given else {}
    looks |= {"color": given["color"].lower()} if "color" in given else {}
    looks |= _declared(given.get("style", ""))
    around = opened[-1]
    colour = _colour(looks["color"]) if "color" in looks else around.colour
    behind = _colour(looks.get("background-color", looks.get("background", ""))) or around.background
    return _Element(tag, names, around.hidden or "hidden" in given or hides(looks), colour, behind)


def _matches(step: str, names: frozenset[str]) -> bool:
    return names.issuperset(_parts(step))


def _parts(step: str) -> list[str]:
    return re.findall(r"[.#]?[\w*-]+", step)


def _within(steps: Sequence[str], opened: Sequence[_Element]) -> bool:
    """Return whether each step matches an open element, from the outside in."""
    left = list(steps)
    for element in opened:
        if left and _matches(left[0], element.names):
            left.pop(0)
    return not left


def _unseen(element: _Element) -> bool:
    return element.colour in {"", element.background}


def _colour(value: str) -> str:
    """Return a colour as six hexadecimal digits, "" for none; another text for one that is not understood."""
    word = (
        value.lower().replace("!important", "").strip().split(" ")[0] if "(" not in value else value.strip()
    )
    if word in _COLOURS:
        return _COLOURS[word]
    if re.fullmatch(r"#[0-9a-f]{3}", word):
        return "".join(2 * digit for digit in word[1:])
    if re.fullmatch(r"#[0-9a-f]{6}", word):
        return word[1:]
    parts = re.findall(r"[\d.]+", word) if word.startswith("rgb") else []
    if len(parts) == 4 and float(parts[3]) <= LIMITS.opacity:  # noqa: PLR2004 - red, green, blue, opacity
        return ""
    return "".join(f"{min(int(float(part)), 255):02x}" for part in parts[:3]) or word


def _number(value: str) -> float:
    found = _LENGTH.match(value)
    return float(found[1]) if found else 1.0


def _tiny(value: str) -> bool:
    found = _LENGTH.fullmatch(value)
    if found is None:
        return False
    size, unit = float(found[1]), found[2] or "px"
    if unit in {"em", "rem"}:
        return size <= LIMITS.ems
    return size <= (100 * LIMITS.ems if unit == "%" else LIMITS.points)


def _size(looks: Looks, name: str) -> float:
    """Return the least of a length and its maximum; far more than nothing where there is none."""
    given = [
        looks[each] for each in (name, f"max-{name}") if each in looks and _LENGTH.fullmatch(looks[each])
    ]
    # Without hidden overflow the words of a box without a size are seen beside it.
    return min(map(_number, given), default=1e6) if "overflow" in looks else 1e6
