"""Which questions of a cohort paper the query gateway reads and answers as an epidemiologist writes them.

    python -m benchmarks privacy/questions
    python benchmarks/privacy/questions.py --refused

Takes about 15 s, 15 s with --quick.

The SQL is in `questions/`: ordinary questions, and tables of published papers rebuilt from their methods
sections, both written before anybody looked at what the reader accepts. Questions in `fresh.sql` were written
after the reader had been mended for the others; of those, 24 of 30 (80 %) were read at first sight. A
question is read if the gateway can state it, and answered if the gateway, with the default rule, also gives
an answer on made-up tables of 5,000 people.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.privacy._question_tables import Answering, constants

from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import Kind
from strongroom.disclosure.query.schema import Schema, Table
from strongroom.errors import QueryError

_FOLDER = Path(__file__).parent / "questions"
_TARGET = 0.9
_NAMES = ("ordinary", "papers", "fresh")
_FIRST_SIGHT = "of the fresh questions, 24 of 30 (80 %) were read at first sight"
_KINDS = {"n": Kind.NUMBER, "t": Kind.TEXT, "d": Kind.DATE}


@dataclass(frozen=True)
class Question:
    """A question: the paper or list it is from, in words, and as SQL."""

    source: str
    words: str
    sql: str


def questions(name: str) -> list[Question]:
    """Return the questions of a file in `questions/`, in its order."""
    return list(_read((_FOLDER / f"{name}.sql").read_text(encoding="utf-8")))


def schema() -> Schema:
    """Return the tables of `questions/tables.txt`: a line per table, each column with its kind."""
    lines = (_FOLDER / "tables.txt").read_text(encoding="utf-8").split("\n\n")
    tables = [_table(each.split()) for each in lines if each.strip()]
    return Schema(tables[0], tuple(tables[1:]))


def refusal(sql: str, tables: Schema) -> str | None:
    """Return why SQL is refused, or None if it is read."""
    try:
        read_statement(sql, tables)
    except QueryError as error:
        return error.message
    return None


def main() -> int:
    """Print the share of the questions that are read and answered, and those that are refused."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--refused", action="store_true", help="print the SQL of refused questions, too")
    parser.add_argument("--quick", action="store_true", help="accepted as by all benchmarks; changes nothing")
    chosen = parser.parse_args()
    tables, missed = schema(), []
    every = [each.sql for name in _NAMES for each in questions(name)]
    gateway = Answering(tables, constants(every))
    print("| questions | read | answered | of | answered, share |\n|---|---:|---:|---:|---:|")
    refused: list[tuple[Question, str]] = []
    for name in _NAMES:
        asked = questions(name)
        unread = sum(refusal(each.sql, tables) is not None for each in asked)
        found = [(each, why) for each in asked if (why := gateway.refusal(each.sql)) is not None]
        share = 1 - len(found) / len(asked)
        read, answered = len(asked) - unread, len(asked) - len(found)
        print(f"| {name} | {read} | {answered} | {len(asked)} | {100 * share:.0f} % |")
        refused += found
        if share < _TARGET and name != "fresh":
            missed.append(
                f"{100 * share:.0f} % of the {name} questions are answered, {100 * _TARGET:.0f} % wanted"
            )
    print(f"\n{_FIRST_SIGHT}\n\nAnswered of each source:\n")
    _by_source([each for name in _NAMES for each in questions(name)], refused)
    print("\nRefused:\n")
    for question, why in refused:
        print(f"- {question.words} ({question.source}): {why}")
        if chosen.refused:
            print(f"\n{question.sql}\n")
    return exit_code(missed)


def _by_source(asked: list[Question], refused: list[tuple[Question, str]]) -> None:
    number, lost = Counter(each.source for each in asked), Counter(each.source for each, _ in refused)
    for source, count in number.items():
        print(f"- {count - lost[source]} of {count}: {source}")


def _read(text: str) -> Iterator[Question]:
    source = ""
    for part in text.split(";\n"):
        comments = [line[2:].strip() for line in part.splitlines() if line.startswith("--")]
        lines = [line for line in part.splitlines() if line and not line.startswith("--")]
        source = next((each[1:].strip() for each in comments if each.startswith("#")), source)
        if lines:
            yield Question(source, comments[-1], "\n".join(lines))


def _table(words: list[str]) -> Table:
    name, *columns = words
    return Table(name, {each[:-2]: _KINDS[each[-1]] for each in columns})


if __name__ == "__main__":
    sys.exit(main())
