"""Damaged files of every format, read as the airlock reads them: nothing may hang, and nothing pass unread.

    python benchmarks/robustness/fuzz.py --inputs 100000
    python benchmarks/robustness/fuzz.py --again 48213 --seed 1       one input, in this process

Confined children (limits of memory and system calls as for a reader), two at a time unless --children says
otherwise, each read many inputs; a child that dies or takes too long is replaced, as the airlock would
replace it, and counted. It fails when an input hangs, when a reader raises, or when reading yields nothing
at all, neither content nor problem: such a file would be released unparsed.
"""

import argparse
import os
import select
import signal
import sys
import time
import traceback
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.robustness._corpus import Sample, corpus
from benchmarks.robustness._mutations import mutated

from strongroom.checker.artefacts import FoundProblem, Limits
from strongroom.checker.forkserver import _LOADED_FIRST, _LOADED_FOR, _load
from strongroom.checker.readers.dispatch import read_bytes
from strongroom.checker.readers.part import UnreadableError
from strongroom.checker.rebuild.dispatch import rebuild_bytes
from strongroom.checker.worker import take_limits
from strongroom.sandbox import seccomp

INPUTS_A_CHILD = 2_000
_FAILING = ("hang", "raised", "nothing")
_LIMITS = Limits(memory_bytes=4 * 2**30, cpu_seconds=1_000, unpacked_bytes=2**28, pixels=4_000_000)


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


class Run:
    """The inputs of a seed, spread over children."""

    def __init__(
        self, samples: list[Sample], seed: int, inputs: int, seconds: float, children: int = 2
    ) -> None:
        self._samples, self._seed, self._inputs, self._seconds = samples, seed, inputs, seconds
        self._at_once = children
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
                _read_many(self._samples, self._seed, first, last, told)
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
        if answer in {*_FAILING, "child died", "rebuild raised"}:
            self.tally.failures.append(f"{answer}: input {number} ({sample.name}): {detail}")


def one_input(samples: list[Sample], seed: int, number: int) -> tuple[str, bytes]:
    """Return the name and the bytes of an input; the same for the same seed and samples."""
    sample = samples[number % len(samples)]
    draw = np.random.default_rng([seed, number])
    same = [each.content for each in samples if each.kind == sample.kind]
    others = same if draw.random() < 0.5 else [samples[int(draw.integers(len(samples)))].content]
    return sample.name, mutated(sample.content, others, draw)


def read_one(name: str, content: bytes) -> tuple[str, str]:
    """Return what came of reading an input: "read", "problem", "nothing", "raised", "rebuild raised"."""
    try:
        found = list(read_bytes(content, name, limits=_LIMITS))
    except Exception:  # noqa: BLE001 - whatever escapes a reader is what is looked for
        return "raised", _last_lines()
    if not found:
        return "nothing" if content else "read", ""  # an empty file holds nothing
    if any(isinstance(each, FoundProblem) for each in found):
        return "problem", ""
    try:
        rebuild_bytes(content, name, limits=_LIMITS)
    except UnreadableError:
        return "refused", ""
    except Exception:  # noqa: BLE001 - as above
        return "rebuild raised", _last_lines()
    return "read", ""


def _read_many(samples: list[Sample], seed: int, first: int, last: int, told: int) -> None:
    take_limits(_LIMITS)
    seccomp.confine()
    for number in range(first, last):
        answer, detail = read_one(*one_input(samples, seed, number))
        os.write(told, f"{answer}\t{detail}\n".encode())


def _last_lines() -> str:
    kind, error, trace = sys.exc_info()
    places = [f"{Path(each.filename).name}:{each.lineno}" for each in traceback.extract_tb(trace)[-4:]]
    return f"{kind.__name__ if kind else ''}: {error} at {' > '.join(places)}".replace("\n", " ")[:400]


def _print(tally: Tally, seconds: float, seed: int) -> None:
    answers = ("read", "refused", "problem", "rebuild raised", "child died", *_FAILING)
    print(f"{tally.answered:,} inputs, seed {seed}, {seconds:,.0f} s, {tally.answered / seconds:,.0f}/s\n")
    print(f"| format | {' | '.join(answers)} |\n|---|{'---:|' * len(answers)}")
    for kind, counts in sorted(tally.counts.items()):
        print(f"| {kind} | {' | '.join(str(counts[answer]) for answer in answers)} |")
    for failure in tally.failures:
        print(f"- {failure}")


def main() -> int:
    """Run the inputs; 1 when one failed, or when one has no answer."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long one input may take")
    parser.add_argument("--children", type=int, default=2, help="how many inputs are read at a time")
    parser.add_argument("--again", type=int, help="read one input in this process and print what is found")
    parser.add_argument("--formats", nargs="+", default=[], help="only files of these endings")
    chosen = parser.parse_args()
    samples = [each for each in corpus(chosen.seed) if not chosen.formats or each.kind in chosen.formats]
    _load(_LOADED_FIRST + tuple(name for names in _LOADED_FOR.values() for name in names))
    if chosen.again is not None:
        name, content = one_input(samples, chosen.seed, chosen.again)
        print(name, len(content), *read_one(name, content))
        return 0
    began = time.perf_counter()
    tally = Run(samples, chosen.seed, chosen.inputs, chosen.seconds, chosen.children).go()
    _print(tally, time.perf_counter() - began, chosen.seed)
    failed = sum(counts[answer] for counts in tally.counts.values() for answer in _FAILING)
    return 1 if failed or tally.answered != chosen.inputs else 0


if __name__ == "__main__":
    sys.exit(main())
