"""`strongroom cohort …`: the protected data."""

from pathlib import Path
from typing import Annotated, Any

import typer

from strongroom.cli import redteam
from strongroom.cli.commands import Commands
from strongroom.cli.console import (
    DEFAULT_HOME,
    Console,
    HomeOption,
    JsonOption,
    acting_person,
    require_free,
    split_columns,
)
from strongroom.errors import UsageError

app = Commands(help="Add, describe, assess and change cohorts.", no_args_is_help=True)

ADD = """Add a cohort: assign types from its dictionary, encrypt it, and build its egress index.

Example:

  strongroom cohort add ukb --participants people.csv --dictionary dictionary.yaml --id eid
    --events hesin_diag=diagnoses.csv --genotypes chip/ukb_cal
"""
SHOW = """Describe a cohort: its tables and columns, and the findings when it was added.

The JSON has the column names. Example:

  strongroom cohort show ukb --json
"""
WITHDRAW = """Remove participants who withdrew: from the cohort now, and from every view issued later.

Lists the views and releases that may still contain their data. Example:

  strongroom cohort withdraw ukb --ids w12345_20261121.csv
"""
RISK = """Assess the re-identification risk of a cohort, before you approve a view of it.

Measures simulated linkage with a few known facts, k-anonymity, unique combinations of columns, diversity of
sensitive columns, and uniqueness in the population; with --what-if, also after changes. Example:

  strongroom cohort risk ukb --what-if "month:hesin_diag.epistart|coarsen:p34:5" --report risk.html
"""

ALLOW = """Ask for a larger budget for the queries of all projects of a cohort together.

It counts once another person agrees. Example:

  strongroom cohort allow ukb --add 20 --reason "two more projects approved"
  strongroom project agree 3
"""
RELATIONS = """List the relations between a cohort's columns, or decide about some of them.

They were found when the cohort was added: what is computed from what, and in what share of the rows that
gives the recorded value. Marks and decoys keep them. Refuse one that holds by coincidence; refused ones can
be accepted again. Plans of marks that exist already stay as they are. Example:

  strongroom cohort relations ukb
  strongroom cohort relations ukb --refuse 12 --refuse 15
"""
PREPARE = """Plan the marks of a cohort's views and generate their decoys, before a project waits for them.

What all projects share is made once: the plan for projects of normal risk, the shared decoys, and a reserve
for twenty projects. Without it the first approval makes them, and takes as much longer. Example:

  strongroom cohort prepare ukb
  strongroom cohort prepare ukb --columns @approved.txt
"""

_LISTED = 20  # fixed: names of columns that fit a screen

NameArgument = Annotated[str, typer.Argument(help="The cohort's name.")]


@app.command("add", help=ADD)
def add(
    name: NameArgument,
    participants: Annotated[Path, typer.Option(help="One row per participant: CSV, TSV, Parquet or Arrow.")],
    dictionary: Annotated[
        Path, typer.Option(help="The data dictionary: showcase CSV, or our own CSV or YAML.")
    ],
    id_column: Annotated[str, typer.Option("--id", help="The id column.")],
    events: Annotated[
        list[str] | None,
        typer.Option(help="TABLE=FILE, an event table with the same id column; can be repeated."),
    ] = None,
    genotypes: Annotated[Path | None, typer.Option(help="The prefix of PLINK .bed/.bim/.fam files.")] = None,
    declare: Annotated[
        str,
        typer.Option(
            help="Columns, separated by commas, that contain direct identifiers and are kept anyway."
        ),
    ] = "",
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `cohort add`."""
    from strongroom.portal.data.cohorts import CohortSource, add_cohort, describe_cohort
    from strongroom.portal.home import create_home

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
    console.result(described, [f"Cohort {name} added.", *_lines(described), *_absent(row.report)])


@app.command("show", help=SHOW)
def show(name: NameArgument, home: HomeOption = DEFAULT_HOME, json: JsonOption = False) -> None:
    """Run `cohort show`."""
    from strongroom.portal.data.cohorts import describe_cohort, find_cohort
    from strongroom.portal.home import open_home

    open_home(home)
    described = describe_cohort(find_cohort(name))
    Console(as_json=json).result(described, [f"Cohort {name}", *_lines(described)])


@app.command("relations", help=RELATIONS)
def relations(
    name: NameArgument,
    refuse: Annotated[list[int] | None, typer.Option(help="The number of a relation; repeatable.")] = None,
    accept: Annotated[list[int] | None, typer.Option(help="The number of a refused relation.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `cohort relations`."""
    from strongroom.portal.data.relations import decide_relations, search_relations
    from strongroom.portal.home import open_home

    opened, by = open_home(home), acting_person()
    if refuse or accept:
        found = decide_relations(opened, cohort_name=name, refuse=refuse or (), accept=accept or (), by=by)
    else:
        found = search_relations(opened, cohort_name=name, by=by)
    lines = [
        f"{number:>4}  {each.role:<11} {each.share:>7.2%} of {each.rows:,}  {each.target} = {each.formula}"
        for number, each in enumerate(found, 1)
    ]
    heading = f"{len(found)} relations between columns of {name}; the share of the rows in which each holds"
    document = {"cohort": name, "relations": [each.to_json() for each in found]}
    Console(as_json=json).result(document, [heading, *lines])


@app.command("prepare", help=PREPARE)
def prepare(
    name: NameArgument,
    columns: Annotated[
        str,
        typer.Option(
            help="The columns views will need: a,b,TABLE.* or @FILE [default: all participants' columns]."
        ),
    ] = "",
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `cohort prepare`."""
    from strongroom.portal.data.preparation import prepare_cohort
    from strongroom.portal.home import open_home

    console = Console(as_json=json)
    made = prepare_cohort(
        open_home(home),
        cohort_name=name,
        columns=split_columns(columns),
        by=acting_person(),
        progress=console.progress(),
    )
    document = {"cohort": name, "marked": made.marked, "shared": made.shared, "free": made.free}
    sentence = (
        f"Cohort {name} is prepared: {made.marked:,} columns are marked, {made.shared:,} decoys are shared, "
        f"and {made.free:,} are kept for further projects."
    )
    console.result(document, [sentence])


@app.command("withdraw", help=WITHDRAW)
def withdraw(
    name: NameArgument,
    ids: Annotated[Path, typer.Option(help="The list of ids, one per line.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `cohort withdraw`."""
    from strongroom.portal.data.withdrawals import withdraw_participants
    from strongroom.portal.home import open_home

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
        f"{withdrawal.participants} participants removed from {name}, now revision {withdrawal.revision}.",
        f"{withdrawal.unknown_ids} ids in the list are not in the cohort.",
        "Views that may still contain their data: " + _named(withdrawal.views, "project", "number"),
        "Releases from these views: " + _named(withdrawal.releases, "project", "request"),
    ]
    console.result(document, lines)


@app.command("risk", help=RISK)
def risk(
    name: NameArgument,
    columns: Annotated[
        str,
        typer.Option(help="Quasi-identifiers, separated by commas or @FILE [default: by the dictionary]."),
    ] = "",
    population: Annotated[
        Path | None,
        typer.Option(
            help="A population table with the same columns, and optionally 'persons': CSV or Parquet."
        ),
    ] = None,
    population_size: Annotated[
        int | None, typer.Option(help="The size of the population that the cohort is a sample of.")
    ] = None,
    what_if: Annotated[
        str,
        typer.Option(help="Changes, e.g. drop:p53|coarsen:p34:5|top:p21022:70|month:T.DAY|shift:T.DAY:30."),
    ] = "",
    report: Annotated[
        Path | None, typer.Option(help="Write the report as an HTML page to this file.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `cohort risk`."""
    from strongroom.cli.risk import risk_lines
    from strongroom.portal.data.risk import assess_cohort
    from strongroom.portal.home import open_home
    from strongroom.risk.recoding import read_changes
    from strongroom.risk.report import to_html, to_json

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


@app.command("allow", help=ALLOW)
def allow(
    name: NameArgument,
    add: Annotated[float, typer.Option(help="What to add, in per cent of the first budget.")],
    reason: Annotated[str, typer.Option(help="The reason, which goes into the ledger.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `cohort allow`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.budgets import request_budget

    asked = request_budget(open_home(home), cohort=name, share=add / 100, reason=reason, by=acting_person())
    document = {"cohort": name, "request": asked.pk, "add": add}
    sentence = f"Request {asked.pk}: another person agrees with 'strongroom project agree {asked.pk}'."
    Console(as_json=json).result(document, [sentence])


def _table_and_file(text: str) -> tuple[str, Path]:
    table, equals, path = text.partition("=")
    if not equals or not table or not path:
        raise UsageError(
            f"--events {text!r} is not TABLE=FILE.", hint="Write for example --events deaths=deaths.csv."
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


def _absent(report: dict[str, Any]) -> list[str]:
    """Return a line about columns that the dictionary describes and no file has."""
    absent = report.get("absent", [])
    if not absent:
        return []
    more = f" and {len(absent) - _LISTED} more" if len(absent) > _LISTED else ""
    return [f"  in the dictionary but in no file: {', '.join(absent[:_LISTED])}{more}"]


def _named(rows: list[dict[str, Any]], name: str, number: str) -> str:
    return ", ".join(f"{row[name]} {row[number]}" for row in rows) or "none"


app.command("redteam", help=redteam.HELP)(redteam.redteam)
