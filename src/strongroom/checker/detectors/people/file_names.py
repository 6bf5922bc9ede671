"""What files are called, and files that are nothing but their names: values may leave beside the content.

Names of files, of an archive's members and of columns are read as a list of numbers and judged like a table.
Sizes and times need files of their own: many files with the same content have no other reason to be many.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText
from strongroom.checker.detectors.base import Detector, Evidence, JudgedFile
from strongroom.checker.detectors.people.participant_ids import ParticipantIds
from strongroom.checker.detectors.people.row_match import RowMatchDetector
from strongroom.checker.detectors.people.single_columns import Sequences
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import examine
from strongroom.checker.table_types.row_order import regular

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FILE = re.compile(r".*\.[A-Za-z]\w{0,7}")
_FRACTION = re.compile(r"\d+\.\d+")
_MOST_NAMES = 10_000
_LARGEST_COMPARED = 1 << 16
_COMPARING: tuple[Detector, ...] = (ParticipantIds(), Sequences(), RowMatchDetector())


@dataclass(frozen=True)
class _Names:
    """Names of one build but for their numbers; `files` are those whose verdict they count against."""

    what: str
    names: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def numbers(self) -> list[list[str]]:
        """The numbers, one list for each place in the name."""
        return [list(column) for column in zip(*map(_NUMBER.findall, self.names), strict=True)]


class Names:
    """Judges the numbers in names, and counts files whose content is the same."""

    name = "names"
    protects_against = (
        "values in the names of files, members and columns, or in the sizes and times of empty files"
    )

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding for every file of a group whose names, or mere number, say something."""
        least = evidence.policy.microdata_rows
        for group in _alike(files, least):
            text = (
                f"{len(group):,} files hold the same but for blanks: what tells them apart is their names, "
                "sizes and times. Hand in one of them."
            )
            for name in group:
                yield name, Finding(self.name, Verdict.REVIEW, name, text, rows=len(group))
        for names in (*_of_files(files), *_of_columns(files)):
            if len(names.names) >= least:
                for finding in self._judged(names, least, evidence):
                    for name in names.files:
                        yield name, replace(finding, detector=self.name)

    def _judged(self, names: _Names, least: int, evidence: Evidence) -> Iterator[Finding]:
        columns = names.numbers
        if any(_values(column, least) for column in columns):
            text = f"{names.what} hold numbers with decimals that follow no rule. Number them instead."
            yield Finding(self.name, Verdict.REVIEW, names.what, text, rows=len(names.names))
        table = pa.table(
            list(map(_typed, columns)), names=[f"number {place}" for place, _ in enumerate(columns, 1)]
        )
        examined = examine(FoundTable(names.what, table))
        for detector in _COMPARING:
            yield from detector.run(examined, evidence)


def _alike(files: Sequence[JudgedFile], least: int) -> Iterator[list[str]]:
    """Yield the files of the same content, blanks aside, where there are many."""
    if len(files) < least:
        return
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for file in files:
        content = tuple(map(_content, file.artefacts))
        if sum(map(len, content)) <= _LARGEST_COMPARED:
            groups[content].append(file.name)
    yield from (group for group in groups.values() if len(group) >= least)


def _content(artefact: Artefact) -> str:
    """Return what an artefact says, the same for the same but for blanks and for the file it is in."""
    if isinstance(artefact, FoundText):
        return " ".join(artefact.text.split())
    if isinstance(artefact, FoundTable):
        small = artefact.table.nbytes <= _LARGEST_COMPARED
        return str(artefact.table.to_pylist()) if small else " " * (_LARGEST_COMPARED + 1)
    return str(replace(artefact, where=""))


def _of_files(files: Sequence[JudgedFile]) -> Iterator[_Names]:
    """Yield names of files and of what archives hold, those of one build together."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for file in files:
        pieces = {file.name}
        for artefact in file.artefacts:
            pieces.update(piece for piece in artefact.where.split(" > ")[1:] if _FILE.fullmatch(piece))
        for piece in pieces:
            build = _NUMBER.sub("#", piece)
            if build != piece and len(found[build]) < _MOST_NAMES:
                found[build].setdefault(piece, file.name)
    for held in found.values():
        yield _Names("names of files", tuple(held), tuple(dict.fromkeys(held.values())))


def _of_columns(files: Sequence[JudgedFile]) -> Iterator[_Names]:
    """Yield the names of a table's columns that are of one build."""
    for file in files:
        for artefact in file.artefacts:
            if isinstance(artefact, FoundTable):
                yield from _columns_of(artefact.table, file.name)


def _columns_of(table: pa.Table, file: str) -> Iterator[_Names]:
    builds: dict[str, list[str]] = defaultdict(list)
    for name in table.column_names[:_MOST_NAMES]:
        if _FRACTION.search(name):
            builds[_NUMBER.sub("#", name)].append(name)
    for names in builds.values():
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
    """Tell whether numbers are measured rather than chosen: decimals, and no even steps between them."""
    if sum("." in cell for cell in column) * 2 < len(column):
        return False
    numbers = np.unique(np.array(column, np.float64))
    return len(numbers) >= least and not regular(numbers)
