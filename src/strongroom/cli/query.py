"""`strongroom query`: statistics about a project's participants, in SQL."""

from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person, printable
from strongroom.errors import UsageError

if TYPE_CHECKING:
    from strongroom.disclosure.gateway import Answer
    from strongroom.portal.outputs.questions import Answered

HELP = """Query statistics about a project's participants in SQL; you can take the answer out.

Tables are joined by person automatically, every statistic counts people, and numbers have noise.
With --epsilon the answer is differentially private and charged to the project's privacy budget. Example:

  strongroom query heart-risk
    "SELECT p31, COUNT(*) AS n, AVG(p21001_i0) AS bmi FROM participants GROUP BY p31"
"""
_WRITERS = (".csv", ".json", ".arrow")


def query(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The project's short name.")],
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT statement.")],
    epsilon: Annotated[
        float | None, typer.Option(help="Answer with differential privacy, at this cost in epsilon.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the rows to a new .csv, .json or .arrow file.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `query`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.questions import ask_question

    if to is not None and (to.suffix.lower() not in _WRITERS or to.exists()):
        raise UsageError(
            f"{to} cannot be written.", hint=f"Choose a new file ending in {', '.join(_WRITERS)}."
        )
    console = Console(as_json=json)
    answered = ask_question(
        open_home(home), slug=slug, sql=sql, by=acting_person(), epsilon=epsilon, progress=console.progress()
    )
    if to is not None:
        _write(answered, to)
    console.result(answered.to_json(), [*_table(answered.answer), *_footer(answered, to)])


def _table(answer: "Answer") -> list[str]:
    from rich.console import Console as Terminal
    from rich.table import Table

    table = Table(*(printable(name) for name in answer.columns))
    for row in answer.rows:
        table.add_row(*("" if value is None else printable(str(value)) for value in row))
    terminal = Terminal(width=160, no_color=True)
    with terminal.capture() as written:
        terminal.print(table)
    return written.get().rstrip("\n").splitlines()


def _footer(answered: "Answered", to: Path | None) -> list[str]:
    budget = answered.budget
    spent = f"epsilon spent: {budget.spent_epsilon:g} of {budget.epsilon:g}"
    lines = [*answered.answer.notes, f"Queries left: {answered.questions_left}; {spent}."]
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
