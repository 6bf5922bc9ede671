"""Values hidden in names of files and columns, or in the sizes and times of files with equal content.

Numbers in names of files, of archive members and of columns are judged as a table. Sizes and times can only
carry values in many files: many with the same content serve no other purpose.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText
from strongroom.checker.detectors.base import Detector, Evidence, JudgedFile
from strongroom.checker.detectors.people.participant_ids import ParticipantIds
from strongroom.checker.detectors.people.row_match import RowMatchDetector
from strongroom.checker.detectors.people.single_columns import Sequences
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, Rule, applied_by, counted, found_by
from strongroom.checker.table_types.examined import examine
from strongroom.checker.table_types.row_order import regular
from strongroom.thresholds import Thresholds, threshold

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FILE = re.compile(r".*\.[A-Za-z]\w{0,7}")
_FRACTION = re.compile(r"\d+\.\d+")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_names: int = threshold(
        10_000, "names of one pattern", "cost: bounds the table made of an archive's names"
    )
    largest_compared: int = threshold(
        1 << 16,
        "characters of a file",
        "cost: files made to carry data in name, size or time are small; larger ones are not compared",
    )
    least_with_decimals: float = threshold(
        0.5,
        "share of numbers",
        "judgement: measured values mostly have decimals; versions, seeds and dates in names mostly not",
    )


LIMITS = _Limits()


_COMPARING: tuple[Detector, ...] = (ParticipantIds(), Sequences(), RowMatchDetector())


@dataclass(frozen=True)
class _Names:
    """Names that differ in their numbers only; `files` are those whose verdict they count towards."""

    what: str
    names: tuple[str, ...] = field(repr=False)
    files: tuple[str, ...]

    @property
    def numbers(self) -> list[list[str]]:
        """The numbers, one list for each position in the name."""
        return [list(column) for column in zip(*map(_NUMBER.findall, self.names), strict=True)]


_DECIMALS = Rule(
    "names/decimals",
    "The names contain decimal numbers at uneven intervals.",
    "Number the names instead.",
    PERSON_LEVEL,
)
_SAME_CONTENT = Rule(
    "names/same-content",
    "{files} have the same content apart from blanks: only names, sizes and times differ.",
    "Submit one of them.",
)


class Names:
    """Judges the numbers in names, and counts files with the same content."""

    name = "names"
    protects_against = (
        "values in the names of files, archive members and columns, or in the sizes and times of files"
    )
    rules = (
        _DECIMALS,
        _SAME_CONTENT,
        *applied_by(name, [rule for detector in _COMPARING for rule in detector.rules]),
    )

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding for every file of a group whose names or number may carry values."""
        least = evidence.policy.microdata_rows
        for group in _alike(files, least):
            facts = {"files": counted(len(group), "file")}
            for name in group:
                yield name, _SAME_CONTENT.finding(Verdict.REVIEW, name, facts, rows=len(group))
        for names in (*_of_files(files), *_of_columns(files)):
            if len(names.names) >= least:
                for finding in self._judged(names, least, evidence):
                    for name in names.files:
                        yield name, found_by(self.name, finding)

    def _judged(self, names: _Names, least: int, evidence: Evidence) -> Iterator[Finding]:
        columns = names.numbers
        if any(_values(column, least) for column in columns):
            yield _DECIMALS.finding(Verdict.REVIEW, names.what, rows=len(names.names))
        table = pa.table(
            list(map(_typed, columns)), names=[f"number {place}" for place, _ in enumerate(columns, 1)]
        )
        examined = examine(FoundTable(names.what, table))
        for detector in _COMPARING:
            yield from detector.run(examined, evidence)


def _alike(files: Sequence[JudgedFile], least: int) -> Iterator[list[str]]:
    """Yield groups of many files with the same content, blanks aside."""
    if len(files) < least:
        return
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for file in files:
        content = tuple(map(_content, file.artefacts))
        if sum(map(len, content)) <= LIMITS.largest_compared:
            groups[content].append(file.name)
    yield from (group for group in groups.values() if len(group) >= least)


def _content(artefact: Artefact) -> str:
    """Return an artefact's content without blanks and without the name of its file."""
    if isinstance(artefact, FoundText):
        return " ".join(artefact.text.split())
    if isinstance(artefact, FoundTable):
        small = artefact.table.nbytes <= LIMITS.largest_compared
        return str(artefact.table.to_pylist()) if small else " " * (LIMITS.largest_compared + 1)
    return str(replace(artefact, where=""))


def _of_files(files: Sequence[JudgedFile]) -> Iterator[_Names]:
    """Yield names of files and of archive members, grouped by their pattern."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for file in files:
        pieces = {file.name}
        for artefact in file.artefacts:
            pieces.update(piece for piece in artefact.where.split(" > ")[1:] if _FILE.fullmatch(piece))
        for piece in pieces:
            pattern = _NUMBER.sub("#", piece)
            if pattern != piece and len(found[pattern]) < LIMITS.most_names:
                found[pattern].setdefault(piece, file.name)
    for members in found.values():
        yield _Names("names of files", tuple(members), tuple(dict.fromkeys(members.values())))


def _of_columns(files: Sequence[JudgedFile]) -> Iterator[_Names]:
    """Yield the names of a table's columns, grouped by their pattern."""
    for file in files:
        for artefact in file.artefacts:
            if isinstance(artefact, FoundTable):
                yield from _columns_of(artefact.table, file.name)


def _columns_of(table: pa.Table, file: str) -> Iterator[_Names]:
    patterns: dict[str, list[str]] = defaultdict(list)
    for name in table.column_names[: LIMITS.most_names]:
        if _FRACTION.search(name):
            patterns[_NUMBER.sub("#", name)].append(name)
    for names in patterns.values():
        yield _Names("names of columns", tuple(names), (file,))


def _typed(column: Sequence[str]) -> pa.Array:
    """Return numbers as whole ones, if all are, else with decimals; a very long one stays a text."""
    cells = pa.array(column, pa.string())
    for kind in (pa.int64(), pa.float64()):
        try:
            return cells.cast(kind)
        except pa.ArrowInvalid:
            continue
    return cells


def _values(column: Sequence[str], least: int) -> bool:
    """Tell whether numbers are measured rather than chosen: decimals, at uneven intervals."""
    if sum("." in cell for cell in column) < LIMITS.least_with_decimals * len(column):
        return False
    numbers = np.unique(np.array(column, np.float64))
    return len(numbers) >= least and not regular(numbers)
