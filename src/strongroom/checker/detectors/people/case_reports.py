"""Case reports in prose: several sentences such as "The patient had a weight of 81 and ..."."""

import re
from collections import defaultdict
from collections.abc import Iterator

from strongroom.checker.contents.found import FoundText
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, Rule
from strongroom.checker.table_types.examined import Examined
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    text_read: int = threshold(4_000_000, "characters of a text", "cost: bounds the search of one text")
    longest_sentence: int = threshold(
        4_000,
        "characters of a sentence",
        "cost: bounds the pattern on text without full stops; no sentence is longer",
    )


LIMITS = _Limits()


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
    """Counts sentences that begin with one person in the same words and give different numbers."""

    name = "told-people"
    protects_against = "case reports: single people described in sentences"
    rules = (_ONE_PERSON_EACH,)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a text that describes `people_told` people or more."""
        artefact = examined.found
        if not isinstance(artefact, FoundText):
            return
        described: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
        for sentence in _END.split(artefact.text[: LIMITS.text_read]):
            match = _OPENING.match(sentence) if len(sentence) <= LIMITS.longest_sentence else None
            if match is not None:
                numbers = tuple(_NUMBER.findall(sentence, match.start("verb")))
                if numbers:
                    described[match["who"].lower(), match["verb"].lower()].add(numbers)
        most = max(map(len, described.values()), default=0)
        if most >= evidence.policy.people_told:
            yield _ONE_PERSON_EACH.finding(Verdict.REVIEW, artefact.where, {"sentences": most}, rows=most)
