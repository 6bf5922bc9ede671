"""Write PLINK 1 files: bed (variant-major, two bits a call), bim and fam, one block of people at a time.

Format: https://www.cog-genomics.org/plink/1.9/formats#bed
"""

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from strongroom.cohort.synthetic.array_types import Bools, Calls, Ints
from strongroom.cohort.synthetic.genotypes import Variants

_MAGIC = b"\x6c\x1b\x01"
# Two bits a call: 00 two A1, 01 missing, 10 one, 11 none; anything but a count of alleles is missing.
_BITS = np.full(256, 0b01, np.uint8)
_BITS[[2, 1, 0]] = (0b00, 0b10, 0b11)
_PEOPLE_IN_BYTE = 4  # fixed: PLINK 1 .bed, two bits a call


class PlinkWriter:
    """Writes PREFIX.bed, .bim and .fam for `people` people; all blocks but the last are multiples of four."""

    def __init__(self, prefix: Path, variants: Variants, *, people: int) -> None:
        self._variants = variants
        self._row_bytes = -(-people // _PEOPLE_IN_BYTE)
        self._written = 0
        self._bed = prefix.with_name(prefix.name + ".bed").open("wb")
        self._fam = prefix.with_name(prefix.name + ".fam").open("w", encoding="ascii")
        self._bed.write(_MAGIC)
        _write_bim(prefix.with_name(prefix.name + ".bim"), variants)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bed.close()
        self._fam.close()

    def write(self, ids: Ints, male: Bools, calls: Calls) -> None:
        """Add a block: `calls` (variants, people) of 0, 1, 2, or anything else for a failed call."""
        self._fam.writelines(
            f"{one} {one} 0 0 {1 if man else 2} -9\n" for one, man in zip(ids, male, strict=True)
        )
        padding = -calls.shape[1] % _PEOPLE_IN_BYTE
        offset = len(_MAGIC) + self._written // _PEOPLE_IN_BYTE
        for row, call in enumerate(calls):
            bits = np.pad(_BITS[call.view(np.uint8)], (0, padding)).reshape(-1, _PEOPLE_IN_BYTE)
            packed = bits[:, 0] | bits[:, 1] << 2 | bits[:, 2] << 4 | bits[:, 3] << 6
            self._bed.seek(offset + row * self._row_bytes)
            self._bed.write(packed.tobytes())
        self._written += calls.shape[1]


def _write_bim(path: Path, variants: Variants) -> None:
    places = zip(variants.chromosome, variants.names, variants.position, variants.alleles, strict=True)
    with path.open("w", encoding="ascii") as file:
        file.writelines(
            f"{chromosome}\t{name}\t0\t{position}\t{a1}\t{a2}\n"
            for chromosome, name, position, (a1, a2) in places
        )
