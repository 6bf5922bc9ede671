"""What the detectors find in files, several at once where there are cores.

Detectors of files that were read together run in several processes, a file in one of them. So do those of one
large table, in two parts. The result does not depend on which process did the work.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np

from strongroom.checker.contents.found import Artefact, FoundTable
from strongroom.checker.detectors import DETECTORS, PEOPLE, Detector, Evidence
from strongroom.checker.detectors.limits.problems import NOT_JUDGED, Problems
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.information_content import incompressible_bytes, output_kind
from strongroom.checker.parallel import cores, shared_out
from strongroom.checker.table_types.examined import Examined, examine
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    # A fork takes as long as a small file.
    least_files: int = threshold(
        8, "files", "cost: a fork takes as long as a small file; with fewer files nothing is gained"
    )
    many_cells: int = threshold(
        50_000,
        "cells of a table",
        "cost: detectors of a smaller table take less time than the second process",
    )


LIMITS = _Limits()


# These compare with the cohort: what they read of it is kept in their process for the next table.
_COMPARING = len(PEOPLE)
_Artefacts = tuple[Artefact, ...]
_Placed = tuple[int, int, Finding]
"""A finding with the places of its artefact and of its detector."""


@dataclass(frozen=True)
class Judgement:
    """A file's findings, ordered by artefact and detector; what its content compresses to, where known."""

    findings: tuple[Finding, ...]
    compressed_bytes: Counter[str] | None = None


def judge_files(
    files: Sequence[tuple[str, _Artefacts]], evidence: Evidence, *, seconds: float
) -> list[Judgement]:
    """Return the judgement of each file, given with its name; beyond `seconds` the file is blocked."""
    if len(files) >= LIMITS.least_files and cores() > 1:
        jobs = [partial(_as_json, found, evidence, 0, None, compress=True) for _, found in files]
        answers = shared_out(jobs, processes=min(cores(), len(files)), seconds=seconds)
        return [_read(name, [answer]) for (name, _), answer in zip(files, answers, strict=True)]
    return [_judge_file(name, found, evidence, seconds) for name, found in files]


def failed(detector: str, where: str, error: str) -> Finding:
    """Return the finding of a detector that failed: what cannot be judged does not leave."""
    return NOT_JUDGED.finding(Verdict.BLOCK, where, detector=detector, detail=error)


def _judge_file(name: str, artefacts: _Artefacts, evidence: Evidence, seconds: float) -> Judgement:
    if not any(map(_is_large, artefacts)) or cores() == 1:
        job = partial(_as_json, artefacts, evidence, 0, None, compress=True)
        return _read(name, shared_out([job], processes=1, seconds=seconds))
    jobs = [
        partial(_as_json, artefacts, evidence, 0, _COMPARING, compress=False),
        partial(_as_json, artefacts, evidence, _COMPARING, None, compress=True),
    ]
    return _read(name, shared_out(jobs, processes=2, seconds=seconds))


def _is_large(found: Artefact) -> bool:
    return (
        isinstance(found, FoundTable) and found.table.num_rows * found.table.num_columns >= LIMITS.many_cells
    )


def _judged(
    artefacts: _Artefacts, evidence: Evidence, first: int, end: int | None, *, compress: bool = True
) -> tuple[list[_Placed], Counter[str] | None]:
    """Return what some detectors find, and what the content compresses to; examined tables are freed."""
    found: list[_Placed] = []
    kinds: list[str | None] = []
    for place, artefact in enumerate(artefacts):
        examined = examine(artefact)
        for number, detector in enumerate((*DETECTORS, *evidence.added)[first:end], first):
            found += ((place, number, finding) for finding in _findings(detector, examined, evidence))
        kinds += [_kind(examined)] if compress else []
    return found, _compressed(artefacts, kinds) if compress else None


def _findings(detector: Detector, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
    try:
        yield from detector.run(examined, evidence)
    except Exception as error:  # noqa: BLE001 - a detector that fails must block, whatever its failure is
        yield failed(detector.name, examined.found.where, type(error).__name__)


def _as_json(
    artefacts: _Artefacts, evidence: Evidence, first: int, end: int | None, *, compress: bool
) -> str:
    """Return as a line of JSON what some detectors find, and what the content compresses to."""
    found, size = _judged(artefacts, evidence, first, end, compress=compress)
    plain = [(*places, asdict(finding)) for *places, finding in found]
    return json.dumps({"found": plain, "compressed_bytes": size}, default=_plain)


def _kind(examined: Examined) -> str | None:
    try:
        return output_kind(examined)
    except Exception:  # noqa: BLE001 - see `_compressed`
        return None


def _compressed(artefacts: _Artefacts, kinds: Sequence[str | None]) -> Counter[str] | None:
    known = [kind for kind in kinds if kind is not None]
    try:
        return incompressible_bytes(artefacts, known) if len(known) == len(kinds) else None
    except Exception:  # noqa: BLE001 - the detector that needs it fails on it too, and says so
        return None


def _plain(value: object) -> Any:
    if isinstance(value, Verdict):
        return value.value
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be part of a finding")


def _read(name: str, answers: Iterable[str | None]) -> Judgement:
    """Return a file's judgement from its parts; a part that is missing blocks the file."""
    found: list[_Placed] = []
    size = None
    for answer in answers:
        if answer is None:
            found.append((0, 0, failed(Problems.name, name, "its judge was stopped")))
            continue
        part = json.loads(answer)
        found += [(place, number, _finding(fields)) for place, number, fields in part["found"]]
        if part["compressed_bytes"] is not None:
            size = Counter(part["compressed_bytes"])
    return Judgement(tuple(finding for *_, finding in sorted(found, key=lambda each: each[:2])), size)


def _finding(fields: dict[str, Any]) -> Finding:
    values: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in fields.items()
    }
    return Finding(**{**values, "severity": Verdict(fields["severity"]), "further": ()})
