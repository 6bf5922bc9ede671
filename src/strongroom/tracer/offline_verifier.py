"""Verify the evidence of a trace offline, with this file alone: it needs Python 3.11 and nothing else.

    python offline_verifier.py evidence.json --file LEAKED --key KEY [--ledger ledger.jsonl]

LEAKED is the leaked file. KEY is the verifier key of the custodian's ledger: get it from somebody else who
keeps it, such as a witness, as this file; what comes with the evidence proves nothing. The evidence opens,
for some rows of the leaked file, what was committed to before: which of the cells carry a mark (the plan),
the cohort's own values of these cells (the records), and the secret bits of the accused's copy. The program
checks, and stops at the first failure:

 1. The ledger. The entries on the project's approval, the issue of its view, the reading of the file and the
    trace are in the ledger under the signed checkpoint (RFC 6962), in this order. With --ledger (an export):
    every recipient and every earlier trace is counted.
 2. The reading sheet has the hash that was entered before the accusation, and is of LEAKED by its SHA-256.
 3. Rows are taken in an order that the file's hash determines, from the first on, until there are enough
    cells. Each is one participant's, and no participant has two; rows and columns left out count against the
    accusation, as if those left were the best choice.
 4. Every cell is read again from LEAKED. Whether it is marked, its two candidate values, which of them is
    read, and how reliably, are computed from what is opened; every cell of a row counts.
 5. What is opened belongs to the committed plan, records and bits (Merkle trees; each leaf has one place).
 6. The e-value: the average, over the published library of what one leaker or several may have done, of how
    much likelier the cells are if the accused's copy was among the sources. For an innocent recipient its
    mean is 1 whatever was done to the file, so it reaches X with a probability of at most 1/X (Markov).
 7. It exceeds recipients / bound, times what rows and columns left out and the number of cells cost. The
    bound is the one in the ledger, 10^-9 over the square of the number of traces and over the files made.

What is taken on trust: that no other participant fits a row as well (the custodian's cohort is needed to
tell; `strongroom trace --recognise-only` repeats the recognition without any project's key), and that the
custodian, who has all keys, did not make the file. It names a copy, not a person.

The code shares nothing with the tracer, so that one mistake cannot hide in both.
"""

import argparse
import base64
import csv
import hashlib
import importlib
import json
import math
import struct
import sys
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, TextIO
from xml.etree import ElementTree as ET

FORMAT = "strongroom-trace-evidence/2"
SHEET_FORMAT = "strongroom-reading-sheet/1"
PLAN_FORMAT = "strongroom-plan-commitment/1"
VIEW_FORMAT = "strongroom-view-commitment/1"
BASE_BOUND = 1e-9  # fixed: published: an accusation is never held to less
BLOCK = 64  # fixed: participants of one column in a leaf
LEVELS = (13, 38, 128, 218, 243)  # fixed: published code: 256ths, how often a bit of each level is 1
LEVEL_SHARES = (16, 40, 144, 40, 16)  # fixed: published code: 256ths of the positions
COALITIONS = (1, 2, 3, 4, 5, 7, 10, 14)  # fixed: published library of models
FLIPS = (0.0, 0.1, 0.25, 0.4)  # fixed: published library
LONE_SHARE = 0.8  # fixed: published library
SIZES = (256, 1_024, 4_096, 16_384, 65_536)  # fixed: published: how many cells may be opened
SIZE_SHARES = (0.5, 0.125, 0.125, 0.125, 0.125)  # fixed: published: each size's share of the bound
STRAY = 0.02  # fixed: share of cells that may be anything
FITTING = 2 / 3  # fixed: share of a row's cells that must be its participant's
LOOK_ALIKES = 0.01  # fixed: share of other participants who may fit a row as well
IDENTITY = [["0.0", "0.0"], ["1.0", "1.0"]]
"""The knots of a column whose values were not transformed."""
DATES = "(dates)"
"""The one position of all dates of a participant; its committed value is 1 for those whose dates may move."""
DATE_STYLES = {
    "iso": "%Y-%m-%d",
    "year month day": "%Y%m%d",
    "day/month/year": "%d/%m/%Y",
    "day.month.year": "%d.%m.%Y",
    "day-month-year": "%d-%m-%Y",
    "month/day/year": "%m/%d/%Y",
    "serial": "",
}
"""How dates may be written, by the name the sheet states; serial numbers count days since 1899-12-30."""
_SALT = 16  # fixed: bytes
_CHANGES = 2 * 23  # fixed: at which a cell changes its class of reliability, on either side
_ROUNDINGS = math.log10(18 * 90)  # fixed: numbers of two digits in 18 decades
_PIECE = 1 << 20  # fixed: characters read at once
_COMPARED = 200  # fixed: cost: rows compared with other participants
_OFF_GRID = 1e-4  # fixed: steps of a column's grid, as the plan marks
_CALL_EDGES = (0.1, 0.5)  # fixed: alleles from a whole dosage, as the plan marks
_ROUNDING = 1e-9  # fixed: alleles; rounding errors of doubles, as the plan marks
_DAY_ZERO = 719_163  # fixed: datetime's ordinal of 1970-01-01
_SERIAL_ZERO = 25_569  # fixed: days from 1899-12-30 to 1970-01-01
_LARGEST_LOG10 = 12.0  # fixed: beyond 1 in 10^12 a figure says nothing about the real world
_KEY_LOG10 = 128 * math.log10(2)  # fixed: no claim is stronger than guessing half of a key of 256 bits

Cell = tuple[str, int, int, int, int]
"""Column of the position, participant, level, reliability, what was read."""


class NotVerifiedError(Exception):
    """The evidence is not valid; the text says why."""


class NotCheckedError(Exception):
    """Something needed could not be checked here; the text says what."""


@dataclass(frozen=True)
class Verified:
    """What was verified for one accused."""

    project: str
    institution: str
    view: int
    issued: str
    cells: int
    agree: int
    log10_e: float
    log10_needed: float
    recipients: int
    bound: float

    @property
    def log10_false(self) -> float:
        """Log10 of the bound on the probability that any innocent recipient is accused this strongly."""
        beyond = self.log10_e - self.log10_needed
        return max(math.log10(self.bound) - beyond, math.log10(self.recipients) - _KEY_LOG10)


@dataclass(frozen=True)
class Report:
    """Who was verified; `look_alikes` of `compared` other participants fit a row as well."""

    accused: tuple[Verified, ...]
    rows: int
    look_alikes: int
    compared: int


# --- Reading the leaked file -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """A table of a file: how many rows and columns, and the cells of the rows asked for, as text."""

    rows: int
    columns: int
    cells: Mapping[int, Sequence[str]]

    def at(self, row: int, column: int) -> str:
        """Return a cell, empty where the row is shorter."""
        cells = self.cells[row]
        return cells[column] if column < len(cells) else ""

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]], wanted: Collection[int]) -> "Table":
        """Count rows and columns, and keep the rows that are wanted."""
        count, columns, kept = 0, 0, {}
        for row in rows:
            if count in wanted:
                kept[count] = row
            count, columns = count + 1, max(columns, len(row))
        return cls(count, columns, kept)


_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_TEXT, _JSON = frozenset({".csv", ".tsv", ".txt", ".tab"}), frozenset({".json", ".jsonl", ".ndjson"})


def tables_of(path: Path) -> list[str]:
    """Return names of the ways in which this program can read the file as a table."""
    kind = path.suffix.lower()
    if kind == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return [f"xlsx/{each}/{way}" for each in _sheet_names(book) for way in ("headed", "plain")]
    if kind in _JSON:
        return ["json"]
    if kind not in _TEXT:
        return []
    with _opened(path) as file:
        first = file.readline()
    found = [name for name, delimiter in _DELIMITERS.items() if delimiter in first] or ["comma"]
    return [f"csv/{name}/{way}" for name in found for way in ("headed", "plain")]


def read_table(path: Path, name: str, wanted: Collection[int]) -> Table:
    """Return a table of the file with the rows that are wanted, from 0 below a heading."""
    kind, _, how = name.partition("/")
    if kind == "csv":
        delimiter, _, way = how.partition("/")
        with _opened(path) as file:
            rows = (row for row in csv.reader(file, delimiter=_DELIMITERS[delimiter]) if row)
            return Table.of(islice(rows, int(way == "headed"), None), wanted)
    if kind == "xlsx":
        sheet, _, way = how.rpartition("/")
        with zipfile.ZipFile(path) as book:
            return Table.of(islice(_xlsx(book, sheet), int(way == "headed"), None), wanted)
    if kind == "json":
        return Table.of(_json(path.read_text(encoding="utf-8-sig")), wanted)
    raise NotVerifiedError(f"the file has no table '{name}'")


def _opened(path: Path) -> TextIO:
    """Open a text as UTF-8 if it is that, otherwise as Latin-1."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            while file.read(_PIECE):
                pass
    except UnicodeDecodeError:
        return path.open(encoding="latin-1", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _json(text: str) -> list[list[str]]:
    try:
        read = json.loads(text, parse_float=str, parse_int=str)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        read = [json.loads(line, parse_float=str, parse_int=str) for line in lines]
    if isinstance(read, dict) and read and all(isinstance(each, list) for each in read.values()):
        return [[_cell(each) for each in row] for row in zip(*read.values(), strict=False)]
    if not isinstance(read, list) or not all(isinstance(each, (list, dict)) for each in read):
        raise NotCheckedError("the cells cannot be read again: the JSON is not a list of rows")
    names = dict.fromkeys(name for row in read if isinstance(row, dict) for name in row)
    return [
        [_cell(row.get(name)) for name in names] if isinstance(row, dict) else [_cell(each) for each in row]
        for row in read
    ]


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _sheet_names(book: zipfile.ZipFile) -> list[str]:
    names = book.namelist()
    return sorted(each for each in names if each.startswith("xl/worksheets/") and each.endswith(".xml"))


def _xlsx(book: zipfile.ZipFile, name: str) -> Iterator[list[str]]:
    shared: list[str] = []
    if "xl/sharedStrings.xml" in book.namelist():
        texts = _xml(book, "xl/sharedStrings.xml")
        shared = ["".join(part.text or "" for part in each.iter() if _tag(part) == "t") for each in texts]
    for row in _xml(book, name).iter():
        if _tag(row) == "row":
            yield _xlsx_row(row, shared)


def _xml(book: zipfile.ZipFile, name: str) -> ET.Element:
    # The reader of a leaked file decides where to run this; strongroom reads it in a confined process.
    return ET.fromstring(book.read(name))  # noqa: S314 - see above


def _xlsx_row(row: ET.Element, shared: Sequence[str]) -> list[str]:
    cells: list[str] = []
    for cell in row:
        letters = "".join(each for each in cell.get("r", "") if each.isalpha())
        at = len(cells)
        if letters:
            at = 0
            for letter in letters:
                at = 26 * at + ord(letter) - 64
            at -= 1
        cells += [""] * (at - len(cells))
        text = "".join(part.text or "" for part in cell.iter() if _tag(part) in {"v", "t"})
        cells.append(shared[int(text)] if cell.get("t") == "s" and text else text)
    return cells


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _table(path: Path, name: str, wanted: Collection[int]) -> Table:
    """Return the table that the sheet names, by strongroom's readers where this file has none."""
    if not name.startswith("strongroom/"):
        return read_table(path, name, wanted)
    try:
        # Only for other formats, and only where strongroom is installed.
        readers = importlib.import_module("strongroom.checker.found_tables")
    except ImportError:
        raise NotCheckedError(
            f"the cells cannot be read again from {path.name}: its format needs strongroom, which is not "
            "installed here"
        ) from None
    read = readers.text_tables(path, wanted)
    _require(name in read, f"the file has no table '{name}'")
    return Table(*read[name])


def number(text: str) -> float:
    """Return a cell's number; NaN if it has none."""
    try:
        found = float(text)
    except ValueError:
        return math.nan
    return found if math.isfinite(found) else math.nan


def day(text: str, style: str) -> float:
    """Return the day of a date in days since 1970; NaN if it is none of this style. Times are left out."""
    if style == "serial":
        return number(text) - _SERIAL_ZERO
    written = text.strip()[:10] if style == "iso" else text.strip()
    try:
        read = datetime.strptime(written, DATE_STYLES[style]).replace(tzinfo=UTC)
    except ValueError:
        return math.nan
    return float(read.toordinal() - _DAY_ZERO)


def value_of(text: str, column: Mapping[str, Any]) -> float:
    """Return the value of a cell in a column of the sheet: its number, or its day."""
    return day(text, column["dates"]) if "dates" in column else number(text)


def order_of_rows(sha256: str, rows: int) -> list[int]:
    """Return the rows, from 0, in the order in which they are opened: it follows from the file alone."""
    return sorted(range(rows), key=lambda row: hashlib.sha256(f"{sha256}/{row}".encode()).digest())


# --- What a cell shows -----------------------------------------------------------------------------------


def marked(rule: Mapping[str, Any], drawn: int, value: float) -> tuple[bool, bool]:
    """Return whether a cell of this value is marked, given the plan's draw of 16 bits, and whether raised."""
    below = _single(round(_density(rule, value) * 65_536))
    rise = float(rule.get("rise", 0.0))
    return drawn < below, bool(rise) and drawn < math.floor(_single(below * _single(rise)))


def _density(rule: Mapping[str, Any], value: float) -> float:
    """Return the probability that a cell of this value is marked, as the plan's rule has it."""
    low, high, step = (float(rule.get(name, 0.0)) for name in ("low", "high", "step"))
    density, kept = _single(float(rule.get("density", 0.0))), [float(each) for each in rule.get("kept", ())]
    form = rule.get("form", "decimal")
    if form == "date":
        # All dates move but those that stand for something else, or are common.
        low, high, kept = -math.inf, math.inf, [*kept, *map(float, rule.get("heaps", ()))]
    if not (low <= value <= high and (form != "dosage" or _is_uncertain(value, float(rule["amplitude"])))):
        return 0.0
    if form != "decimal" or step <= 0:
        return 0.0 if value in kept else density
    steps = value / step
    if abs(steps - round(steps)) > _OFF_GRID:
        return 0.0
    if round(steps) in {round(each / step) for each in kept}:
        return 0.0
    for heap, share in zip(rule.get("heaps", ()), rule.get("heap_shares", ()), strict=False):
        if round(steps) == round(float(heap) / step):
            return _single(float(share) * float(rule["density"]))
    return density


def _is_uncertain(dosage: float, reach: float) -> bool:
    """Tell whether a dosage may move so far without changing a hard call."""
    away = abs(dosage - round(dosage))
    far = all(abs(away - edge) > reach + _ROUNDING for edge in _CALL_EDGES)
    return 0 < dosage < 2 and away > 2 * reach + _ROUNDING and far  # noqa: PLR2004 - a diploid genotype


def candidates(
    rule: Mapping[str, Any],
    value: float,
    level: int,
    raised: bool,  # noqa: FBT001 - as `marked` returns it
) -> tuple[float, float]:
    """Return the two values a marked cell may have: with a 0 and with a 1."""
    low, high = (_moved(rule, value, level, raised, way) for way in (-1.0, 1.0))
    return low, high


def _moved(rule: Mapping[str, Any], value: float, level: int, raised: bool, way: float) -> float:  # noqa: FBT001
    step, relative = float(rule.get("step", 0.0)), float(rule.get("relative", 0.0))
    form = rule.get("form", "decimal")
    amplitude = float(rule.get("amplitude", 0.0)) + (step if raised else 0.0)
    if relative:
        amplitude = (
            relative * value if form != "decimal" else max(1.0, round(value * (relative / step))) * step
        )
    half = LEVELS[level] / 256
    sign = (half < 0.5) - (half > 0.5)  # noqa: PLR2004 - a fair bit
    moved = value + (way + float(rule.get("lean", 0.0)) * sign) * amplitude
    if form == "single":
        return _single(moved)
    if form == "double":
        return moved
    if form == "dosage":
        moved = round(moved / step) / round(1 / step) if step > 0 else moved
        return round(moved, int(float(rule["decimals"]))) if "decimals" in rule else moved
    return round(moved, max(0, min(12, math.ceil(-math.log10(step) - 1e-9))))


def _single(value: float) -> float:
    found: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return found


def shown_as(knots: Sequence[Sequence[str]], value: float) -> float:
    """Return how the file shows a value of the cohort: along a line through the knots."""
    points = [(float(x), float(y)) for x, y in knots]
    place = 1
    while place < len(points) - 1 and value > points[place][0]:
        place += 1
    (x0, y0), (x1, y1) = points[place - 1], points[place]
    return y0 + (value - x0) * (y1 - y0) / (x1 - x0)


def reading(value: float, low: float, high: float, column: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return which candidate a cell shows (1 for `high`) and how reliably; None if it shows neither.

    The noise is normal, as the sheet states it; a share of cells may be anything.
    """
    half, noise = float(column["half"]), float(column["noise"])
    apart = abs(high - low)
    if apart == 0 or not math.isfinite(value + low + high):
        return None
    spread = max(noise, 0.02 * half, 0.01 * apart)
    stray = STRAY / (20 * (spread + half + apart))
    one, zero = ((1 - STRAY) * _normal(value - each, half, spread) + stray for each in (high, low))
    odds = abs(math.log(one / zero))
    error = 1 / (1 + math.exp(min(odds, 700.0)))
    if error > 0.498:  # noqa: PLR2004 - the faintest class
        return None
    return int(one > zero), sum(error >= edge for edge in ERROR_EDGES)


def _normal(away: float, half: float, spread: float) -> float:
    """Return the density of a rounded normal variable."""
    if half < spread / 50:
        return math.exp(-0.5 * (away / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
    low, high = ((away + side) / (spread * math.sqrt(2)) for side in (-half, half))
    return max(math.erf(high) - math.erf(low), 0.0) / (4 * half)


def tolerance(column: Mapping[str, Any], value: float) -> float:
    """Return how far a cell may be from its participant's value: rounding and four SDs of the noise."""
    return float(column["half"]) + 4 * float(column["noise"]) + 1e-9 * abs(value) + 1e-12


def row_fits(fitting: int, readable: int) -> bool:
    """Tell whether enough cells of a row are its participant's."""
    return fitting >= 2 and fitting >= FITTING * readable  # noqa: PLR2004 - one cell shows nothing


@dataclass(frozen=True)
class Opened:
    """What is opened of one column of one participant: the value, the plan's draw and the level.

    Where dates would leave their order or range, they are not `movable`, and carry no mark.
    """

    value: float
    drawn: int = 0
    level: int = 0
    movable: bool = True


@dataclass(frozen=True)
class CellRead:
    """One cell as it is entered in the sheet, with its level."""

    text: str
    low: float
    high: float
    reads: int
    reliability: int
    level: int

    def plain(self) -> dict[str, Any]:
        """Return the sheet's form."""
        return {
            "value": self.text,
            "low": repr(self.low),
            "high": repr(self.high),
            "reads": self.reads,
            "reliability": self.reliability,
        }


def read_row(
    texts: Sequence[str],
    opened: Sequence[Opened],
    columns: Sequence[Mapping[str, Any]],
    rules: Sequence[Mapping[str, Any]],
) -> list[CellRead | None] | None:
    """Return a row's marked cells, None for those that show nothing; None if the row is not this person's.

    `texts` are the row's cells in the sheet's `columns`, `rules` the plan's for them. Of columns that share a
    position, as all dates do, the first is read; the others show whose row it is, as unmarked columns do.
    """
    fitting = readable = 0
    cells: list[CellRead | None] = []
    positions: set[str] = set()
    for text, cell, column, rule in zip(texts, opened, columns, rules, strict=True):
        value, read = value_of(text, column), None
        first = rule["column"] not in positions
        positions.add(rule["column"])
        if math.isnan(value) or math.isnan(cell.value):
            cells.append(None)
            continue
        carries, raised = marked(rule, cell.drawn, cell.value) if cell.movable else (False, False)
        sides = candidates(rule, cell.value, cell.level, raised) if carries else (cell.value, cell.value)
        low, high = (shown_as(column["knots"], each) for each in sides)
        readable += 1
        fitting += min(abs(value - low), abs(value - high)) <= tolerance(column, value)
        found = reading(value, low, high, column) if carries and first else None
        if found is not None:
            read = CellRead(text, low, high, *found, cell.level)
        cells.append(read)
    return cells if row_fits(fitting, readable) else None


def level_of(drawn: int) -> int:
    """Return the level that a byte of the plan draws."""
    edge = 0
    for level, share in enumerate(LEVEL_SHARES):
        edge += share
        if drawn < edge:
            return level
    raise NotVerifiedError("a draw is no byte")


# --- The library of models -------------------------------------------------------------------------------


def _error_scale() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the edges of the classes of reliability, and the probability of a misreading in each."""
    most = math.log((1 - 0.015) / 0.015)
    count = math.ceil(math.log(most / 0.008) / math.log(1.35))
    odds = [most / 1.35**place for place in range(count)]
    edges = tuple(round(1 / (1 + math.exp(each)), 6) for each in odds)
    return edges, (0.002, *(round(1 / (1 + math.exp(each / 1.35**0.5)), 6) for each in odds))


ERROR_EDGES, ERRORS = _error_scale()


@dataclass(frozen=True)
class _Model:
    """The probability that a cell shows a 1 if k of the sources' copies hold one, and of a flip."""

    shows: tuple[float, ...]
    flip: float

    def ratio(self, error: float, level: float, shown: int, held: int) -> float:
        """Return the log likelihood ratio of a reading if a copy that holds `held` was a source."""
        wrong = self.flip + error - 2 * self.flip * error
        likely = [(1 - 2 * wrong) * each + wrong for each in self.shows]
        others = len(self.shows) - 2
        chance = [math.comb(others, k) * level**k * (1 - level) ** (others - k) for k in range(others + 1)]
        given = [sum(chance[k] * likely[k + mine] for k in range(others + 1)) for mine in (0, 1)]
        overall = level * given[1] + (1 - level) * given[0]
        return math.log(given[held] / overall if shown else (1 - given[held]) / (1 - overall))


def _library() -> Iterator[tuple[float, _Model]]:
    """Yield the models with their weights, which sum to 1."""
    models = [_Model(shows, flip) for shows in _strategies() for flip in FLIPS]
    for place, model in enumerate(models):
        yield (LONE_SHARE if place == 0 else (1 - LONE_SHARE) / (len(models) - 1)), model


def _strategies() -> Iterator[tuple[float, ...]]:
    yield (0.0, 1.0)
    for size in COALITIONS[1:]:
        counts = range(size + 1)
        most = [0.5 if 2 * k == size else float(2 * k > size) for k in counts]
        inside = [0 < k < size for k in counts]
        yield tuple(k / size for k in counts)
        yield tuple(most)
        yield tuple(1 - most[k] if inside[k] else most[k] for k in counts)
        yield tuple(0.5 if inside[k] else most[k] for k in counts)
        yield tuple(float(k > 0) for k in counts)
        yield tuple(float(k == size) for k in counts)


def log10_e_value(cells: Sequence[tuple[int, int, int, int]]) -> float:
    """Return log10 of the e-value of cells: level, reliability, what was read, what the copy holds."""
    counts: dict[tuple[int, int, int, int], int] = {}
    for cell in cells:
        counts[cell] = counts.get(cell, 0) + 1
    sums = [
        math.log(weight)
        + sum(
            each * model.ratio(ERRORS[reliability], LEVELS[level] / 256, shown, held)
            for (level, reliability, shown, held), each in counts.items()
        )
        for weight, model in _library()
    ]
    largest = max(sums)
    return (largest + math.log(sum(math.exp(each - largest) for each in sums))) / math.log(10)


def log10_needed(facts: Mapping[str, Any], sheet: Mapping[str, Any]) -> float:
    """Return log10 of the e-value that accuses: recipients / bound, and what choices could have cost."""
    rows, table = sheet["rows"], sheet["table"]
    used = sum(each["person"] is not None for each in rows)
    chosen = _log10_ways(len(rows), used) + _log10_ways(table["columns"], len(sheet["columns"]))
    for place, column in enumerate(sheet["columns"]):
        read = sum(bool(each["person"] is not None and each["cells"][place]) for each in rows)
        chosen += log10_choices(column, read)
    share = SIZE_SHARES[SIZES.index(sheet["size"])]
    return math.log10(facts["recipients"]) - math.log10(float(facts["bound"])) - math.log10(share) + chosen


def log10_choices(column: Mapping[str, Any], cells: int) -> float:
    """Return log10 of how many ways of reading a column's cells its transform and noise could be chosen from.

    Unchanged values leave no choice. A line has two numbers to choose, a curve two for each knot; each cell
    changes what it shows, or how reliably, at `_CHANGES` values at most, so d numbers give at most
    (e x changes x cells / d)^d ways (regions of an arrangement of hyperplanes).
    """
    ways = sum(_ROUNDINGS for name in ("noise", "half") if column[name] not in {"0.0", column["usual_half"]})
    ways += math.log10(len(DATE_STYLES)) if "dates" in column else 0.0
    if column["knots"] == IDENTITY or not cells:
        return ways
    free = 2 if len(column["knots"]) == 2 else 2 * len(column["knots"])  # noqa: PLR2004 - a line
    most = cells * math.log10(_CHANGES + 1)
    return ways + min(most, free * math.log10(max(math.e * _CHANGES * cells / free, 10.0)))


def rounded(value: float) -> str:
    """Write a noise or a step as the sheet has it: 0, or rounded up to two digits, of 18 decades."""
    if value <= 0:
        return "0.0"
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return repr(float(f"{min(max(math.ceil(value / unit - 1e-9) * unit, 1e-9), 9.9e8):.1e}"))


def _log10_ways(of: int, used: int) -> float:
    found = math.lgamma(of + 1) - math.lgamma(used + 1) - math.lgamma(of - used + 1)
    return found / math.log(10)


# --- What was committed to -------------------------------------------------------------------------------


def digest(value: Any) -> str:
    """Return the SHA-256 of canonical JSON (RFC 8785, without floats)."""
    encoded = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(encoded.encode()).hexdigest()


def _root(leaves: Mapping[int, bytes], nodes: Mapping[str, str], width: int) -> bytes:
    """Return the root of a tree of `width` leaves that these leaf hashes and other nodes lead to."""
    _require(all(0 <= place < width for place in leaves), "a leaf is outside its tree")
    known, height = dict(leaves), 0
    while width > 1:
        above: dict[int, bytes] = {}
        for place, mine in known.items():
            beside = known.get(place ^ 1)
            if place ^ 1 >= width:
                above[place // 2] = mine
                continue
            if beside is None:
                beside = bytes.fromhex(nodes[f"{height}/{place ^ 1}"])
            left, right = (beside, mine) if place & 1 else (mine, beside)
            above[place // 2] = hashlib.sha256(b"\x01" + left + right).digest()
        known, height, width = above, height + 1, (width + 1) // 2
    return known[0]


def _blocks(
    opening: Mapping[str, Any], statement: Mapping[str, Any], root: str, parts: int, what: str
) -> dict[tuple[str, int], bytes]:
    """Return the opened blocks' bytes, by position and block, if they lead to the committed root."""
    each = -(-statement["people"] // BLOCK)
    leaves, found = {}, {}
    for name, leaf in opening["leaves"].items():
        column, _, block = name.rpartition("/")
        _require(column in statement["positions"], f"{what}: column {column} is not part of the commitment")
        content, salt = bytes.fromhex(leaf["bytes"]), bytes.fromhex(leaf["salt"])
        _require(
            len(content) == parts * BLOCK and len(salt) == _SALT and 0 <= int(block) < each,
            f"{what}: a block is malformed",
        )
        message = b"\x00" + _label(column) + struct.pack("<q", int(block)) + salt + content
        leaves[statement["positions"].index(column) * each + int(block)] = hashlib.sha256(message).digest()
        found[column, int(block)] = content
    made = _root(leaves, opening["nodes"], each * len(statement["positions"]))
    _require(made.hex() == root, f"{what} do not match the commitment in the ledger")
    return found


def _records(opening: Mapping[str, Any], statement: Mapping[str, Any]) -> dict[int, dict[str, float]]:
    """Return the opened values by participant and column, if they lead to the committed root."""
    leaves, found = {}, {}
    for name, record in opening["leaves"].items():
        person = int(name)
        _require(len(record) == len(statement["values"]), "the records: a record is malformed")
        hashes, values = b"", {}
        for column, cell in zip(statement["values"], record, strict=True):
            if isinstance(cell, str):
                hashes += bytes.fromhex(cell)
                continue
            value, salt = float(cell["value"]), bytes.fromhex(cell["salt"])
            _require(len(salt) == _SALT, "the records: a salt is malformed")
            head = b"\x02" + _label(column) + struct.pack("<q", person)
            hashes += hashlib.sha256(head + salt + struct.pack("<d", value)).digest()
            values[column] = value
        leaves[person] = hashlib.sha256(b"\x00" + struct.pack("<q", person) + hashes).digest()
        found[person] = values
    made = _root(leaves, opening["nodes"], statement["people"])
    _require(made.hex() == statement["records"], "the records do not match the commitment in the ledger")
    return found


def _label(column: str) -> bytes:
    return hashlib.sha256(column.encode()).digest()[:8]


# --- The ledger ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Entry:
    """An entry of the ledger, proved or exported."""

    index: int
    kind: str
    subject: str
    facts: Mapping[str, Any]
    time: str


def _proved(proof: Mapping[str, Any], head: tuple[int, bytes], what: str) -> _Entry:
    """Return an entry if its path leads to the signed root (RFC 9162, section 2.1.3.2)."""
    size, root = head
    index, body = proof["index"], proof["entry"].encode()
    node, last, made = index, size - 1, hashlib.sha256(b"\x00" + body).digest()
    _require(0 <= index < size, f"{what} is not in the ledger")
    for each in map(bytes.fromhex, proof["path"]):
        _require(last > 0, f"{what} is not in the ledger")
        if node & 1 or node == last:
            made = hashlib.sha256(b"\x01" + each + made).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            made = hashlib.sha256(b"\x01" + made + each).digest()
        node, last = node >> 1, last >> 1
    _require(last == 0 and made == root, f"{what} is not in the ledger under the checkpoint")
    return _entry(json.loads(body), index)


def _entry(read: Mapping[str, Any], index: int) -> _Entry:
    return _Entry(index, read["kind"], read["subject"], read["facts"], read["time"])


def _checkpoint(note: str, keys: Sequence[str]) -> tuple[int, bytes]:
    """Return the size and root of a checkpoint signed by one of the keys (c2sp.org/signed-note)."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, root = (text + "\n").split("\n")[:3]
    for key in keys:
        name, identity, material = key.strip().split("+", 2)
        public = base64.b64decode(material)
        for line in lines.splitlines():
            _, signer, encoded = line.split(" ", 2)
            signature = base64.b64decode(encoded)
            if (signer, signature[:4].hex()) == (name, identity) and name == origin and public[0] == 1:
                _require(
                    _ed25519(public[1:], (text + "\n").encode(), signature[4:]),
                    "the signature of the ledger's checkpoint is false",
                )
                return int(size), base64.b64decode(root)
    raise NotVerifiedError("the ledger's checkpoint is not signed by the key that was given")


_PRIME = 2**255 - 19  # fixed: RFC 8032, section 5.1
_ORDER = 2**252 + 27742317777372353535851937790883648493  # fixed: RFC 8032, section 5.1
_CURVE = -121665 * pow(121666, _PRIME - 2, _PRIME) % _PRIME

_Point = tuple[int, int, int, int]


def _ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 signature is valid (RFC 8032, section 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:  # noqa: PLR2004 - RFC 8032
        return False
    key, start = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    base = _point((4 * pow(5, _PRIME - 2, _PRIME) % _PRIME).to_bytes(32, "little"))
    if key is None or start is None or base is None or scalar >= _ORDER:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    left, right = _times(scalar, base), _sum(start, _times(hashed, key))
    return (
        (left[0] * right[2] - right[0] * left[2]) % _PRIME
        == 0
        == (left[1] * right[2] - right[1] * left[2]) % _PRIME
    )


def _point(encoded: bytes) -> _Point | None:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(_CURVE * y * y + 1, _PRIME - 2, _PRIME) % _PRIME
    x = pow(square, (_PRIME + 3) // 8, _PRIME)
    if (x * x - square) % _PRIME:
        x = x * pow(2, (_PRIME - 1) // 4, _PRIME) % _PRIME
    if y >= _PRIME or (x * x - square) % _PRIME or (x == 0 and sign):
        return None
    x = _PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % _PRIME


def _sum(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % _PRIME
    c, d = 2 * one[3] * other[3] * _CURVE % _PRIME, 2 * one[2] * other[2] % _PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _PRIME, g * h % _PRIME, f * g % _PRIME, e * h % _PRIME


def _times(scalar: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = _sum(found, point)
        point, scalar = _sum(point, point), scalar >> 1
    return found


# --- The verification ------------------------------------------------------------------------------------


def verify(
    evidence: Mapping[str, Any],
    *,
    file: Path | None,
    keys: Sequence[str] = (),
    ledger: Sequence[str] | None = None,
) -> Report:
    """Return what was verified.

    Raises NotVerifiedError at the first failure, and NotCheckedError if something needed is missing.
    """
    _require(evidence.get("format") == FORMAT, f"the format is not {FORMAT}")
    _require(bool(evidence["accused"]), "nobody is accused")
    if file is None:
        raise NotCheckedError("the leaked file was not given (--file)")
    if not keys:
        raise NotCheckedError("no key of the ledger was given (--key)")
    sheet, plan = evidence["sheet"], evidence["plan"]
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    _require(sheet["file_sha256"] == sha256, "the evidence is of another file")
    head = _checkpoint(evidence["checkpoint"], keys)
    read = _proved(evidence["read"], head, "the reading of the file")
    traced = _proved(evidence["traced"], head, "the trace of the file")
    _check_entries(read, traced, sheet, sha256)
    exported = None if ledger is None else [each for each in map(_exported, ledger) if each is not None]
    if exported is not None:
        _check_counts(read, exported)
    cells, rows, alike = _cells(
        evidence, sheet, plan, _table(file, sheet["table"]["name"], {each["row"] for each in sheet["rows"]})
    )
    found = [
        _accused(each, evidence, cells, (head, read, traced), log10_needed(read.facts, sheet))
        for each in evidence["accused"]
    ]
    return Report(tuple(found), rows, *alike)


def _check_entries(read: _Entry, traced: _Entry, sheet: Mapping[str, Any], sha256: str) -> None:
    facts = read.facts
    _require((read.kind, traced.kind) == ("file.read", "file.traced"), "an entry is of another kind")
    _require(facts["sha256"] == sha256, "the ledger's entry on the reading is of another file")
    _require(traced.facts["sha256"] == sha256, "the ledger's entry on the trace is of another file")
    _require(read.index < traced.index, "the reading was entered in the ledger after the accusation")
    _require(sheet["format"] == SHEET_FORMAT and sheet["size"] in SIZES, "the reading sheet is malformed")
    _require(
        facts["sheets"].get(f"{sheet['plan'][:16]}/{sheet['size']}") == digest(sheet),
        "the reading sheet is not the one that was entered in the ledger before the accusation",
    )
    too_large = "the bound in the ledger is larger than the published one allows"
    _require(facts["traces"] > 0 and facts["files"] > 0, too_large)
    allowed = BASE_BOUND / (facts["traces"] ** 2 * facts["files"])
    _require(0 < float(facts["bound"]) <= allowed * (1 + 1e-9), too_large)
    _require(facts["recipients"] > 0, "no recipient is counted")


def _exported(line: str) -> _Entry | None:
    read = json.loads(line) if line.strip() else {}
    held = read.get("entry")
    return _entry(held, read["index"]) if isinstance(held, dict) else None


def _check_counts(read: _Entry, entries: Sequence[_Entry]) -> None:
    """Check that every recipient and every earlier reading is counted."""
    before = [each for each in entries if each.index <= read.index]
    _require(any(each == read for each in before), "the exported ledger has another entry on the reading")
    cohort = read.facts["cohort"]
    had = {each.subject for each in before if each.kind == "view.issued" and each.facts["cohort"] == cohort}
    _require(
        read.facts["recipients"] >= len(had),
        f"{read.facts['recipients']} recipients are counted, the ledger has {len(had)}",
    )
    made = {
        digest([each.facts["sha256"], each.facts["cohort"], each.facts["sheets"]])
        for each in before
        if each.kind == "file.read"
    }
    _require(
        read.facts["traces"] >= _first_of(read, before, made),
        f"the reading counts {read.facts['traces']} traces, the ledger has {len(made)}",
    )


def _first_of(read: _Entry, before: Sequence[_Entry], made: set[str]) -> int:
    """Return how many different readings there were when this one was entered for the first time."""
    found: set[str] = set()
    mine = digest([read.facts["sha256"], read.facts["cohort"], read.facts["sheets"]])
    for each in before:
        if each.kind == "file.read":
            found.add(digest([each.facts["sha256"], each.facts["cohort"], each.facts["sheets"]]))
            if mine in found:
                return len(found)
    return len(made)


def _cells(
    evidence: Mapping[str, Any], sheet: Mapping[str, Any], plan: Mapping[str, Any], table: Table
) -> tuple[list[Cell], int, tuple[int, int]]:
    """Return the cells read again from the file, the rows used, and how many other people fit a row."""
    _require(plan["format"] == PLAN_FORMAT and sheet["plan"] == digest(plan), "the sheet is of another plan")
    columns, rules = sheet["columns"], _rules(evidence["rules"], sheet["columns"], plan)
    positions = [rule["column"] for rule in rules if rule.get("form") != "date"]
    _require(len(set(positions)) == len(positions), "two columns of the sheet have the same positions")
    _check_dates(columns, rules)
    _require(len({each["at"] for each in columns}) == len(columns), "a column of the file is read twice")
    _require(
        all(0 <= each["at"] < sheet["table"]["columns"] for each in columns), "a column is not in the file"
    )
    stated = sheet["table"]
    _require(
        (stated["rows"], stated["columns"]) == (table.rows, table.columns),
        "the file's table has another size",
    )
    _check_columns(columns)
    for each, rule in zip(columns, rules, strict=True):
        _require(
            each["usual_half"] == usual_half(rule), f"column {each['column']}: its step is not the plan's"
        )
    draws = _blocks(evidence["draws"], plan, plan["draws"], 3, "the plan's draws")
    records = _records(evidence["records"], plan)
    rows = sheet["rows"]
    _require(
        [each["row"] for each in rows] == order_of_rows(sheet["file_sha256"], table.rows)[: len(rows)],
        "the rows are not those that the file's hash determines",
    )
    people = [each["person"] for each in rows if each["person"] is not None]
    _require(len(set(people)) == len(people), "a participant has two rows, so positions would count twice")
    opening = _Opening(table, columns, rules, draws, records)
    cells: list[Cell] = []
    for entry in rows:
        _require(len(cells) < sheet["size"], "more rows are opened than the number of cells allows")
        if entry["person"] is not None:
            cells += _row(entry, opening)
    _require(
        len(cells) >= sheet["size"] or len(rows) == table.rows,
        "fewer rows are opened than the number of cells requires",
    )
    return cells, len(people), _look_alikes(rows, opening)


def _rules(
    opened: Mapping[str, Any], columns: Sequence[Mapping[str, Any]], plan: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    found = []
    for each in columns:
        name = each["column"]
        _require(name in plan["rules"] and name in opened, f"column {name} is not marked by the plan")
        rule = opened[name]
        _require(
            digest([rule["salt"], rule["rule"]]) == plan["rules"][name],
            f"the rule of column {name} does not match the commitment in the ledger",
        )
        found.append(rule["rule"])
    return found


def usual_half(rule: Mapping[str, Any]) -> str:
    """Return half the step in which a column's values are recorded, as the sheet has it."""
    return repr(float(rule.get("step", 0.0)) / 2)


def _halves(column: Mapping[str, Any]) -> set[str]:
    return {column["usual_half"], rounded(float(column["half"]))}


def _check_columns(columns: Sequence[Mapping[str, Any]]) -> None:
    for each in columns:
        points = [(float(x), float(y)) for x, y in each["knots"]]
        up = [one[1] <= two[1] for one, two in pairwise(points)]
        down = [one[1] >= two[1] for one, two in pairwise(points)]
        straight = all(one[0] < two[0] for one, two in pairwise(points))
        _require(
            len(points) > 1 and straight and (all(up) or all(down)),
            f"column {each['column']}: its transform is not monotonic",
        )
        _require(
            each["noise"] == rounded(float(each["noise"])) and each["half"] in _halves(each),
            f"column {each['column']}: its noise is not written with two digits",
        )
        _require(
            min(float(each["noise"]), float(each["half"])) >= 0,
            f"column {each['column']}: its noise is negative",
        )


def _check_dates(columns: Sequence[Mapping[str, Any]], rules: Sequence[Mapping[str, Any]]) -> None:
    """Require dates in the file's order: the first is read, and nobody may choose which that is."""
    places = [each["at"] for each, rule in zip(columns, rules, strict=True) if rule.get("form") == "date"]
    _require(places == sorted(places), "columns of dates are not in the order of the file")


@dataclass(frozen=True, repr=False)
class _Opening:
    """The table, the sheet's columns with their rules, and what is opened of the plan and the records."""

    table: Table
    columns: Sequence[Mapping[str, Any]]
    rules: Sequence[Mapping[str, Any]]
    draws: Mapping[tuple[str, int], bytes]
    records: Mapping[int, Mapping[str, float]]

    def texts(self, row: int) -> list[str]:
        """Return a row's cells in the sheet's columns."""
        return [self.table.at(row, each["at"]) for each in self.columns]

    def cell(self, person: int, column: str, rule: Mapping[str, Any]) -> Opened | None:
        """Return what is opened of a participant's value in a column; None if it is not enough."""
        record = self.records.get(person, {})
        value = record.get(column)
        if value is None or "density" not in rule:
            return None if value is None else Opened(value)
        block = self.draws.get((rule["column"], person // BLOCK))
        movable = record.get(DATES) if rule.get("form") == "date" else 1.0
        if block is None or movable is None:
            return None
        at = person % BLOCK
        drawn, level = block[at] << 8 | block[BLOCK + at], level_of(block[2 * BLOCK + at])
        return Opened(value, drawn, level, movable == 1.0)


def _row(entry: Mapping[str, Any], opening: _Opening) -> Iterator[Cell]:
    """Yield a row's cells, read again from the file, if they are those of the sheet."""
    columns, rules = opening.columns, opening.rules
    person, row = entry["person"], entry["row"]
    where = f"row {row + 1} of the file"
    opened = []
    for column, rule in zip(columns, rules, strict=True):
        held = opening.cell(person, column["column"], rule)
        if held is None:
            raise NotVerifiedError(f"{where}: {column['column']} of its participant is not opened")
        opened.append(held)
    texts = opening.texts(row)
    read = read_row(texts, opened, columns, rules)
    if read is None:
        raise NotVerifiedError(f"{where}: its values are not those of the participant it is said to be")
    _require(len(entry["cells"]) == len(read), f"{where}: some cells are not in the sheet")
    for cell, stated, column, rule in zip(read, entry["cells"], columns, rules, strict=True):
        _same(cell, stated, f"{where}, column {column['at'] + 1}")
        if cell is not None:
            yield rule["column"], person, cell.level, cell.reliability, cell.reads


def _same(cell: CellRead | None, stated: Mapping[str, Any] | None, where: str) -> None:
    """Require that the sheet states the cell as it was read again."""
    if cell is None or stated is None:
        _require(cell is None and stated is None, f"{where}: the sheet leaves out a cell or adds one")
        return
    _require(stated["value"] == cell.text, f"{where}: the file has another value than the sheet")
    near = 1e-6 * max(abs(cell.high - cell.low), 1e-12)
    for name, mine in (("low", cell.low), ("high", cell.high)):
        _require(abs(float(stated[name]) - mine) <= near, f"{where}: the candidate values are not the plan's")
    _require(stated["reads"] == cell.reads, f"{where}: the cell does not read as the sheet says")
    _require(
        stated["reliability"] == cell.reliability, f"{where}: the reliability is not what the noise gives"
    )


def _look_alikes(rows: Sequence[Mapping[str, Any]], opening: _Opening) -> tuple[int, int]:
    """Return how many of the opened participants fit a row of somebody else, and of how many compared."""
    used = [each for each in rows if each["person"] is not None][:_COMPARED]
    columns = opening.columns
    lines = [
        [value_of(text, column) for text, column in zip(opening.texts(each["row"]), columns, strict=True)]
        for each in used
    ]
    reach = [_reach(column, rule) for column, rule in zip(columns, opening.rules, strict=True)]
    shown = [
        [shown_as(each["knots"], opening.records[row["person"]][each["column"]]) for each in columns]
        for row in used
    ]
    alike = 0
    for place, line in enumerate(lines):
        for other, values in enumerate(shown):
            both = [
                abs(mine - theirs) <= far + 1e-9 * abs(mine)
                for mine, theirs, far in zip(line, values, reach, strict=True)
                if not math.isnan(mine + theirs)
            ]
            alike += place != other and row_fits(sum(both), len(both))
    compared = len(used) * (len(used) - 1)
    _require(
        alike <= LOOK_ALIKES * max(compared, 1),
        f"the rows do not identify participants: {alike:,} of {compared:,} others fit as well",
    )
    return alike, compared


def _reach(column: Mapping[str, Any], rule: Mapping[str, Any]) -> float:
    """Return how far a cell of a participant may be from their unmarked value."""
    knots = [(float(x), float(y)) for x, y in column["knots"]]
    slope = max(abs((b[1] - a[1]) / (b[0] - a[0])) for a, b in pairwise(knots))
    farthest = (1 + float(rule.get("lean", 0))) * (
        float(rule.get("amplitude", 0)) + float(rule.get("step", 0))
    )
    return tolerance(column, 0.0) + slope * farthest


def _accused(
    accused: Mapping[str, Any],
    evidence: Mapping[str, Any],
    cells: Sequence[Cell],
    entries: tuple[tuple[int, bytes], _Entry, _Entry],
    needed: float,
) -> Verified:
    head, read, traced = entries
    name, statement = accused["project"], accused["statement"]
    issued = _proved(accused["issued"], head, f"{name}: the issue of the view")
    approved = _proved(accused["approved"], head, f"{name}: the approval of the project")
    _require(
        (issued.kind, approved.kind) == ("view.issued", "project.added"),
        f"{name}: an entry is of another kind",
    )
    _require(issued.subject == name, f"{name}: the view was issued to another project")
    _require(
        approved.subject == name and approved.facts["institution"] == accused["institution"],
        f"{name}: the ledger names another institution",
    )
    _require(issued.facts["cohort"] == read.facts["cohort"], f"{name}: the view is of another cohort")
    _require(issued.index < read.index, f"{name}: the view was issued after the file was read")
    _require(name in traced.facts["suspects"], f"{name}: the trace in the ledger accuses others")
    _require(
        issued.facts["commitment"] == digest(statement) and statement["format"] == VIEW_FORMAT,
        f"{name}: the bits are not those committed to when the view was issued",
    )
    _require(statement["plan"] == digest(evidence["plan"]), f"{name}: the view has another plan")
    _require(statement["people"] == evidence["plan"]["people"], f"{name}: the view has another size")
    bits = _blocks(accused["bits"], statement, statement["bits"], 1, f"{name}: the bits")
    held = [_with_bit(cell, bits, name) for cell in cells if cell[0] in statement["positions"]]
    log10_e = log10_e_value(held)
    _require(
        log10_e >= needed, f"{name}: the e-value is 10^{log10_e:.1f}, less than the 10^{needed:.1f} required"
    )
    agree = sum(shown == mine for _, _, shown, mine in held)
    where = f"entry {issued.index} of {issued.time}"
    facts = read.facts
    return Verified(
        name, accused["institution"], issued.facts["number"], where, len(held), agree, log10_e, needed,
        facts["recipients"], float(facts["bound"]),
    )  # fmt: skip


def _with_bit(cell: Cell, bits: Mapping[tuple[str, int], bytes], name: str) -> tuple[int, int, int, int]:
    column, person, level, reliability, shown = cell
    block = bits.get((column, person // BLOCK))
    if block is None:
        raise NotVerifiedError(f"{name}: a bit of column {column} is not opened")
    return level, reliability, shown, int(block[person % BLOCK] < LEVELS[level])


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as the sentence it is
    if not holds:
        raise NotVerifiedError(otherwise)


def in_words(log10: float) -> str:
    """Write a probability that has 10^`log10` for its upper bound."""
    if log10 < -_LARGEST_LOG10:
        return f"less than 1 in 10^{_LARGEST_LOG10:.0f}"
    return f"at most 1 in {math.floor(10 ** -min(log10, 0.0)):,}"


def _lines(report: Report) -> Iterator[str]:
    for each in report.accused:
        yield f"verified: {each.institution}, project {each.project}, view {each.view}, {each.issued}"
        yield (
            f"  {each.agree:,} of {each.cells:,} marked cells in {report.rows:,} rows agree; e-value "
            f"10^{each.log10_e:.1f} (10^{each.log10_needed:.1f} required)"
        )
        yield (
            f"  probability that any innocent one of {each.recipients:,} recipients is accused this "
            f"strongly: {in_words(each.log10_false)} (the limit set before was {each.bound:.1e})"
        )
    yield (
        f"on trust: that no other participant fits a row as well; of {report.compared:,} others compared, "
        f"{report.look_alikes:,} did"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify an evidence file; return 0 if it is valid, 1 if not, 2 if it could not be checked."""
    parser = argparse.ArgumentParser(description="Verify the evidence of a trace.")
    parser.add_argument("evidence", type=Path)
    parser.add_argument("--file", type=Path, help="the leaked file")
    parser.add_argument("--key", action="append", default=[], help="the ledger's verifier key, or @FILE")
    parser.add_argument("--ledger", type=Path, help="an exported ledger, to check that everything is counted")
    given = parser.parse_args(arguments)
    try:
        ledger = given.ledger.read_text(encoding="utf-8").splitlines() if given.ledger else None
        evidence = json.loads(given.evidence.read_text(encoding="utf-8"))
        keys = [Path(each[1:]).read_text("utf-8") if each[:1] == "@" else each for each in given.key]
        report = verify(evidence, file=given.file, keys=keys, ledger=ledger)
    except NotCheckedError as error:
        sys.stderr.write(f"NOT CHECKED, so not verified: {error}\n")
        return 2
    except (
        NotVerifiedError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        OSError,
    ) as error:
        sys.stderr.write(f"NOT VERIFIED: {error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in _lines(report)))
    if ledger is None:
        sys.stdout.write("no exported ledger was given: recipients and traces are counted by the custodian\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
