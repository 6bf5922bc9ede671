"""Ids of participants: a list of them is a leak by itself, and code that names them is too."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.artefacts import Artefact, FoundTable, FoundText
from strongroom.checker.detectors.base import Evidence, KnownIds
from strongroom.checker.report import Finding, Verdict
from strongroom.cohort.index.values import ValueKind, canonical_values

_NUMBERS = re.compile(r"(?<![\w.])\d{7,10}(?![\w.])")
_FEWEST = 3
# log2 of how unlikely the hits must be by chance, over everything one file is searched for.
_BITS = 30.0


class ParticipantIds:
    """Counts ids by excess over chance: a range so full that any number hits says nothing."""

    name = "participant-ids"
    protects_against = "lists of participants' ids or pseudonyms, in a column, in text or in code"

    def run(self, artefact: Artefact, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for each kind of id that a column, or a text, holds too many of."""
        for place, values in _id_like_values(artefact):
            for known in evidence.known_ids:
                hits = _hits(values, known)
                if hits.distinct > max(evidence.policy.ids_allowed, _FEWEST - 1) and hits.bits >= _BITS:
                    yield self._finding(place, known, hits)

    def _finding(self, where: str, known: KnownIds, hits: "_Hits") -> Finding:
        return Finding(
            detector=self.name,
            severity=Verdict.BLOCK,
            where=where,
            message=f"{hits.distinct:,} participants' ids ({known.label}); these never leave, code included.",
            detail=f"{hits.expected:,.1f} would be expected by chance.",
            participants=hits.distinct,
            rows=hits.rows,
            chance=hits.expected,
            bits=hits.bits,
        )


@dataclass(frozen=True)
class _Hits:
    distinct: int = 0
    rows: int = 0
    expected: float = 0.0
    bits: float = 0.0


def _hits(values: NDArray[Any], known: KnownIds) -> _Hits:
    if (
        len(values) == 0
        or len(known.values) == 0
        or (values.dtype.kind == "f") != (known.values.dtype.kind in "iu")
    ):
        return _Hits()
    ids = np.unique(known.values.astype(values.dtype) if values.dtype.kind == "f" else known.values)
    distinct = np.unique(values)
    hit = np.isin(distinct, ids)
    if values.dtype.kind != "f":
        # Nobody writes another's text id by accident as long as ids are no common words.
        return _Hits(
            int(hit.sum()), int(np.isin(values, ids).sum()), 0.0, hit.sum() * math.log2(len(ids) + 1)
        )
    inside = distinct[(distinct >= ids[0]) & (distinct <= ids[-1])]
    occupancy = _local_occupancy(inside, ids)
    bits = _excess_bits(int(hit.sum()), len(inside), occupancy)
    return _Hits(int(hit.sum()), int(np.isin(values, ids).sum()), occupancy * len(inside), bits)


def _id_like_values(artefact: Artefact) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the whole numbers, or the texts, of each column; of a text, its numbers of 7 to 10 digits."""
    if isinstance(artefact, FoundText):
        yield artefact.where, np.array([float(found) for found in _NUMBERS.findall(artefact.text)])
    if not isinstance(artefact, FoundTable):
        return
    for place, name in enumerate(artefact.table.column_names):
        column = artefact.table.column(place)
        values = canonical_values(column)
        where = f"{artefact.where} > column {place + 1} ({name})"
        if values is not None and values.kind is ValueKind.NUMBER and values.decimals == 0:
            yield where, values.keys[~np.isnan(values.keys)]
        elif values is not None and values.kind is ValueKind.TEXT:
            yield where, column.drop_null().to_numpy().astype(np.str_)


def _local_occupancy(inside: NDArray[np.float64], ids: NDArray[np.float64]) -> float:
    """Return the share of whole numbers that are ids in the range the numbers themselves span."""
    if len(inside) == 0:
        return 1.0
    low, high = inside[0], inside[-1]
    held = np.searchsorted(ids, high, "right") - np.searchsorted(ids, low, "left")
    return float(held / (high - low + 1))


def _excess_bits(hits: int, tried: int, occupancy: float) -> float:
    """Return -log2 of an upper bound on the chance of so many hits (Hoeffding 1963: exp(-n KL))."""
    if tried == 0 or hits <= tried * occupancy:
        return 0.0
    share = hits / tried
    divergence = share * math.log2(share / max(occupancy, 1e-12))
    if share < 1:
        divergence += (1 - share) * math.log2((1 - share) / max(1 - occupancy, 1e-12))
    return tried * divergence
