"""Affine maps and paths of SVG drawings (SVG 1.1, sections 7.6 and 8.3), as points on the page."""

import math
import re
from dataclasses import dataclass, field

Point = tuple[float, float]
TRANSFORM = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
COMMAND = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])([^MmLlHhVvCcSsQqTtAaZz]*)")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}


@dataclass(frozen=True)
class Affine:
    """The map (x, y) -> (a x + c y + e, b x + d y + f)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def of(self, x: float, y: float) -> Point:
        """Return where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, inner: "Affine") -> "Affine":
        """Return the map that applies `inner` first."""
        (a, b), (c, d) = self._linear(inner.a, inner.b), self._linear(inner.c, inner.d)
        return Affine(a, b, c, d, *self.of(inner.e, inner.f))

    @property
    def scale(self) -> float:
        """The factor by which lengths grow, averaged over directions."""
        return math.sqrt(abs(self.a * self.d - self.b * self.c))

    @property
    def mirrors(self) -> bool:
        """Whether the map reverses orientation."""
        return self.a * self.d < self.b * self.c

    def _linear(self, x: float, y: float) -> Point:
        return self.a * x + self.c * y, self.b * x + self.d * y


@dataclass(repr=False)
class Subpath:
    """A piece of a path between two moves: the letters of its commands, its points, its control points."""

    letters: str = ""
    points: list[Point] = field(default_factory=list)
    controls: list[Point] = field(default_factory=list)


def numbers(text: str) -> list[float]:
    """Return the numbers written in an attribute."""
    return [float(each) for each in NUMBER.findall(text)]


def affine(transform: str) -> Affine:
    """Return the map a `transform` attribute describes."""
    result = Affine()
    for name, arguments in TRANSFORM.findall(transform):
        result = result.after(_one(name, numbers(arguments)))
    return result


def subpaths(path: str, place: Affine) -> list[Subpath]:
    """Return the pieces of a path's `d` attribute, their points mapped by `place`."""
    found: list[Subpath] = []
    here: Point = (0.0, 0.0)
    for letter, arguments in COMMAND.findall(path):
        kind = letter.upper()
        if kind == "Z":
            if found:
                found[-1].letters += "Z"
            continue
        values = numbers(arguments)
        step = _ARGUMENTS[kind]
        for start in range(0, len(values) - step + 1, step):
            chunk = values[start : start + step]
            origin = here if letter.islower() else (0.0, 0.0)
            inner, here = _points(kind, chunk, here, origin)
            if kind == "M" and start == 0:
                found.append(Subpath())
            if found:
                found[-1].letters += "L" if kind == "M" and start else kind
                found[-1].points.append(place.of(*here))
                found[-1].controls.extend(place.of(*each) for each in inner)
    return found


def _points(kind: str, chunk: list[float], here: Point, origin: Point) -> tuple[list[Point], Point]:
    """Return a command's control points and where it ends."""
    if kind == "H":
        return [], (origin[0] + chunk[0], here[1])
    if kind == "V":
        return [], (here[0], origin[1] + chunk[0])
    if kind == "A":
        return [], (origin[0] + chunk[5], origin[1] + chunk[6])
    pairs = [(origin[0] + x, origin[1] + y) for x, y in zip(chunk[::2], chunk[1::2], strict=True)]
    return pairs[:-1], pairs[-1]


def _one(name: str, values: list[float]) -> Affine:
    given = [*values, *[0.0] * 6]
    match name:
        case "matrix":
            return Affine(*given[:6])
        case "translate":
            return Affine(e=given[0], f=given[1])
        case "scale":
            return Affine(a=given[0], d=values[1] if len(values) > 1 else given[0])
        case "rotate":
            turn = math.radians(given[0])
            turned = Affine(math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn))
            to, back = Affine(e=given[1], f=given[2]), Affine(e=-given[1], f=-given[2])
            return to.after(turned).after(back)
        case "skewX":
            return Affine(c=math.tan(math.radians(given[0])))
        case _:
            return Affine(b=math.tan(math.radians(given[0])))
