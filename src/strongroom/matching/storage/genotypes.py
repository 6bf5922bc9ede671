"""The cohort's genotypes as stored in the index: two bits a call, variant by variant."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, Cohort
from strongroom.matching.storage.value_lists import Arrays

MISSING = 3  # fixed: the fourth of the two-bit codes
"""The code of a missing call; 0, 1 and 2 are copies of the first allele."""

_AT_ONCE = 128  # fixed: format of the index: variants in one stored array
_PER_BYTE = 4  # fixed: format of the index: two bits a call
_NAMES, _ORDINALS, _COUNTS = "genotypes:names", "genotypes:ordinals", "genotypes:counts"


@dataclass(frozen=True)
class CohortGenotypes:
    """Genotypes in an index: `counts` (variants, 4) says how many people have 0, 1, 2 copies or no call.

    `ordinals` gives the participant of each sample, shape (samples,).
    """

    names: tuple[str, ...]
    ordinals: NDArray[np.uint32] = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)
    stored: Arrays

    def calls(self, variant: int) -> NDArray[np.uint8]:
        """Return a variant's calls, 0, 1, 2 or MISSING; shape (samples,)."""
        width = -(-len(self.ordinals) // _PER_BYTE)
        chunk, place = divmod(variant, _AT_ONCE)
        packed = self.stored.array(_chunk(chunk), place * width, (place + 1) * width)
        calls: NDArray[np.uint8] = _UNPACKED[packed].reshape(-1)[: len(self.ordinals)]
        return calls


def genotype_arrays(cohort: Cohort) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield what `open_genotypes` reads, by name; nothing for a cohort without genotypes."""
    source = cohort.genotypes
    if source is None:
        return
    names = [name for name in source.column_names if name != PARTICIPANT]
    yield _NAMES, np.frombuffer(json.dumps(names).encode(), np.uint8)
    yield _ORDINALS, source.read([PARTICIPANT]).column(0).to_numpy()
    counts = []
    for start in range(0, len(names), _AT_ONCE):
        table = source.read(names[start : start + _AT_ONCE])
        calls = [column.fill_null(MISSING).to_numpy().astype(np.uint8) for column in table.columns]
        counts += [np.bincount(each, minlength=_PER_BYTE)[:_PER_BYTE] for each in calls]
        yield _chunk(start // _AT_ONCE), np.concatenate([_packed(each) for each in calls])
    yield _COUNTS, np.concatenate(counts)


def open_genotypes(stored: Arrays) -> CohortGenotypes | None:
    """Open an index's genotypes, None if it has none; calls are decrypted on demand."""
    if _COUNTS not in stored.names:
        return None
    names = json.loads(stored.array(_NAMES).tobytes())
    counts = stored.array(_COUNTS).reshape(-1, _PER_BYTE)
    return CohortGenotypes(tuple(names), stored.array(_ORDINALS), counts, stored)


def _packed(calls: NDArray[np.uint8]) -> NDArray[np.uint8]:
    filled = np.concatenate([calls, np.full(-len(calls) % _PER_BYTE, MISSING, np.uint8)])
    four = filled.reshape(-1, _PER_BYTE)
    packed: NDArray[np.uint8] = four[:, 0] | four[:, 1] << 2 | four[:, 2] << 4 | four[:, 3] << 6
    return packed


def _chunk(number: int) -> str:
    return f"genotypes:calls:{number}"


_UNPACKED = (np.arange(256)[:, None] >> (2 * np.arange(_PER_BYTE)) & 3).astype(np.uint8)
