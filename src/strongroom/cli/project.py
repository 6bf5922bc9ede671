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

ALLOW = """Allow a project more queries, after a manual review of its earlier ones.

Example:

  strongroom project allow heart-risk --questions 100 --epsilon 1 --reason "reviewed; all queries in scope"
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
    reason: Annotated[str, typer.Option(help="The reason, which goes into the ledger.")],
    questions: Annotated[int, typer.Option(help="The number of additional queries.")] = 0,
    epsilon: Annotated[float, typer.Option(help="The additional privacy budget.")] = 0.0,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `project allow`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.questions import allow_questions

    account = allow_questions(
        open_home(home), slug=slug, questions=questions, epsilon=epsilon, reason=reason, by=acting_person()
    )
    document = {"project": slug, "questions_left": account.questions_left, "epsilon": account.epsilon}
    sentence = (
        f"Project {slug}: {account.questions_left} queries left, privacy budget epsilon {account.epsilon:g}."
    )
    Console(as_json=json).result(document, [sentence])
