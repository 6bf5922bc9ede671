"""A stream of random numbers for each thing drawn: no column depends on which others are requested."""

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Streams:
    """The streams of one block of people: the same seed, block and label give the same numbers."""

    seed: int
    block: int

    def open(self, *label: str | int) -> np.random.Generator:
        """Return a new generator for `label`."""
        key = [zlib.crc32(part.encode()) if isinstance(part, str) else part for part in label]
        return np.random.Generator(
            np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(self.block, *key)))
        )
