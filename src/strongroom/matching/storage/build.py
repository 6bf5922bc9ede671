"""Build the egress index from the participants' columns, in groups, on all cores, in bounded memory."""

import io
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, Cohort
from strongroom.ids import RandomBytes, system_random
from strongroom.matching.storage.coded_column import CodedColumn, code_values
from strongroom.matching.storage.encrypted_arrays import write_encrypted_arrays
from strongroom.matching.storage.events import event_arrays
from strongroom.matching.storage.genotypes import genotype_arrays
from strongroom.matching.storage.index import (
    ORDINALS,
    PROFILES,
    ColumnProfile,
    profile_of,
    write_profiles,
)
from strongroom.matching.storage.value_lists import ValueListBuilder
from strongroom.matching.values.comparable import canonical_values
from strongroom.progress import Progress, silent
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    cells_at_once: int = threshold(
        8_000_000,
        "cells",
        "cost: 64 MB a core; opening an encrypted Parquet file costs as much as decrypting several columns",
    )


LIMITS = _Limits()


Column = tuple[str, CodedColumn]
Add = Callable[[str, NDArray[Any]], None]


def write_index(
    cohort: Cohort,
    path: Path,
    *,
    file_id: str,
    random: RandomBytes = system_random,
    progress: Progress = silent,
) -> None:
    """Write a cohort's egress index to `path`, encrypted under the cohort's key and bound to `file_id`.

    It holds the participants' columns and their profiles. At most two batches of columns a core are in
    memory.
    """
    with write_encrypted_arrays(path, key=cohort.key, file_id=file_id, random=random) as sealed:
        _fill(cohort, sealed.add, progress)


def build_index(cohort: Cohort, *, progress: Progress = silent) -> bytes:
    """Return the index unencrypted, as `Index.from_bytes` reads it: for measurements, never for a disk."""
    arrays: dict[str, NDArray[Any]] = {}
    _fill(cohort, arrays.__setitem__, progress)
    blob = io.BytesIO()
    np.savez(blob, **arrays)  # type: ignore[arg-type]
    return blob.getvalue()


def _fill(cohort: Cohort, add: Add, progress: Progress) -> None:
    add(ORDINALS, cohort.ordinals())
    value_lists = ValueListBuilder()
    profiles = _add_columns(cohort, add, value_lists, progress)
    add(PROFILES, np.frombuffer(write_profiles(profiles), np.uint8))
    for name, array in value_lists.arrays({name: place for place, name in enumerate(profiles)}):
        add(name, array)
    for name, array in chain(genotype_arrays(cohort), event_arrays(cohort)):
        add(name, array)


def _add_columns(
    cohort: Cohort, add: Add, value_lists: ValueListBuilder, progress: Progress
) -> dict[str, ColumnProfile]:
    source = cohort.participants
    names = [name for name in source.column_names if name not in (PARTICIPANT, cohort.manifest.id_column)]
    step = max(1, LIMITS.cells_at_once // max(source.num_rows, 1))
    batches = [names[start : start + step] for start in range(0, len(names), step)]
    profiles = {}
    with progress("Indexing columns", len(names)) as advance:
        for batch, coded in zip(batches, _in_order(cohort, batches), strict=True):
            for name, column in coded:
                profiles[name] = profile_of(name, column)
                add(f"distinct:{name}", column.distinct)
                add(f"counts:{name}", column.counts)
                add(f"codes:{name}", column.codes)
                value_lists.add(name, column)
            advance(len(batch))
    return profiles


def _in_order(cohort: Cohort, batches: Sequence[Sequence[str]]) -> Iterator[list[Column]]:
    """Yield each batch's columns, read and coded on all cores, at most one batch a core ahead."""
    cores = os.cpu_count() or 1
    waiting: deque[Future[list[Column]]] = deque()
    with ThreadPoolExecutor(cores) as pool:
        for batch in batches:
            waiting.append(pool.submit(_coded, cohort, batch))
            if len(waiting) > cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _coded(cohort: Cohort, names: Sequence[str]) -> list[Column]:
    """Code the columns that hold single values and are not empty."""
    table = cohort.participants.read(names)
    found = []
    for name in names:
        values = canonical_values(table.column(name))
        if values is not None and not np.all(np.isnan(values.keys)):
            found.append((name, code_values(values)))
    return found
