"""What a finding says: each rule has one sentence of what was found and one of what to do next.

A rule's id is its detector's name and the rule's own name: `row-match/records`. Ids are stable: reports, the
ledger's readers and custodians' notes refer to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from strongroom.checker.finding import Finding, Verdict

PERSON_LEVEL = "person-level data"
"""The concern of every rule that says: these are single people's values, by content or by shape."""

SUBMIT_SUMMARY = "Submit a summary instead, such as counts or means of groups."
_NO_FACTS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Rule:
    """One thing a detector says.

    `sentence` is a format string whose fields a finding fills in, never with a participant's value.
    Findings of one `concern` about one place are one leak; by default each rule is its own concern.
    """

    id: str
    sentence: str
    advice: str
    concern: str = ""

    @property
    def detector(self) -> str:
        """The name of the detector, before the slash."""
        return self.id.partition("/")[0]

    def under(self, detector: str) -> "Rule":
        """Return the same rule as another detector applies it."""
        return replace(self, id=f"{detector}/{self.id.partition('/')[2]}")

    def finding(
        self,
        severity: Verdict,
        where: str,
        facts: Mapping[str, object] = _NO_FACTS,
        *,
        detector: str = "",
        **evidence: Any,
    ) -> Finding:
        """Return a finding that says the sentence with these facts; `evidence` are fields of `Finding`."""
        return Finding(
            detector=detector or self.detector,
            severity=severity,
            where=where,
            message=self.sentence.format(**facts),
            rule=self.id,
            advice=self.advice,
            concern=self.concern or self.id,
            **evidence,
        )


def applied_by(detector: str, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return rules of other detectors as one that calls them applies them."""
    return tuple(rule.under(detector) for rule in rules)


def found_by(detector: str, finding: Finding) -> Finding:
    """Return another detector's finding as one of the detector that called it."""
    return replace(finding, detector=detector, rule=f"{detector}/{finding.rule.partition('/')[2]}")


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return "1 count" or "3 counts"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def help_link(finding: Finding, docs_url: str) -> str:
    """Return where the rule's page is: below the custodian's `docs_url`, or else in the documentation."""
    page = f"reference/detectors/{finding.rule.partition('/')[0] or finding.detector}"
    return f"{docs_url.rstrip('/')}/{page}.html" if docs_url else f"docs/{page}.md"
