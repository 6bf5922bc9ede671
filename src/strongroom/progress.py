"""How long work tells how far it is, without the tools knowing of any screen."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[int], None]


class Progress(Protocol):
    """Opens one bar for a piece of work; the value it yields is called with each amount done."""

    def __call__(self, title: str, total: int | None = None) -> AbstractContextManager[Advance]:
        """Show `title`; `total` is in the caller's own units, None when it is not known."""


@contextmanager
def silent(title: str, total: int | None = None) -> Iterator[Advance]:  # noqa: ARG001 - the Progress protocol
    """Show nothing: the default of every tool."""
    yield lambda _done: None
