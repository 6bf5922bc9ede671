"""What all readers of one request may take together: time, and processor time.

Each file has limits too, but a request may hold thousands of files that each use theirs to the end.
"""

import time
from collections.abc import Callable

from strongroom.checker.confined.running import processor_seconds
from strongroom.checker.contents.found import FoundProblem, Limits, ProblemKind


class RequestBudget:
    """What is left of a request's time; `used` returns the processor seconds of the readers so far."""

    def __init__(self, limits: Limits, used: Callable[[], float] = processor_seconds) -> None:
        self._limits, self._used = limits, used
        self._until = time.monotonic() + limits.request_seconds
        self._counted, self._spent = used(), 0.0

    @property
    def limits(self) -> Limits:
        """The limits of the next file: no more time than is left."""
        return self._limits.within(self._left(), self._until - time.monotonic())

    def problem(self, name: str) -> FoundProblem | None:
        """Return why a file is not read any more: the request has used its time up."""
        if self._until - time.monotonic() > 0 and self._left() > 0:
            return None
        return FoundProblem(name, ProblemKind.CRASHED, "the files before it used up the request's time")

    def _left(self) -> float:
        """Return how much processor time is left; readers that were started again count from 0."""
        used = self._used()
        self._spent += used - self._counted if used >= self._counted else used
        self._counted = used
        return self._limits.request_cpu_seconds - self._spent
