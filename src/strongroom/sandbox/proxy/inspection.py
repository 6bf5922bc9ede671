"""May an output be shown? Small ones are counted; larger ones, or many, are judged by the checker.

Three totals stop data that leave in pieces: those of a message, of a sliding window and of the session.
"""

import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from strongroom.sandbox.proxy.bundles import HTML, PICTURES, Part
from strongroom.sandbox.proxy.rows import Counted, counted, counted_html
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    message_rows: int = threshold(
        200,
        "lines with a number",
        "judgement: twice the longest regression summary; a longer table is an output for the airlock",
    )
    asked_rows: int = threshold(
        20,
        "lines with a number in a window",
        "judgement: describe() and a model's coefficients stay below it, the head of five tables does not",
    )
    asked_values: int = threshold(
        200, "numbers in a window", "judgement: twenty lines of ten columns, also when printed on one line"
    )
    asked_bytes: int = threshold(
        16_384, "bytes in a window", "judgement: a few screens of text; encoded values need not be numbers"
    )
    window_seconds: float = threshold(
        600.0, "seconds", "judgement: pieces of one table printed by hand follow each other faster than this"
    )
    session_rows: int = threshold(
        5_000,
        "lines with a number",
        "judgement: a day of summaries; who needs more is asked by a person why",
    )
    session_bytes: int = threshold(
        10_000_000,
        "bytes",
        "judgement: about 100 figures and 1,000 printed tables, with the protocol's own messages; it bounds "
        "what encoded data can leave in one session",
    )
    first_whole_rows: int = threshold(
        100, "lines with a number", "cost: all that was shown is judged together here, and at each doubling"
    )


LIMITS = _Limits()

ROWS, JUDGED, BUDGET = "row-level output", "refused by the checker", "session budget"


Judge = Callable[[Sequence[Part]], Awaitable[str | None]]
"""Says why outputs, taken together, may not be shown: a rule in a few words; None if they may."""


class Shown(NamedTuple):
    """Something that was shown without having been judged."""

    at: float
    counted: Counted
    parts: tuple[Part, ...]


class Inspection:
    """What one session was shown. `on_hold` is called once, when a budget is used up."""

    def __init__(
        self,
        judge: Judge,
        *,
        on_hold: Callable[[str], None] = lambda _: None,
        limits: _Limits = LIMITS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.bytes: Counter[str] = Counter()
        self.rows = 0
        self.withheld: Counter[str] = Counter()
        self.held: str | None = None
        self._judge, self._on_hold, self._limits, self._clock = judge, on_hold, limits, clock
        self._window: deque[Shown] = deque()
        self._all: list[Part] = []
        self._next_whole = limits.first_whole_rows

    async def refusal(self, parts: Sequence[Part]) -> str | None:
        """Return why an output may not be shown; None if it may, and it then counts as shown."""
        reason = self.held or await self._reason(parts)
        if reason is not None:
            self.withheld[reason] += 1
        return reason

    def count(self, kind: str, size: int) -> None:
        """Add bytes that are about to be sent to the browser."""
        self.bytes[kind] += size
        if self.bytes.total() > self._limits.session_bytes:
            self.hold(f"{BUDGET}: bytes")

    def hold(self, reason: str) -> None:
        """Show nothing more."""
        if self.held is None:
            self.held = reason
            self._on_hold(reason)

    async def _reason(self, parts: Sequence[Part]) -> str | None:
        count = _count(parts)
        if count.rows > self._limits.message_rows:
            return ROWS
        if self.rows + count.rows > self._limits.session_rows:
            self.hold(f"{BUDGET}: rows")
            return self.held
        refused = await self._asked(count, tuple(parts))
        if refused is None:
            self.rows += count.rows
            self._all += _texts(parts)
        return refused

    async def _asked(self, count: Counted, parts: tuple[Part, ...]) -> str | None:
        """Ask the judge if there is reason to: about the window, or at times about all that was shown."""
        self._forget()
        now = Shown(self._clock(), count, parts)
        total = count
        for each in self._window:
            total = total.plus(each.counted)
        whole = self.rows + count.rows >= self._next_whole
        picture = any(part.type in PICTURES for part in parts)
        if not (whole or picture or self._large(total)):
            self._window.append(now)
            return None
        window = [part for each in self._window for part in _texts(each.parts)]
        asked = [*(self._all if whole else window), *_texts(parts), *_pictures(parts)]
        refused = await self._judge(asked)
        if refused is not None:
            return f"{JUDGED}: {refused}"
        while whole and self.rows + count.rows >= self._next_whole:
            self._next_whole *= 2
        self._window.clear()
        return None

    def _large(self, total: Counted) -> bool:
        limits = self._limits
        return (
            total.rows > limits.asked_rows
            or total.values > limits.asked_values
            or total.bytes > limits.asked_bytes
        )

    def _forget(self) -> None:
        oldest = self._clock() - self._limits.window_seconds
        while self._window and self._window[0].at < oldest:
            self._window.popleft()


def _count(parts: Sequence[Part]) -> Counted:
    """Count one output; its text and its HTML are two forms of the same."""
    found = Counted()
    for part in parts:
        if part.type not in PICTURES:
            found = found.or_more((counted_html if part.type == HTML else counted)(part.data))
    return found


def _texts(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.type not in PICTURES]


def _pictures(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.type in PICTURES]
