"""What waits for a person: each room says it, the page Today shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

_SIGNS = {"stop": "✗", "look": "▲", "quiet": "·"}


@dataclass(frozen=True)
class Waiting:
    """One line: a sentence with a link; `detail` has the number that matters, or what has not happened."""

    level: Literal["stop", "look", "quiet"]
    tag: str
    text: str
    url: str
    since: datetime
    detail: str = ""

    @property
    def sign(self) -> str:
        """The sign that goes with the colour."""
        return _SIGNS[self.level]
