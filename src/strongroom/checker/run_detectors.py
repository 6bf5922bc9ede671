"""What detectors say of files, several at once where there are cores: of each what they say of it alone.

Detectors of files that were read together run in several processes, a file in one of them. So do those of one
large table, in two parts. What comes of it does not depend on which process did it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np

from strongroom.checker.contents.found import Artefact, FoundTable
from strongroom.checker.detectors import DETECTORS, Detector, Evidence
from strongroom.checker.detectors.limits.problems import Problems
from strongroom.checker.detectors.shape.microdata import MicrodataShaped
from strongroom.checker.information_content import incompressible_bytes, output_kind
from strongroom.checker.parallel import cores, shared_out
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import Examined, examine

# A fork takes as long as a small file.
_FEWEST_FILES = 8
_MANY_CELLS = 50_000
# Before it stand those that look into the cohort: what they read of it is kept for the next file.
_FIRST_BY_SHAPE = next(
    place for place, detector in enumerate(DETECTORS) if isinstance(detector, MicrodataShaped)
)
_Artefacts = tuple[Artefact, ...]
_Placed = tuple[int, int, Finding]
"""A finding with the places of its artefact and of its detector."""


@dataclass(frozen=True)
class Said:
    """What detectors say of a file, in their order; how much it carries, where that was weighed."""

    findings: tuple[Finding, ...]
    carried: Counter[str] | None = None


def judge_files(files: Sequence[tuple[str, _Artefacts]], evidence: Evidence, *, seconds: float) -> list[Said]:
    """Return what is said of files, each with its name; of one whose judge takes so many seconds, a block."""
    if len(files) >= _FEWEST_FILES and cores() > 1:
        jobs = [partial(_said, found, evidence, 0, len(DETECTORS), weigh=True) for _, found in files]
        answers = shared_out(jobs, processes=min(cores(), len(files)), seconds=seconds)
        return [_read(name, [answer]) for (name, _), answer in zip(files, answers, strict=True)]
    return [_judge_file(name, found, evidence, seconds) for name, found in files]


def failed(detector: str, where: str, error: str) -> Finding:
    """Return the finding of a detector that failed: what cannot be judged does not leave."""
    message = "This could not be judged, and what cannot be judged does not leave."
    return Finding(detector, Verdict.BLOCK, where, message, error)


def _judge_file(name: str, artefacts: _Artefacts, evidence: Evidence, seconds: float) -> Said:
    if not any(map(_is_large, artefacts)) or cores() == 1:
        found, carried = _judged(artefacts, evidence, 0, len(DETECTORS))
        return Said(tuple(finding for *_, finding in found), carried)
    jobs = [
        partial(_said, artefacts, evidence, 0, _FIRST_BY_SHAPE, weigh=False),
        partial(_said, artefacts, evidence, _FIRST_BY_SHAPE, len(DETECTORS), weigh=True),
    ]
    return _read(name, shared_out(jobs, processes=2, seconds=seconds))


def _is_large(found: Artefact) -> bool:
    return isinstance(found, FoundTable) and found.table.num_rows * found.table.num_columns >= _MANY_CELLS


def _judged(
    artefacts: _Artefacts, evidence: Evidence, first: int, end: int, *, weigh: bool = True
) -> tuple[list[_Placed], Counter[str] | None]:
    """Return what some detectors find, and what the file carries; what was examined of each is let go."""
    found: list[_Placed] = []
    kinds: list[str | None] = []
    for place, artefact in enumerate(artefacts):
        examined = examine(artefact)
        for number, detector in enumerate(DETECTORS[first:end], first):
            found += ((place, number, finding) for finding in _findings(detector, examined, evidence))
        kinds += [_kind(examined)] if weigh else []
    return found, _weighed(artefacts, kinds) if weigh else None


def _findings(detector: Detector, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
    try:
        yield from detector.run(examined, evidence)
    except Exception as error:  # noqa: BLE001 - a detector that fails must block, whatever its failure is
        yield failed(detector.name, examined.found.where, type(error).__name__)


def _said(artefacts: _Artefacts, evidence: Evidence, first: int, end: int, *, weigh: bool) -> str:
    """Return as a line of JSON what some detectors find, and what the file carries."""
    found, carried = _judged(artefacts, evidence, first, end, weigh=weigh)
    plain = [(*places, asdict(finding)) for *places, finding in found]
    return json.dumps({"found": plain, "carried": carried}, default=_plain)


def _kind(examined: Examined) -> str | None:
    try:
        return output_kind(examined)
    except Exception:  # noqa: BLE001 - see `_weighed`
        return None


def _weighed(artefacts: _Artefacts, kinds: Sequence[str | None]) -> Counter[str] | None:
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
    raise TypeError(f"{type(value).__name__} is no part of a finding")


def _read(name: str, answers: Iterable[str | None]) -> Said:
    """Return what was said of a file in parts; a part that is missing blocks it."""
    found: list[tuple[int, int, Finding]] = []
    carried = None
    for answer in answers:
        if answer is None:
            found.append((0, 0, failed(Problems.name, name, "its judge was stopped")))
            continue
        said = json.loads(answer)
        found += [
            (place, number, Finding(**{**fields, "severity": Verdict(fields["severity"])}))
            for place, number, fields in said["found"]
        ]
        if said["carried"] is not None:
            carried = Counter(said["carried"])
    return Said(tuple(finding for *_, finding in sorted(found, key=lambda each: each[:2])), carried)
