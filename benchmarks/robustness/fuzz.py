"""Damaged files of every format, read as the airlock reads them: nothing may hang, and nothing pass unread.

    python benchmarks/robustness/fuzz.py --inputs 100000
    python benchmarks/robustness/fuzz.py --again 48213 --seed 1       one input, in this process

Takes about 6 min, 60 s with --quick.

Confined children (limits of memory and system calls as for a reader), two at a time unless --children says
otherwise, each read many inputs; a child that dies or takes too long is replaced, as the airlock would
replace it, and counted. It fails when an input hangs, when a reader raises, or when reading yields nothing
at all, neither content nor problem: such a file would be released unparsed. A quarter as many inputs are then
read as large files are, where they lie and a piece at a time; their children bind their memory alone.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code, left_out
from benchmarks.robustness._children import FAILING, Reads, Run, Tally, one_input
from benchmarks.robustness._corpus import Sample, corpus

from benchmarks.robustness import _pieces
from strongroom.checker.confined.child import take_limits
from strongroom.checker.confined.server import LOADED_FIRST, load
from strongroom.checker.contents.found import FoundProblem, Limits
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import BUILT_IN, rebuild_bytes
from strongroom.sandbox import seccomp

_LIMITS = Limits(memory_bytes=4 * 2**30, cpu_seconds=1_000, unpacked_bytes=2**28, pixels=4_000_000)


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


def read_in_pieces(name: str, content: bytes) -> tuple[str, str]:
    """Return what came of reading an input as a large file is read, in the same words."""
    try:
        frames = _pieces.frames_of(name, content, _LIMITS)
    except Exception:  # noqa: BLE001 - as above
        return "raised", _last_lines()
    if not set(frames) - {"type", "digest", "end"}:
        return "nothing" if content else "read", ""
    return "problem" if "problem" in frames else "read", ""


def _confined() -> None:
    take_limits(_LIMITS)
    seccomp.confine()


WHOLE = Reads(_confined, read_one)
IN_PIECES = Reads(lambda: _pieces.bind(_LIMITS), read_in_pieces)


def _last_lines() -> str:
    kind, error, trace = sys.exc_info()
    places = [f"{Path(each.filename).name}:{each.lineno}" for each in traceback.extract_tb(trace)[-4:]]
    return f"{kind.__name__ if kind else ''}: {error} at {' > '.join(places)}".replace("\n", " ")[:400]


def _print(tally: Tally, seconds: float, seed: int) -> None:
    answers = ("read", "refused", "problem", "rebuild raised", "child died", *FAILING)
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
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long one input may take")
    parser.add_argument("--children", type=int, default=2, help="how many inputs are read at a time")
    parser.add_argument("--again", type=int, help="read one input in this process and print what is found")
    parser.add_argument("--formats", nargs="+", default=[], help="only files of these endings")
    parser.add_argument("--pieces", action="store_true", help="only as large files are, a piece at a time")
    parser.add_argument("--quick", action="store_true", help="1,000 inputs")
    chosen = parser.parse_args()
    chosen.inputs = 1_000 if chosen.quick else chosen.inputs
    samples = [each for each in corpus(chosen.seed) if not chosen.formats or each.kind in chosen.formats]
    preloaded = (name for each in BUILT_IN.formats for name in each.preload)
    load((*LOADED_FIRST, *BUILT_IN.modules(), *preloaded))
    if chosen.again is not None and not chosen.pieces:
        return _again(samples, chosen, read_one)
    # BCF is met inside gzip alone, which is how it is written.
    if not chosen.formats and (without := formats_without(samples) - {"BCF"}):
        left_out(f"formats without a file: {', '.join(sorted(without))}")
    missed = [] if chosen.pieces else _tried(samples, chosen, chosen.inputs, WHOLE, "read whole")
    _pieces.as_if_large()
    large = [each for each in samples if _pieces.is_read_in_pieces(each.name, each.content)]
    if chosen.again is not None:
        return _again(large, chosen, read_in_pieces)
    many = chosen.inputs if chosen.pieces else chosen.inputs // 4
    return exit_code([*missed, *(_tried(large, chosen, many, IN_PIECES, "read in pieces") if large else [])])


def formats_without(samples: list[Sample]) -> set[str]:
    """Return the names of the formats that no sample is in."""
    found = {BUILT_IN.identify(each.content, each.name) for each in samples}
    return {each.name for each in {*BUILT_IN.formats, BUILT_IN.unknown} - found}


def _again(
    samples: list[Sample], chosen: argparse.Namespace, read: Callable[[str, bytes], tuple[str, str]]
) -> int:
    name, content = one_input(samples, chosen.seed, chosen.again)
    print(name, len(content), *read(name, content))
    return 0


def _tried(
    samples: list[Sample], chosen: argparse.Namespace, inputs: int, read: Reads, how: str
) -> list[str]:
    """Read so many inputs and print what came of them; returns what must not be."""
    print(f"\n### {how.capitalize()}: {len(samples)} files\n")
    began = time.perf_counter()
    tally = Run(samples, chosen.seed, inputs, read, seconds=chosen.seconds, children=chosen.children).go()
    _print(tally, time.perf_counter() - began, chosen.seed)
    failed = sum(counts[answer] for counts in tally.counts.values() for answer in FAILING)
    missed = {
        f"{failed} inputs {how} hang, make a reader raise or are read as nothing": failed > 0,
        f"{inputs - tally.answered} inputs {how} have no answer": tally.answered != inputs,
    }
    return [what for what, is_so in missed.items() if is_so]


if __name__ == "__main__":
    sys.exit(main())
