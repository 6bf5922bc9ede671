"""The differences between engines: quoting of names and texts, and a few functions."""

from typing import Protocol


class Dialect(Protocol):
    """How an engine writes what the emitter needs; arguments are SQL unless called plain."""

    name: str

    def identifier(self, name: str) -> str:
        """Return a plain name, quoted."""

    def text(self, value: str) -> str:
        """Return a plain text as a literal."""

    def plus_days(self, date: str, days: str) -> str:
        """Return the date that many days later."""

    def days_between(self, start: str, end: str) -> str:
        """Return how many days `end` is after `start`."""

    def start_of(self, part: str, date: str) -> str:
        """Return the first day of the date's month or year; `part` is the plain word."""
