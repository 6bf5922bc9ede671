"""All peers at once."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.elsewhere import available
from benchmarks.exfiltration._cohorts import Source
from benchmarks.exfiltration._peers import data_match, number_rule, patterns, size_rule

NAMES = ("seven-digit rule", "data match", "size and header rule", "Presidio patterns", "review everything")


class Peers:
    """The peers, set up for one cohort; each answers release, review or block."""

    def __init__(self, source: Source) -> None:
        self._match = data_match.DataMatch(source.people)

    def judge(self, files: Sequence[Path]) -> dict[str, str]:
        """Return each peer's verdict on files handed in together."""
        answers = {
            "seven-digit rule": any(number_rule.fires(path) for path in files),
            "data match": any(self._match.fires(path) for path in files),
            "size and header rule": any(size_rule.fires(path) for path in files),
        }
        found = {name: "block" if fired else "release" for name, fired in answers.items()}
        if available():
            found["Presidio patterns"] = "block" if any(patterns.fires(path) for path in files) else "release"
        return {**found, "review everything": "review"}
