"""Direct identifiers in texts and text columns: health numbers, contact details, births, single cases."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, Origin
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.national_ids import SCHEMES, Scheme
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule, counted
from strongroom.checker.table_types.examined import Examined
from strongroom.matching import log10_tail
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    text_read: int = threshold(2 << 20, "characters of a text", "cost: bounds a dozen patterns over one text")
    pieces: int = threshold(
        64,
        "pieces of a long text",
        "judgement: identifiers cluster; pieces of 32 kB from all over the text meet them",
    )
    # The shortest thing looked for is a postcode, the shortest number has nine digits.
    shortest: int = threshold(
        6, "characters of a cell", "derived: the shortest form searched for is a postcode of six characters"
    )
    largest_ignored: int = threshold(
        99_999_999, "whole number", "derived: the shortest numeric identifier has nine digits"
    )
    most_cells: int = threshold(
        50_000, "cells of a column", "cost: bounds the text made of a table's columns"
    )
    least_valid: int = threshold(
        3,
        "identifiers",
        "judgement: one or two valid check digits occur by chance among the numbers of any report",
    )
    # log10 of how unlikely so many valid check digits must be by chance.
    most_chance: float = threshold(
        -6.0,
        "log10 probability",
        "judgement: over eight schemes and many texts, one honest file in 10^5 is blocked",
    )


LIMITS = _Limits()


_NUMBERS_ONLY = {Origin.ARRAY, Origin.COORDINATES, Origin.MODEL}
_SEPARATORS = re.compile(r"[ -]")
_CONTACTS = {
    "e-mail addresses": re.compile(r"(?<![\w.+-])[\w.+-]{2,64}@[\w-]{2,64}(?:\.[\w-]{2,24})+(?![\w@])"),
    "postcodes": re.compile(r"(?<![\w-])[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?![\w-])"),
    "telephone numbers": re.compile(
        r"(?<![\w.,+-])(?:\+\d{1,3}[ .-]?\(?\d{1,4}\)?[ .-]\d{3,4}[ .-]?\d{3,4}"
        r"|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4})(?![\w.,-])"
    ),
}
_BIRTHS = re.compile(
    r"\b(?:dob|d\.o\.b\.|date of birth|born on)\b\W{0,4}(?:is |was )?"
    r"(\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4})",
    re.IGNORECASE,
)
_FINNISH_LENGTH, _FINNISH_DATE = 11, 6  # fixed: characters of a Finnish code, and of its date
_FEW = {"one": 1, "a single": 1, "only one": 1, "two": 2, "three": 3, "four": 4}
_CASES = re.compile(
    r"\b(a single|only one|one|two|three|four|[1-9])\s+(?:of the\s+)?"
    r"(?:patients?|participants?|volunteers?|wom[ae]n|m[ae]n|child(?:ren)?)\s+"
    r"(?:who|aged|died|suffered|reported|had an?|with an?|was diagnosed|were diagnosed)\b",
    re.IGNORECASE,
)


def _rule(name: str, sentence: str) -> Rule:
    return Rule(f"free-text-ids/{name}", sentence, "Remove them.")


_IDENTIFIERS = _rule("identifiers", "Contains {count:,} valid identifiers ({what}).")
_CONTACT_DETAILS = _rule("contact-details", "Contains {count:,} different {what}.")
_BIRTH_DATES = _rule("birth-dates", "Contains {count:,} dates of birth.")
_SMALL_GROUPS = Rule(
    "free-text-ids/small-groups",
    "Contains {sentences} about fewer than {smallest} people.",
    "Remove them, or report larger groups.",
)


@dataclass(frozen=True)
class _Found:
    rule: Rule
    count: int
    what: str = ""
    chance: float = 0.0


class FreeTextIds:
    """Searches texts and text columns; check digits that are valid more often than by chance are evidence."""

    name = "free-text-ids"
    protects_against = (
        "direct identifiers in text: health and tax numbers, contact details, dates of birth, single cases"
    )
    rules = (_IDENTIFIERS, _CONTACT_DETAILS, _BIRTH_DATES, _SMALL_GROUPS)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for each kind of identifier of which there are enough."""
        artefact = examined.found
        text = _text(artefact)
        if not text:
            return
        policy = evidence.policy
        found = [*_numbers(text), *_contacts(text, policy.contacts_allowed), *_births(text)]
        if isinstance(artefact, FoundText):
            found += _cases(text, policy.small_count)
        for each in found:
            block = each.rule is _IDENTIFIERS
            facts = {
                "count": each.count,
                "what": each.what,
                "sentences": counted(each.count, "sentence"),
                "smallest": policy.small_count,
            }
            yield each.rule.finding(
                Verdict.BLOCK if block else Verdict.REVIEW,
                artefact.where,
                facts,
                participants=each.count if block else 0,
                chance=each.chance,
            )


def _text(artefact: Artefact) -> str:
    """Return the text to search: a text, or the different texts and long whole numbers of a table."""
    if isinstance(artefact, FoundText):
        return _part(artefact.text)
    if not isinstance(artefact, FoundTable) or artefact.origin in _NUMBERS_ONLY:
        return ""
    return _part("\n".join(cell for column in artefact.table.columns for cell in _cells(column)))


def _cells(column: pa.ChunkedArray) -> list[str]:
    kind = column.type
    if pa.types.is_integer(kind):
        long = pc.greater(column, LIMITS.largest_ignored)
        if not pc.any(long).as_py():
            return []
        column = column.filter(long).cast(pa.string())
    elif not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return []
    cells = column.slice(0, LIMITS.most_cells).unique().drop_null()
    long = pc.greater_equal(pc.binary_length(cells), LIMITS.shortest)
    found: list[str] = cells.filter(long).to_pylist()
    return found


def _part(text: str) -> str:
    """Return a text, or of a long one pieces from all over it."""
    if len(text) <= LIMITS.text_read:
        return text
    step = len(text) // LIMITS.pieces
    return "\n".join(
        text[place : place + LIMITS.text_read // LIMITS.pieces] for place in range(0, len(text), step)
    )


def _numbers(text: str) -> Iterator[_Found]:
    """Yield identifiers whose check digits hold more often than by chance."""
    for scheme in SCHEMES:
        candidates = {_SEPARATORS.sub("", match[0]) for match in scheme.form.finditer(text)}
        valid = sum(map(scheme.holds, _kept(scheme, candidates)))
        if valid < LIMITS.least_valid:
            continue
        if log10_tail(valid, len(candidates), scheme.chance) <= LIMITS.most_chance:
            yield _Found(_IDENTIFIERS, valid, scheme.name, scheme.chance * len(candidates))


def _kept(scheme: Scheme, candidates: set[str]) -> list[str]:
    # The sign between the parts of a Finnish code belongs to it; for most people it is a hyphen.
    if scheme.name != "Finnish identity code":
        return sorted(candidates)
    return sorted(
        each if len(each) == _FINNISH_LENGTH else f"{each[:_FINNISH_DATE]}-{each[_FINNISH_DATE:]}"
        for each in candidates
    )


def _contacts(text: str, allowed: int) -> Iterator[_Found]:
    for what, form in _CONTACTS.items():
        count = len({match[0].lower() for match in form.finditer(text)})
        if count > allowed:
            yield _Found(_CONTACT_DETAILS, count, what)


def _births(text: str) -> Iterator[_Found]:
    count = len({match[1] for match in _BIRTHS.finditer(text)})
    if count > 1:
        yield _Found(_BIRTH_DATES, count)


def _cases(text: str, smallest: int) -> Iterator[_Found]:
    """Yield sentences about fewer people than may be counted."""
    count = 0
    for match in _CASES.finditer(text):
        word = match[1].lower()
        count += (int(word) if word.isdigit() else _FEW[word]) < smallest
    if count:
        yield _Found(_SMALL_GROUPS, count)
