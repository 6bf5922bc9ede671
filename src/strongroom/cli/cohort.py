"""`strongroom cohort …`: the protected data."""

from pathlib import Path
from typing import Annotated, Any

import typer

from strongroom.cli import redteam
from strongroom.cli.console import (
    DEFAULT_HOME,
    Console,
    HomeOption,
    JsonOption,
    acting_person,
    require_free,
    split_columns,
)
from strongroom.cli.risk import risk_lines
from strongroom.errors import UsageError
from strongroom.portal.data.cohorts import CohortSource, add_cohort, describe_cohort, find_cohort
from strongroom.portal.data.risk import assess_cohort
from strongroom.portal.data.withdrawals import withdraw_participants
from strongroom.portal.home import create_home, open_home
from strongroom.risk.recoding import read_changes
from strongroom.risk.report import to_html, to_json

app = typer.Typer(help="Take in, describe and change protected data sets.", no_args_is_help=True)

ADD = """Take a cohort into the vault: typed by its dictionary, encrypted, and entered in the egress index.

Example:

  strongroom cohort add ukb --participants people.csv --dictionary dictionary.yaml --id eid
    --events hesin_diag=diagnoses.csv --genotypes chip/ukb_cal
"""
SHOW = """Describe a cohort: its tables, its columns, and what was found when it was taken in.

The names of the columns are in the JSON. Example:

  strongroom cohort show ukb --json
"""
WITHDRAW = """Remove the people in a list of ids: from the cohort now, and from every view issued later.

Says which views and releases still hold something of them. Example:

  strongroom cohort withdraw ukb --ids w12345_20261121.csv
"""
RISK = """Assess how identifying a cohort is, before a view of it is granted.

Whom a few known facts pin down, k-anonymity, unique combinations of columns, sensitive columns, and
uniqueness in the population; with --what-if, what changes would leave of it. Example:

  strongroom cohort risk ukb --what-if "month:hesin_diag.epistart|coarsen:p34:5" --report risk.html
"""

NameArgument = Annotated[str, typer.Argument(help="The cohort's name.")]


@app.command("add", help=ADD)
def add(
    name: NameArgument,
    participants: Annotated[Path, typer.Option(help="One row a participant: CSV, TSV, Parquet or Arrow.")],
    dictionary: Annotated[
        Path, typer.Option(help="What the columns are: showcase CSV, or our own CSV or YAML.")
    ],
    id_column: Annotated[str, typer.Option("--id", help="The participants' id column.")],
    events: Annotated[
        list[str] | None,
        typer.Option(help="TABLE=FILE, a long table with the same id column; may be repeated."),
    ] = None,
    genotypes: Annotated[Path | None, typer.Option(help="The prefix of PLINK .bed/.bim/.fam files.")] = None,
    declare: Annotated[
        str, typer.Option(help="Columns, by comma, known to hold direct identifiers and kept anyway.")
    ] = "",
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `cohort add`."""
    console = Console(as_json=json)
    source = CohortSource(
        participants=participants,
        dictionary=dictionary,
        id_column=id_column,
        events=dict(_table_and_file(text) for text in events or []),
        genotypes=genotypes,
        declared=[column for column in declare.split(",") if column],
    )
    row, _ = add_cohort(
        create_home(home), name=name, source=source, by=acting_person(), progress=console.progress()
    )
    described = describe_cohort(row)
    console.result(described, [f"Cohort {name} added.", *_lines(described)])


@app.command("show", help=SHOW)
def show(name: NameArgument, home: HomeOption = DEFAULT_HOME, json: JsonOption = False) -> None:
    """Run `cohort show`."""
    open_home(home)
    described = describe_cohort(find_cohort(name))
    Console(as_json=json).result(described, [f"Cohort {name}", *_lines(described)])


@app.command("withdraw", help=WITHDRAW)
def withdraw(
    name: NameArgument,
    ids: Annotated[Path, typer.Option(help="The list of ids, one a line.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `cohort withdraw`."""
    console = Console(as_json=json)
    withdrawal = withdraw_participants(
        open_home(home), cohort_name=name, ids_file=ids, by=acting_person(), progress=console.progress()
    )
    document = {
        "cohort": name,
        "revision": withdrawal.revision,
        "participants": withdrawal.participants,
        "unknown_ids": withdrawal.unknown_ids,
        "views": withdrawal.views,
        "releases": withdrawal.releases,
    }
    lines = [
        f"{withdrawal.participants} people removed from {name}, now revision {withdrawal.revision}.",
        f"{withdrawal.unknown_ids} ids in the list are nobody's here.",
        "Views that still hold them: " + _named(withdrawal.views, "project", "number"),
        "Releases made from those views: " + _named(withdrawal.releases, "project", "request"),
    ]
    console.result(document, lines)


@app.command("risk", help=RISK)
def risk(
    name: NameArgument,
    columns: Annotated[
        str, typer.Option(help="Quasi-identifiers, by comma or @FILE, instead of the dictionary's.")
    ] = "",
    population: Annotated[
        Path | None,
        typer.Option(
            help="A table of the population with the same columns, and perhaps 'persons': CSV, Parquet."
        ),
    ] = None,
    population_size: Annotated[
        int | None, typer.Option(help="How many people the cohort is a sample of.")
    ] = None,
    what_if: Annotated[
        str,
        typer.Option(help="Changes, e.g. drop:p53|coarsen:p34:5|top:p21022:70|month:T.DAY|shift:T.DAY:30."),
    ] = "",
    report: Annotated[Path | None, typer.Option(help="Write the report as a page to this file.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `cohort risk`."""
    console = Console(as_json=json)
    require_free(report)
    assessment = assess_cohort(
        open_home(home),
        name=name,
        by=acting_person(),
        columns=split_columns(columns),
        population=population,
        population_size=population_size,
        changes=read_changes(what_if),
        progress=console.progress(),
    )
    if report is not None:
        report.write_text(to_html(assessment), encoding="utf-8")
    console.result(to_json(assessment), risk_lines(assessment))


def _table_and_file(text: str) -> tuple[str, Path]:
    table, equals, path = text.partition("=")
    if not equals or not table or not path:
        raise UsageError(
            f"--events {text!r} is not TABLE=FILE.", hint="Write e.g. --events deaths=deaths.csv."
        )
    return table, Path(path)


def _lines(described: dict[str, Any]) -> list[str]:
    tables = [
        f"  {table['name']:<24} {table['rows']:>12,} rows {len(table['columns']):>7,} columns"
        for table in described["tables"]
    ]
    return [
        f"revision {described['revision']}, {described['participants']:,} participants",
        f"{described['views']} views issued, {described['withdrawn']} people withdrawn",
        *tables,
    ]


def _named(rows: list[dict[str, Any]], name: str, number: str) -> str:
    return ", ".join(f"{row[name]} {row[number]}" for row in rows) or "none"


app.command("redteam", help=redteam.HELP)(redteam.redteam)
