"""What rebuilding a part gives: one or more files, and what changed, in words."""

from collections.abc import Callable
from dataclasses import dataclass

from strongroom.checker.formats.part import Context, Part


@dataclass(frozen=True)
class Copy:
    """A file made anew; `name` begins with the name of the file it was made from."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Rebuilt:
    """The files a part became, and what is different about them, in words."""

    files: tuple[Copy, ...]
    changes: tuple[str, ...]


Rebuilder = Callable[[Part, Context], Rebuilt]


def one(part: Part, data: bytes, *changes: str) -> Rebuilt:
    """Return a part rebuilt as one file under its own name."""
    return Rebuilt((Copy(part.name, data),), changes)
