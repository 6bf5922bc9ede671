"""How many traces were made, and who may make another: a trace answers whoever asks, so questions count.

Everything is in the ledger: `file.read`, one entry for each file and cohort that is read, and
`trace.approved`, by which a second person allows more traces in a day than the policy does.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from strongroom.clock import parse_timestamp
from strongroom.cohort.store import file_sha256
from strongroom.errors import InputError, RefusedError, UsageError
from strongroom.portal.acts.models import LedgerEntry
from strongroom.portal.acts.transactions import act
from strongroom.portal.home import Home
from strongroom.thresholds import Thresholds, threshold

SETTINGS = "trace.yaml"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    files_a_day: int = threshold(
        100,
        "files",
        "judgement: a find may be dozens of files; who removes marks by trial needs more answers, and the "
        "bound grows stricter with each",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class EarlierRead:
    """An entry on a file that was read: by index, with its facts, and when."""

    index: int
    time: str
    facts: dict[str, Any]


def require_allowed(home: Home, sha256: str, *, by: str) -> None:
    """Raise RefusedError if too many files were traced today and no second person approved this one."""
    most = files_a_day(home)
    since = home.clock() - timedelta(days=1)
    asked = (entry for _, entry in entries_of("trace.started"))
    lately = {each["facts"]["sha256"] for each in asked if parse_timestamp(each["time"]) > since}
    if sha256 in lately or len(lately) < most or _approved(sha256, by):
        return
    raise RefusedError(
        f"{len(lately)} files were traced in the last 24 hours; {most} are allowed without a second person.",
        hint="Another person allows this file with 'strongroom trace FILE --approve'.",
    )


def approve_trace(home: Home, path: Path, *, by: str) -> str:
    """Let another person trace a file beyond the number allowed in a day; return its SHA-256."""
    if not path.is_file():
        raise UsageError(f"{path} is not a file.", hint="Name the file that surfaced.")
    sha256 = file_sha256(path)
    with act(home, by=by) as record:
        record("trace.approved", path.name, sha256=sha256)
    return sha256


def files_a_day(home: Home) -> int:
    """Return how many files a day are traced without a second person: `files_a_day` in `trace.yaml`."""
    path = home.path / SETTINGS
    if not path.exists():
        return LIMITS.files_a_day
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        (number,) = [read.pop("files_a_day")]
    except (yaml.YAMLError, AttributeError, KeyError) as error:
        raise InputError("'files_a_day' is missing.", file=path, hint="Write 'files_a_day: 100'.") from error
    if read or type(number) is not int or number < 0:
        raise InputError("only 'files_a_day' may be set, to a whole number.", file=path)
    return number


def earlier_reads() -> list[EarlierRead]:
    """Return the entries on files that were read, oldest first."""
    return [EarlierRead(index, entry["time"], entry["facts"]) for index, entry in entries_of("file.read")]


def traces_until(sha256: str, cohort: str, sheets: dict[str, str]) -> int:
    """Return the number of this trace: how many different readings there were when it was first made.

    The same file read with the same result gives the same answer, so it counts once.
    """
    mine, seen = _reading({"sha256": sha256, "cohort": cohort, "sheets": sheets}), set()
    for each in earlier_reads():
        seen.add(_reading(each.facts))
        if mine in seen:
            return len(seen)
    return len(seen) + 1


def _reading(facts: dict[str, Any]) -> str:
    return json.dumps([facts["sha256"], facts["cohort"], facts["sheets"]], sort_keys=True)


def _approved(sha256: str, by: str) -> bool:
    return any(
        entry["facts"]["sha256"] == sha256 and entry["actor"] != by
        for _, entry in entries_of("trace.approved")
    )


def entries_of(kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the ledger's entries of a kind."""
    needle = f'"kind":"{kind}"'.encode()
    for index, body in LedgerEntry.objects.values_list("index", "body").iterator():
        if needle in bytes(body):
            entry = json.loads(bytes(body))
            if entry["kind"] == kind:
                yield index, entry
