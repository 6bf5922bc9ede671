"""The differences between engines: quoting of names and texts, and a few functions."""

from collections.abc import Sequence
from typing import Protocol


class Dialect(Protocol):
    """How an engine writes what the emitter needs; arguments are SQL unless called plain."""

    name: str

    def identifier(self, name: str) -> str:
        """Return a plain name, quoted."""

    def text(self, value: str) -> str:
        """Return a plain text as a literal."""

    def like(self, text: str, pattern: str) -> str:
        """Return whether a text matches a plain LIKE pattern, in time that is linear in its length."""

    def plus_days(self, date: str, days: str) -> str:
        """Return the date that many whole days later."""

    def plus_months(self, date: str, months: str) -> str:
        """Return the date that many whole months later, or the last day of that month if it is shorter."""

    def days_between(self, start: str, end: str) -> str:
        """Return how many days `end` is after `start`."""

    def start_of(self, part: str, date: str) -> str:
        """Return the first day of the date's month or year; `part` is the plain word."""

    def to_integer(self, number: str) -> str:
        """Return a number rounded to an integer of 32 bits; NULL if it does not fit."""

    def sum_of_products(self, one: str, other: str) -> str:
        """Return the sum over rows of the product of two integers of 32 bits, exactly."""

    def shuffled(self, salt: str, values: Sequence[str]) -> str:
        """Return a pseudo-random integer that the plain salt and the values determine."""

    def first_groups(self, table: str, columns: Sequence[str], order: str, most: int) -> str:
        """Return the statement that keeps each person's first `most` rows of `table` by `order`.

        `columns` are the plain names of the rows' columns besides `person`.
        """
