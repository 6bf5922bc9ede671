"""`strongroom query`: statistics about a project's participants, in SQL."""

from json import dumps
from math import floor, log10
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person, printable
from strongroom.errors import UsageError
from strongroom.sandbox.confinement import warning

if TYPE_CHECKING:
    from strongroom.disclosure.gateway import Answer
    from strongroom.disclosure.gateway.explanation import Explanation
    from strongroom.portal.outputs.questions import Answered

HELP = """Query statistics about a project's participants in SQL; you can take the answer out.

Tables are joined by person automatically, every statistic counts people, and numbers have noise. A query is
charged to the project's budget; asking the same again is free. --explain says what it would cost and how
exact it would be. Example:

  strongroom query heart-risk
    "SELECT p31, COUNT(*) AS n, AVG(p21001_i0) AS bmi FROM participants GROUP BY p31"
"""
_LEAST_SHARE = 0.0005  # fixed: what rounds to 0.0 %
_WRITERS = (".csv", ".json", ".arrow")


def query(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The project's short name.")],
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="One SELECT statement, or several with UNION ALL.")
    ],
    noise: Annotated[
        float | None,
        typer.Option(help="The standard deviation of a count's noise, in people; less noise costs more."),
    ] = None,
    groups: Annotated[
        int | None,
        typer.Option(help="In how many groups a person's events count; more groups cost more."),
    ] = None,
    epsilon: Annotated[
        float | None, typer.Option(help="Answer with differential privacy of this epsilon instead.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what the query would cost, without asking it.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the rows to a new .csv, .json or .arrow file.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `query`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.questions import Wish, ask_question, explain_question

    if to is not None and (to.suffix.lower() not in _WRITERS or to.exists()):
        raise UsageError(
            f"{to} cannot be written.", hint=f"Choose a new file ending in {', '.join(_WRITERS)}."
        )
    console, wish = Console(as_json=json), Wish(noise, groups, epsilon)
    opened, by = open_home(home), acting_person()
    if explain:
        found = explain_question(opened, slug=slug, sql=sql, by=by, wish=wish)
        console.result(found.to_json(), _explained(found))
        return
    answered = ask_question(opened, slug=slug, sql=sql, by=by, wish=wish, progress=console.progress())
    if to is not None:
        _write(answered, to)
    console.result(answered.to_json(), [*_table(answered.answer), *_footer(answered, to)])


def _explained(found: "Explanation") -> list[str]:
    balance = found.balance
    after = balance.share(max(balance.left - found.price, 0.0))
    lines = [
        f"Columns: {', '.join(map(printable, found.columns))}.",
        f"Cost: {_share(balance.share(found.price))} of the project's budget.",
        f"Left: {balance.share(balance.left):.1%} now, {after:.1%} afterwards.",
        f"Noise of a count: {found.noise:.3g} people (standard deviation).",
    ]
    if found.shown_from is not None:
        lines.append(f"Groups with a noisy count below {found.shown_from:,} are left out.")
    lines += [
        f"Noise of {printable(label)} in a group of 1,000 people: {margin:.3g}."
        for label, margin in found.margins.items()
        if margin is not None
    ]
    if found.price > balance.left:
        lines.append("The project's budget does not suffice.")
    if found.least_noise is not None:
        lines.append(
            f"With all that is left of the budget, a count's noise could be {found.least_noise:.3g}."
        )
    return lines


def _table(answer: "Answer") -> list[str]:
    from rich.console import Console as Terminal
    from rich.table import Table

    table = Table(*(printable(name) for name in answer.columns))
    for row, noise in zip(answer.rows, answer.noise, strict=True):
        table.add_row(*(_cell(value, one) for value, one in zip(row, noise, strict=True)))
    terminal = Terminal(width=160, no_color=True)
    with terminal.capture() as written:
        terminal.print(table)
    return written.get().rstrip("\n").splitlines()


def _cell(value: object, noise: float | None) -> str:
    if value is None:
        return ""
    if noise is None or not isinstance(value, int | float):
        return printable(str(value)) if noise is None else f"{value} ± {noise:g}"
    # Two digits of the noise; the value has no more.
    digits = max(1 - floor(log10(noise)), 0) if noise > 0 else 0
    shown = f"{value:,}" if isinstance(value, int) else f"{value:,.{digits}f}"
    return f"{shown} ± {noise:,.{digits}f}"


def _share(share: float) -> str:
    return "less than 0.1%" if 0 < share < _LEAST_SHARE else f"{share:.1%}"


def _footer(answered: "Answered", to: Path | None) -> list[str]:
    balance = answered.balance
    budget = (
        f"Cost: {_share(balance.share(answered.cost))} of the project's budget; "
        f"{balance.share(balance.left):.1%} is left."
    )
    lines = [*answered.answer.notes, "After ±: the standard deviation of the noise.", budget]
    lines += filter(None, (warning(answered.isolation),))
    return [*lines, f"Written to {to}."] if to is not None else lines


def _write(answered: "Answered", to: Path) -> None:
    match to.suffix.lower():
        case ".csv":
            to.write_text(answered.answer.to_csv(), encoding="utf-8")
        case ".json":
            to.write_text(dumps(answered.to_json(), indent=2) + "\n", encoding="utf-8")
        case _:
            import pyarrow as pa

            table = answered.answer.to_arrow()
            with pa.ipc.new_file(to, table.schema) as writer:
                writer.write_table(table)
