"""Write a whole synthetic cohort: participants, hospital diagnoses, deaths, genotypes and their dictionary.

People are generated in blocks of 25,000, each from its own streams, so memory does not grow with the cohort;
the same arguments give the same files.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from strongroom.cohort.dictionary import ColumnName, write_dictionary
from strongroom.cohort.synthetic.array_types import Calls, Ints, Values
from strongroom.cohort.synthetic.column_choice import chosen_columns
from strongroom.cohort.synthetic.conditions import Conditions
from strongroom.cohort.synthetic.events import DEATHS, DIAGNOSES, deaths, diagnoses
from strongroom.cohort.synthetic.field_values import make_values
from strongroom.cohort.synthetic.genotypes import (
    Variants,
    draw_genotypes,
    draw_variants,
    genetic_scores,
    lose_calls,
)
from strongroom.cohort.synthetic.people import INSTANCES, People, draw_people
from strongroom.cohort.synthetic.plink import PlinkWriter
from strongroom.cohort.synthetic.random_streams import Streams
from strongroom.cohort.synthetic.schema import ID_COLUMN, arrow_schema, describe
from strongroom.cohort.synthetic.spec import Catalogue, catalogue
from strongroom.cohort.synthetic.table_files import FileFormat, TableFile, chosen_format
from strongroom.cohort.synthetic.visit import Visit
from strongroom.errors import UsageError
from strongroom.progress import Progress, silent
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    first_id: int = threshold(1_000_000, "id", "judgement: where UK Biobank's seven-digit ids begin")
    last_id: int = threshold(6_099_999, "id", "judgement: about where UK Biobank's seven-digit ids end")
    default_variants: int = threshold(
        200,
        "variants",
        "judgement: enough to identify people by, few enough to be written in seconds",
    )
    block: int = threshold(
        25_000,
        "people",
        "cost: people held in memory at once; a multiple of four, so that each block begins a new byte "
        "of the .bed file",
    )


LIMITS = _Limits()
DEFAULT_VARIANTS = LIMITS.default_variants


@dataclass(frozen=True)
class SyntheticFiles:
    """Where a synthetic cohort was written; `genotypes` is the prefix of the bed, bim and fam files."""

    participants: Path
    events: dict[str, Path]
    genotypes: Path
    dictionary: Path
    id_column: str = ID_COLUMN


def write_synthetic_cohort(
    into: Path,
    *,
    participants: int,
    seed: int,
    columns: int | None = None,
    file_format: str = "parquet",
    variants: int = DEFAULT_VARIANTS,
    progress: Progress = silent,
) -> SyntheticFiles:
    """Write a cohort of `participants` people shaped like UK Biobank into `into`, created if needed.

    `columns` counts the participant table's columns besides the id, in the order of `column_choice` (150 by
    default); `variants` counts the SNPs; `file_format` is `parquet` or `csv`. Raises UsageError for what
    cannot be generated.
    """
    form = chosen_format(file_format)
    fields = catalogue()
    chosen = chosen_columns(fields.fields, columns)
    _require_counts(participants, seed, variants)
    files = SyntheticFiles(
        participants=into / f"participants.{form}",
        events={"hesin_diag": into / f"hesin_diag.{form}", "death": into / f"death.{form}"},
        genotypes=into / "genotypes",
        dictionary=into / "dictionary.yaml",
    )
    into.mkdir(parents=True, exist_ok=True)
    write_dictionary(describe(chosen, fields), files.dictionary)
    _write_people(
        files, chosen, form, seed=seed, participants=participants, variants=variants, progress=progress
    )
    return files


def _write_people(
    files: SyntheticFiles,
    columns: Sequence[ColumnName],
    form: FileFormat,
    *,
    seed: int,
    participants: int,
    variants: int,
    progress: Progress,
) -> None:
    fields = catalogue()
    sites = draw_variants(seed, variants)
    schema = arrow_schema(columns, fields)
    with ExitStack() as stack:
        table = stack.enter_context(TableFile(files.participants, schema, form))
        hospital = stack.enter_context(TableFile(files.events["hesin_diag"], DIAGNOSES, form))
        register = stack.enter_context(TableFile(files.events["death"], DEATHS, form))
        plink = stack.enter_context(PlinkWriter(files.genotypes, sites, people=participants))
        advance = stack.enter_context(progress("Making synthetic participants", participants))
        for number, ids in enumerate(_blocks(_draw_ids(seed, participants))):
            block = _draw_block(Streams(seed, number), sites, ids)
            plink.write(ids, block.people.male, block.calls)
            table.write(_participants(block, columns, fields, schema))
            hospital.write(diagnoses(block.people, block.conditions, ids))
            register.write(deaths(block.people, block.conditions, ids))
            advance(len(ids))


@dataclass(frozen=True)
class _Block:
    """Some of the cohort's people: ids (n,), genotype calls (variants, n), and conditions."""

    ids: Ints
    calls: Calls
    people: People
    conditions: Conditions


def _draw_block(streams: Streams, sites: Variants, ids: Ints) -> _Block:
    calls = draw_genotypes(sites, streams, len(ids))
    people = draw_people(streams, len(ids), genetic=genetic_scores(sites, calls))
    lose_calls(calls, streams)
    return _Block(ids, calls, people, Conditions(people))


def _participants(
    block: _Block, columns: Sequence[ColumnName], fields: Catalogue, schema: pa.Schema
) -> pa.Table:
    visits = [
        Visit(block.people, block.conditions, instance, catalogue=fields, maker=make_values)
        for instance in range(INSTANCES)
    ]
    arrays = [pa.array(block.ids, pa.int32())]
    for column, field in zip(columns, list(schema)[1:], strict=True):
        visit = visits[column.instance]
        values = visit.values(column.field_id, column.array)
        arrays.append(_arrow(_spread(values, visit.rows, len(block.ids)), field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _spread(values: Values, rows: Ints, count: int) -> Values:
    """Place the values of the people at a visit among all people of the block."""
    if len(rows) == count:
        return values
    everyone = np.full(count, np.array("NaT" if values.dtype.kind == "M" else np.nan, values.dtype))
    everyone[rows] = values
    return everyone


def _arrow(values: Values, kind: pa.DataType) -> pa.Array:
    if pa.types.is_integer(kind):
        absent = np.isnan(values)
        return pa.array(np.where(absent, 0, values).astype(np.int32), kind, mask=absent)
    return pa.array(values, kind, from_pandas=True)


def _blocks(ids: Ints) -> Iterator[Ints]:
    for start in range(0, len(ids), LIMITS.block):
        yield ids[start : start + LIMITS.block]


def _draw_ids(seed: int, count: int) -> Ints:
    """Return (count,) distinct ids in random order, since ids reveal nothing about their holders."""
    random = Streams(seed, 0).open("ids")
    return LIMITS.first_id + random.choice(LIMITS.last_id - LIMITS.first_id + 1, size=count, replace=False)


def _require_counts(participants: int, seed: int, variants: int) -> None:
    most = LIMITS.last_id - LIMITS.first_id + 1
    if not 1 <= participants <= most:
        raise UsageError(
            f"A cohort of {participants} cannot be generated.", hint=f"Ask for 1 to {most} participants."
        )
    if variants < 1:
        raise UsageError(f"{variants} variants cannot be generated.", hint="Ask for at least one.")
    if seed < 0:
        raise UsageError(f"{seed} is not a valid seed.", hint="Use 0 or a positive whole number.")
