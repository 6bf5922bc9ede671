"""Exports taken apart, altered as a forger would, and put together again."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One entry of an export as it stands in the file."""

    body: bytes
    index: int
    leaf: str

    def relabelled(self, index: int) -> "Line":
        """The line as a careful forger writes it: with the index of its place and the hash of its bytes."""
        return Line(self.body, index, hashlib.sha256(b"\x00" + self.body).hexdigest())

    def to_bytes(self) -> bytes:
        return b'{"entry":%b,"index":%d,"leaf":"%b"}\n' % (self.body, self.index, self.leaf.encode())


@dataclass(frozen=True)
class Export:
    """The parts of an export."""

    header: bytes
    checkpoints: list[bytes]
    entries: list[Line]

    @classmethod
    def read(cls, path: Path) -> "Export":
        header, *lines = path.read_bytes().splitlines(keepends=True)
        checkpoints = [line for line in lines if line.startswith(b'{"checkpoint"')]
        return cls(header, checkpoints, [_entry(line) for line in lines[len(checkpoints) :]])

    def write(self, path: Path) -> Path:
        path.write_bytes(
            self.header + b"".join(self.checkpoints) + b"".join(e.to_bytes() for e in self.entries)
        )
        return path

    def with_entries(self, entries: list[Line], *, relabel: bool = False) -> "Export":
        if relabel:
            entries = [line.relabelled(place) for place, line in enumerate(entries)]
        return replace(self, entries=entries)

    def note(self, number: int) -> str:
        return json.loads(self.checkpoints[number])["checkpoint"]


def _entry(line: bytes) -> Line:
    body, labels = line.rstrip(b"\n").removeprefix(b'{"entry":').rsplit(b',"index":', 1)
    index, leaf = labels.removesuffix(b'"}').split(b',"leaf":"')
    return Line(body, int(index), leaf.decode())
