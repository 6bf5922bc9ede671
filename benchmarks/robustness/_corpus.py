"""What is mutated: small files of every format the readers know, made here or from the shared folder."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks import Leak, all_attacks
from benchmarks.exfiltration._cohorts import SHARED
from benchmarks.robustness._formats import other_formats

_LARGEST = 48 * 1024
_A_KIND = 6
_ROWS = 12


@dataclass(frozen=True)
class Sample:
    """A file to mutate; `kind` is the ending it is counted under."""

    name: str
    content: bytes

    @property
    def kind(self) -> str:
        """The last ending of the name, in lower case."""
        return Path(self.name).suffix.lower() or self.name


def corpus(seed: int) -> list[Sample]:
    """Return the samples in a stable order, at most six real ones of an ending."""
    made = {sample.name + str(len(sample.content)): sample for sample in _generated(seed)}
    return [*made.values(), *_real()]


def _generated(seed: int) -> Iterator[Sample]:
    """Write twelve invented people in every attack, once in each form, and in the formats of no attack."""
    draw = np.random.default_rng(seed)
    people = _invented(draw)
    for attack in all_attacks():
        seen = set()
        for setting in attack.grid:
            own = {name: value for name, value in setting.items() if name != "columns"}
            if str(own) in seen or attack.name in {"differencing", "outside_the_files"}:
                continue
            seen.add(str(own))
            with tempfile.TemporaryDirectory() as folder:
                calls = draw.integers(0, 3, (_ROWS, 20)).astype(np.int8)
                leak = Leak(people, people, Path(folder), draw, None, calls)
                for request in attack.make(leak, **own).requests:
                    for path in request[:3]:
                        content = path.read_bytes()
                        if 0 < len(content) <= _LARGEST:
                            yield Sample(path.name, content)
    yield from (Sample(name, content) for name, content in other_formats(people, draw))


def _invented(draw: np.random.Generator) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "eid": draw.choice(5_000_000, _ROWS, replace=False) + 1_000_000,
            "sbp": draw.normal(140, 18, _ROWS).round(1),
            "bmi": draw.normal(27, 5, _ROWS).round(2),
            "ldl": draw.normal(3.5, 0.8, _ROWS).round(3),
            "smoker": draw.integers(0, 3, _ROWS),
            "visit": pl.Series(draw.integers(13_000, 15_000, _ROWS)).cast(pl.Int32).cast(pl.Date),
        }
    )


def _real() -> Iterator[Sample]:
    counts: dict[str, int] = {}
    for path in sorted(SHARED.glob("*/**/*")):
        if path.is_file() and 0 < path.stat().st_size <= _LARGEST and path.name != "sealed.bin":
            kind = path.suffix.lower()
            counts[kind] = counts.get(kind, 0) + 1
            if counts[kind] <= _A_KIND:
                yield Sample(path.name, path.read_bytes())
