"""The processes that read the inputs, and the count of what became of them."""

import os
import select
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from benchmarks.robustness._corpus import Sample
from benchmarks.robustness._mutations import mutated

INPUTS_A_CHILD = 2_000
FAILING = ("hang", "raised", "nothing")


@dataclass
class Child:
    """A process that reads the inputs from `first` up to `last`; `now` is the one it reads."""

    process: int
    answers: int
    last: int
    now: int
    since: float
    rest: bytes = b""


@dataclass
class Tally:
    """What became of the inputs: counts by format and answer, and how each failure is made again."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    failures: list[str] = field(default_factory=list)

    @property
    def answered(self) -> int:
        """How many inputs have an answer."""
        return sum(count.total() for count in self.counts.values())


@dataclass(frozen=True)
class Reads:
    """A way to read inputs: what binds the process that does, and what comes of one."""

    confine: Callable[[], object]
    one: Callable[[str, bytes], tuple[str, str]]


class Run:
    """The inputs of a seed, spread over children."""

    def __init__(
        self, samples: list[Sample], seed: int, inputs: int, read: Reads, *, seconds: float, children: int = 2
    ) -> None:
        self._samples, self._seed, self._inputs, self._seconds = samples, seed, inputs, seconds
        self._at_once, self._read = children, read
        self._children: list[Child] = []
        self._next = 0
        self.tally = Tally()

    def go(self) -> Tally:
        """Read everything."""
        while self._next < self._inputs or self._children:
            while len(self._children) < self._at_once and self._next < self._inputs:
                last = min(self._next + INPUTS_A_CHILD, self._inputs)
                self._start(self._next, last)
                self._next = last
            ready, _, _ = select.select([child.answers for child in self._children], [], [], 1.0)
            for child in list(self._children):
                if child.answers in ready:
                    self._hear(child)
                elif time.monotonic() - child.since > self._seconds:
                    self._end(child, "hang")
        return self.tally

    def _start(self, first: int, last: int) -> None:
        heard, told = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(heard)
            try:
                self._read_many(first, last, told)
            finally:
                os._exit(0)
        os.close(told)
        self._children.append(Child(process, heard, last, first, time.monotonic()))

    def _hear(self, child: Child) -> None:
        told = os.read(child.answers, 1 << 16)
        if not told:
            self._end(child, "child died" if child.now < child.last else "")
            return
        *lines, child.rest = (child.rest + told).split(b"\n")
        for line in lines:
            answer, _, detail = line.decode("utf-8", "replace").partition("\t")
            self._count(child.now, answer, detail)
            child.now += 1
        child.since = time.monotonic()

    def _end(self, child: Child, answer: str) -> None:
        os.kill(child.process, signal.SIGKILL)
        _, status = os.waitpid(child.process, 0)
        os.close(child.answers)
        self._children.remove(child)
        if answer:
            self._count(child.now, answer, f"status {status}")
            if child.now + 1 < child.last:
                self._start(child.now + 1, child.last)

    def _count(self, number: int, answer: str, detail: str) -> None:
        sample = self._samples[number % len(self._samples)]
        self.tally.counts[sample.kind][answer] += 1
        if answer in {*FAILING, "child died", "rebuild raised"}:
            self.tally.failures.append(f"{answer}: input {number} ({sample.name}): {detail}")

    def _read_many(self, first: int, last: int, told: int) -> None:
        self._read.confine()
        for number in range(first, last):
            answer, detail = self._read.one(*one_input(self._samples, self._seed, number))
            os.write(told, f"{answer}\t{detail}\n".encode())


def one_input(samples: list[Sample], seed: int, number: int) -> tuple[str, bytes]:
    """Return the name and the bytes of an input; the same for the same seed and samples."""
    sample = samples[number % len(samples)]
    draw = np.random.default_rng([seed, number])
    same = [each.content for each in samples if each.kind == sample.kind]
    others = same if draw.random() < 0.5 else [samples[int(draw.integers(len(samples)))].content]
    return sample.name, mutated(sample.content, others, draw)
