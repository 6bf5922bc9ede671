"""The checker in front of one cohort, as the portal sets it up."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.exfiltration._cohorts import ID, Source, described

from strongroom.checker import KnownIds, Limits, Report, Verdict, check
from strongroom.checker.detectors import RowOrder
from strongroom.checker.history import EarlierRequest, History
from strongroom.cohort import Cohort
from strongroom.matching import Index
from strongroom.portal.home import create_home, open_home, set_up_django


@dataclass(frozen=True)
class Judged:
    """What a sequence of requests came to: their reports in order, the seconds they took, and those of work.

    `work` is this process's share of CPU seconds, the detectors', which a busy machine does not change.
    """

    reports: tuple[Report, ...]
    seconds: float
    work: float


class Gate:
    """A cohort in a vault of its own, and its checker."""

    def __init__(self, cohort: Cohort, index: Index) -> None:
        self._cohort, self._index = cohort, index
        self._known = [KnownIds("the cohort's own ids", cohort.ids())]
        self._orders = [RowOrder("the cohort's own order", np.arange(cohort.manifest.participants))]

    def judge(self, requests: Sequence[Sequence[Path]]) -> Judged:
        """Check requests one after the other, each with those before it in its history."""
        began, worked = time.perf_counter(), time.process_time()
        reports: list[Report] = []
        earlier: list[EarlierRequest] = []
        for number, request in enumerate(requests, start=1):
            report = self.check(request, History(lambda: tuple(earlier)))
            reports.append(report)
            if report.verdict is not Verdict.BLOCK:
                earlier.append(EarlierRequest(f"request {number}", own=True, tables=report.tables))
        return Judged(tuple(reports), time.perf_counter() - began, time.process_time() - worked)

    def check(self, request: Sequence[Path], history: History) -> Report:
        """Check one request against earlier ones."""
        return check(
            request,
            cohort=self._cohort,
            index=self._index,
            known_ids=self._known,
            orders=self._orders,
            history=history,
            limits=Limits(wall_seconds=60),
        )


def take_in(source: Source, folder: Path) -> None:
    """Put a cohort into a new vault in `folder`, index it, and keep its tables beside for `read_source`."""
    folder.mkdir(parents=True)
    source.people.write_parquet(folder / "people.parquet")
    events = {}
    if source.events is not None:
        source.events.write_parquet(folder / "events.parquet")
        events = {"events": folder / "events.parquet"}
    if source.genotypes is not None:
        pl.DataFrame(source.genotypes).write_parquet(folder / "genotypes.parquet")
    set_up_django()
    from strongroom.portal.data.cohorts import CohortSource, add_cohort  # noqa: PLC0415 - needs Django set up

    written = CohortSource(
        participants=folder / "people.parquet",
        dictionary=source.dictionary or described(source, folder / "dictionary.csv"),
        id_column=ID,
        events=events,
        genotypes=source.dictionary and source.dictionary.with_name("genotypes"),
        declared=[name for name in source.people.columns if name != ID],
    )
    add_cohort(create_home(folder / "home"), name="bench", source=written, by="the benchmark")


def open_gate(folder: Path) -> Gate:
    """Open the checker of a cohort taken in."""
    set_up_django()
    from strongroom.portal.data.cohorts import (  # noqa: PLC0415 - needs Django set up
        find_cohort,
        open_cohort,
        open_index,
    )

    home = open_home(folder / "home")
    row = find_cohort("bench")
    return Gate(open_cohort(home, row), open_index(home, row))


def read_source(name: str, folder: Path) -> Source:
    """Read back the tables `take_in` kept."""
    events = folder / "events.parquet"
    genotypes = folder / "genotypes.parquet"
    return Source(
        name,
        pl.read_parquet(folder / "people.parquet"),
        pl.read_parquet(events) if events.exists() else None,
        pl.read_parquet(genotypes).to_numpy().astype("int8") if genotypes.exists() else None,
    )
