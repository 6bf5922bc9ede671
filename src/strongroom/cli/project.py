"""`strongroom project …`: approve, revoke and extend projects."""

from typing import Annotated, Literal

import typer

from strongroom.cli.commands import Commands
from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person, split_columns

app = Commands(help="Approve and revoke projects.", no_args_is_help=True)

ADD = """Approve a project with its institution, columns and participants, and issue its view.

The view is fingerprinted, more strongly for a partner of high risk. Columns can be written in any UK
Biobank spelling (21001-0.0, f.21001.0.0, p21001_i0); TABLE.* is a whole event table, genotypes.* is all
variants. Example:

  strongroom project add heart-risk --cohort ukb --institution "University of Somewhere"
    --columns p31,p21022,p21001_i0,hesin_diag.* --where "p21022 >= 50"
"""
REVOKE = """Revoke a project: the key of its files is destroyed, so that they can never be read again.

Example:

  strongroom project revoke heart-risk --reason "data found for sale on 20 April"
"""

ALLOW = """Ask for a larger budget for a project's queries; it counts once another person agrees.

Example:

  strongroom project allow heart-risk --add 50 --reason "reviewed; all queries in scope"
  strongroom project agree 3
"""
AGREE = """Agree to a larger budget that another person asked for, of a project or of a cohort.

Example:

  strongroom project agree 3
"""
OVERLAPS = """List a project's queries about groups that differ by few people from groups of earlier queries.

A notice for the custodian: such pairs of groups are how single people are targeted, but also how results are
checked for robustness. It never affects an answer. Example:

  strongroom project overlaps heart-risk
"""

SlugArgument = Annotated[str, typer.Argument(metavar="SLUG", help="The project's short name.")]


@app.command("add", help=ADD)
def add(
    slug: SlugArgument,
    cohort: Annotated[str, typer.Option(help="The cohort of the project.")],
    institution: Annotated[str, typer.Option(help="The institution that is responsible.")],
    columns: Annotated[str, typer.Option(help="The approved columns: a,b,c or @FILE with one per line.")],
    where: Annotated[
        str, typer.Option(help="An SQL condition that selects participants [default: all].")
    ] = "",
    risk: Annotated[
        Literal["normal", "high"],
        typer.Option(help="The partner's risk, which sets the strength of the fingerprint."),
    ] = "normal",
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `project add`."""
    from strongroom.portal.data.views import add_project
    from strongroom.portal.home import open_home

    console = Console(as_json=json)
    view = add_project(
        open_home(home),
        slug=slug,
        institution=institution,
        cohort_name=cohort,
        columns=split_columns(columns),
        where=where,
        risk=risk,
        by=acting_person(),
        progress=console.progress(),
    )
    document = {
        "project": slug,
        "institution": institution,
        "cohort": cohort,
        "view": view.number,
        "participants": view.participants,
        "columns": view.columns,
        "risk": risk,
    }
    sentence = (
        f"Project {slug} added for {institution}: view {view.number} with {view.participants:,} participants "
        f"and {len(view.columns)} columns."
    )
    console.result(document, [sentence])


@app.command("revoke", help=REVOKE)
def revoke(
    slug: SlugArgument,
    reason: Annotated[str, typer.Option(help="The reason, which goes into the ledger.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `project revoke`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.projects.actions import revoke_project

    project = revoke_project(open_home(home), slug=slug, reason=reason, by=acting_person())
    document = {"project": slug, "status": project.status, "reason": project.revoked_because}
    sentence = f"Project {slug} is revoked and the key of its files destroyed."
    Console(as_json=json).result(document, [sentence])


@app.command("allow", help=ALLOW)
def allow(
    slug: SlugArgument,
    add: Annotated[float, typer.Option(help="What to add, in per cent of the first budget.")],
    reason: Annotated[str, typer.Option(help="The reason, which goes into the ledger.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `project allow`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.budgets import request_budget

    asked = request_budget(open_home(home), slug=slug, share=add / 100, reason=reason, by=acting_person())
    document = {"project": slug, "request": asked.pk, "add": add}
    sentence = f"Request {asked.pk}: another person agrees with 'strongroom project agree {asked.pk}'."
    Console(as_json=json).result(document, [sentence])


@app.command("agree", help=AGREE)
def agree(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The number of the request.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `project agree`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.budgets import agree_to_budget
    from strongroom.portal.outputs.settings import query_settings

    opened = open_home(home)
    agreed = agree_to_budget(opened, number=number, rule=query_settings(opened).rule, by=acting_person())
    whose = f"project {agreed.project.slug}" if agreed.project is not None else f"cohort {agreed.cohort.name}"
    document = {
        "request": number,
        "add": round(agreed.share * 100, 6),
        "of": whose,
        "agreed_at": str(agreed.agreed_at),
    }
    Console(as_json=json).result(document, [f"The budget of {whose} is {agreed.share:.0%} larger."])


@app.command("overlaps", help=OVERLAPS)
def list_overlaps(slug: SlugArgument, home: HomeOption = DEFAULT_HOME, json: JsonOption = False) -> None:
    """Run `project overlaps`."""
    from dataclasses import asdict

    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.overlaps import overlaps

    found = overlaps(open_home(home), slug=slug)
    lines = [f"Query {each.question} of {each.asked_at}: {each.near} groups" for each in found]
    document = {"project": slug, "queries": [asdict(each) for each in found]}
    Console(as_json=json).result(document, lines or ["No group nearly equals an earlier one."])
