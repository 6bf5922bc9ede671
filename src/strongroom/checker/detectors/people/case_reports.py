"""Case reports in prose: passages whose facts are participants', and sentences about single people."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.event_rows import CodesWithDates
from strongroom.checker.detectors.people.facts_in_text import dated_codes, described, passages_of
from strongroom.checker.detectors.people.row_match import RowMatchDetector, judged, sampling_seed
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, Rule, applied_by, found_by
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.matching import UNCHANGED_VALUES, recognise
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    text_read: int = threshold(4_000_000, "characters of a text", "cost: bounds the search of one text")
    least_cell: int = threshold(
        24, "characters of a cell", "judgement: two facts about a person in words are hardly shorter"
    )
    most_cells: int = threshold(
        20_000, "cells of a column", "cost: bounds the text made of a table's columns"
    )
    most_rows: int = threshold(
        5_000, "rows", "cost: each becomes a line that is searched for dates and codes"
    )
    longest_sentence: int = threshold(
        4_000,
        "characters of a sentence",
        "cost: bounds the pattern on text without full stops; no sentence is longer",
    )


LIMITS = _Limits()


_CODE_IN_WORDS = r"[a-z] +\(?[A-Z]\d\d"
_END = re.compile(r"(?<=\S)[.;!?]+\s+|\n\s*")
_PERSON = (
    r"patient|participant|subject|person|individual|proband|volunteer|respondent|donor|case|man|woman|boy|girl|"
    r"male|female|child|mother|father|he|she"
)
# A sentence about one person begins with a word for the person; an article or a number may go with it.
_OPENING = re.compile(
    rf"\W*(?:(?:the|a|an|one|another|this|next|our|second|third)\s+){{0,2}}(?:\w+\s+)?(?P<who>{_PERSON})\b"
    r"(?:\s+(?:no\.?|number)?\s*#?\w?\d+)?[\s,:]+(?P<verb>[a-z]+)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?![\w]|\.\d)")


_ONE_PERSON_EACH = Rule(
    "told-people/sentences",
    "{sentences:,} sentences each report one person's numbers.",
    "Report what these people have in common instead.",
    PERSON_LEVEL,
)


class CaseReports:
    """Compares what passages of a text say of one person with the participants, and counts such sentences."""

    name = "told-people"
    protects_against = "case reports: single people described in sentences"
    rules = (_ONE_PERSON_EACH, *applied_by(name, (*RowMatchDetector.rules, *CodesWithDates.rules)))

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for passages about participants, and for sentences about `people_told` people."""
        artefact = examined.found
        text = _text_of(artefact)[: LIMITS.text_read]
        if not text:
            return
        found = _most_severe(_compared(text, artefact.where, evidence))
        if found is not None:
            yield found_by(self.name, found)
        # Cells of a table often begin alike: remarks, labels, questions.
        sentences = _about_one_person(text) if isinstance(artefact, FoundText) else 0
        if sentences >= evidence.policy.people_told:
            facts = {"sentences": sentences}
            yield _ONE_PERSON_EACH.finding(Verdict.REVIEW, artefact.where, facts, rows=sentences)


def _text_of(found: Artefact) -> str:
    """Return a text, or the long texts among a table's cells, a line each; nothing for other artefacts."""
    if isinstance(found, FoundText):
        return found.text
    if not isinstance(found, FoundTable):
        return ""
    lines: list[str] = []
    worded = False
    for column in found.table.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            cells = column.slice(0, LIMITS.most_cells).unique().drop_null()
            long = cells.filter(pc.greater_equal(pc.utf8_length(cells), LIMITS.least_cell))
            lines += (" ".join(each.split()) for each in long.to_pylist())
            worded |= bool(pc.any(pc.match_substring_regex(cells, _CODE_IN_WORDS)).as_py())
    return "\n".join([*lines, *_rows(found)] if worded else lines)


def _rows(found: FoundTable) -> Iterator[str]:
    """Yield the rows of a table as lines: a code may be in the words of one cell, its date in another."""
    for row in found.table.slice(0, LIMITS.most_rows).to_pylist():
        yield " ".join(" ".join(str(cell).split()) for cell in row.values() if cell is not None)


def _most_severe(findings: Iterator[Finding]) -> Finding | None:
    """Return the first finding that blocks, or else the first."""
    first = None
    for each in findings:
        if each.severity is Verdict.BLOCK:
            return each
        first = first or each
    return first


def _compared(text: str, where: str, evidence: Evidence) -> Iterator[Finding]:
    """Yield the findings of passages that agree with participants, or with their events, beyond chance."""
    for passages in passages_of(text):
        events = FoundTable(where, dated_codes(passages))
        yield from CodesWithDates().run(ExaminedTable(events), evidence)
        for table in described(passages, evidence.index):
            seed = sampling_seed(evidence)
            match = recognise(table, evidence.columns, evidence.index, UNCHANGED_VALUES, seed=seed)
            found = judged(match, where, table.num_rows, evidence)
            if found is not None:
                yield found


def _about_one_person(text: str) -> int:
    """Return how many sentences begin with one person in the same words and give different numbers."""
    told: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for sentence in _END.split(text):
        match = _OPENING.match(sentence) if len(sentence) <= LIMITS.longest_sentence else None
        if match is not None:
            numbers = tuple(_NUMBER.findall(sentence, match.start("verb")))
            if numbers:
                told[match["who"].lower(), match["verb"].lower()].add(numbers)
    return max(map(len, told.values()), default=0)
