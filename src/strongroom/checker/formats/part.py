"""What readers take and rebuilders return: a part, its context, rebuilt copies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from strongroom.checker.contents.found import Artefact, FoundProblem, Limits, ProblemKind
from strongroom.checker.contents.id_query import NO_IDS, IdQuery


class UnreadableError(Exception):
    """A part cannot be read further; `detail` holds no value of the file."""

    def __init__(self, kind: ProblemKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True)
class Part:
    """A file, or a file found inside another: its bytes, its own name, and where it was found."""

    data: bytes = field(repr=False)
    name: str
    where: str

    def inner(self, data: bytes, name: str) -> "Part":
        """Return a part found inside this one."""
        return Part(data, name, f"{self.where} > {printable(name)}")

    def problem(self, kind: ProblemKind, detail: str) -> FoundProblem:
        """Return a problem found at this place."""
        return FoundProblem(self.where, kind, detail)


@dataclass
class Budget:
    """How much the whole file may still unpack to: bytes and members, shared by every nested part."""

    unpacked_bytes: int
    members: int

    def take(self, size: int) -> None:
        """Count `size` unpacked bytes; raise UnreadableError when the file holds more than its limit."""
        self.unpacked_bytes -= size
        if self.unpacked_bytes < 0:
            raise UnreadableError(ProblemKind.TOO_LARGE, "unpacks to more than the limit")

    def take_member(self) -> None:
        """Count one member of an archive."""
        self.members -= 1
        if self.members < 0:
            raise UnreadableError(ProblemKind.TOO_LARGE, "has more members than the limit")


@dataclass(frozen=True)
class Copy:
    """A rebuilt file; its name begins with the name of the file it was made from."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Rebuilt:
    """The files a part was rebuilt as, and a description of each change."""

    files: tuple[Copy, ...]
    changes: tuple[str, ...]


def one_file(part: Part, data: bytes, *changes: str) -> Rebuilt:
    """Return a part rebuilt as one file under its own name."""
    return Rebuilt((Copy(part.name, data),), changes)


class Kind(Protocol):
    """What a reader may ask of the format that some bytes are in."""

    @property
    def name(self) -> str:
        """Its name, as people write it."""

    @property
    def mime(self) -> str:
        """Its MIME type."""

    @property
    def endings(self) -> tuple[str, ...]:
        """What names of such files end in, the usual ending first."""

    @property
    def text(self) -> bool:
        """Whether it is text without a structure, which only the file's name identifies."""


class Kinds(Protocol):
    """The formats in use: which one a part is in, and how it is rebuilt."""

    @property
    def unknown(self) -> Kind:
        """The format of files that match no other."""

    def identify(self, data: bytes, name: str) -> Kind:
        """Return the format of bytes; the name decides only among kinds of text."""

    def disagreement(self, kind: Kind, name: str) -> str:
        """Return how a name contradicts a format, or ""."""

    def rebuild(self, part: Part, context: "Context") -> Rebuilt:
        """Return the copy of a part; raise UnreadableError where there can be none."""


@dataclass(frozen=True)
class Context:
    """The limits, how to read a part found inside, the formats it may be in, the shared budget, the nesting.

    `id_query` is what to look for in tables too large to be kept; they are kept whole where nothing is.
    """

    limits: Limits
    read: "PartReader"
    formats: Kinds
    budget: Budget = field(default_factory=lambda: Budget(0, 0))
    depth: int = 0
    id_query: IdQuery = NO_IDS

    def nested(self, part: Part) -> Iterator[Artefact]:
        """Read a part found inside the present one, one level deeper."""
        if self.depth >= self.limits.depth:
            yield part.problem(ProblemKind.TOO_DEEP, f"nested more than {self.limits.depth} deep")
            return
        yield from self.read(part, replace(self, depth=self.depth + 1))

    def rebuild_nested(self, part: Part) -> Rebuilt:
        """Rebuild a part found inside the present one; raise UnreadableError where that is not possible."""
        if self.depth >= self.limits.depth:
            raise UnreadableError(ProblemKind.TOO_DEEP, "nested too deeply to be rebuilt")
        return self.formats.rebuild(part, replace(self, depth=self.depth + 1))

    def unpack_limit(self, packed: int) -> int:
        """Return how many bytes `packed` bytes may unpack to: by ratio, and by what is left of the budget."""
        small = 1 << 16  # a tiny file of one repeated letter is not a decompression bomb
        return min(self.budget.unpacked_bytes, max(small, packed * self.limits.ratio))


PartReader = Callable[[Part, Context], Iterator[Artefact]]
Rebuilder = Callable[[Part, Context], Rebuilt]
LargeOpener = Callable[[int, int, Part, Context], tuple[Kind, Iterator[Artefact]] | None]
"""Opens a large file from its descriptor and its size in bytes, to be read in pieces; None for any other."""


def printable(name: str) -> str:
    """Return a name fit for a report: no control characters, at most 120 characters."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in name)
    return shown if len(shown) <= 120 else shown[:117] + "..."  # noqa: PLR2004 - a line of a report
