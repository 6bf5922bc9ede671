"""People told one after the other in prose: "The patient had a weight of 81 and ..." again and again."""

import re
from collections import defaultdict
from collections.abc import Iterator

from strongroom.checker.contents.found import FoundText
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import Examined

_MOST_TEXT = 4_000_000
_END = re.compile(r"(?<=\S)[.;!?]+\s+|\n\s*")
_LONGEST = 4_000
_PERSON = (
    r"patient|participant|subject|person|individual|proband|volunteer|respondent|donor|case|man|woman|boy|girl|"
    r"male|female|child|mother|father|he|she"
)
# What is told of somebody begins with who: an article or a number may stand before and after.
_OPENING = re.compile(
    rf"\W*(?:(?:the|a|an|one|another|this|next|our|second|third)\s+){{0,2}}(?:\w+\s+)?(?P<who>{_PERSON})\b"
    r"(?:\s+(?:no\.?|number)?\s*#?\w?\d+)?[\s,:]+(?P<verb>[a-z]+)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?![\w]|\.\d)")


class ToldPeople:
    """Counts sentences that begin with one person in the same words and say other numbers of each."""

    name = "told-people"
    protects_against = "people told in sentences: case descriptions, one after the other"

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a text that tells as many people as may not be shown in a table either."""
        artefact = examined.found
        if not isinstance(artefact, FoundText):
            return
        told: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
        for sentence in _END.split(artefact.text[:_MOST_TEXT]):
            match = _OPENING.match(sentence) if len(sentence) <= _LONGEST else None
            if match is not None:
                numbers = tuple(_NUMBER.findall(sentence, match.start("verb")))
                if numbers:
                    told[match["who"].lower(), match["verb"].lower()].add(numbers)
        most = max(map(len, told.values()), default=0)
        if most >= evidence.policy.people_told:
            yield Finding(
                self.name,
                Verdict.REVIEW,
                artefact.where,
                f"{most:,} sentences each tell one person's numbers. Tell what they have in common instead.",
                rows=most,
            )
