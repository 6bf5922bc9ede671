"""`strongroom explain`: what a finding's rule means and what to do about it."""

from typing import Annotated

import typer

from strongroom.checker.explain import explain as explain_rule
from strongroom.cli.console import Console, JsonOption

HELP = """Explain a rule that a check's report names, or a detector.

It prints what the rule says, what to do next, and the detector's page: examples that fire, examples that do
not, and its limits. Example:

  strongroom explain row-match/records
"""


def explain(
    rule: Annotated[str, typer.Argument(help="A rule, or a detector.")],
    json: JsonOption = False,
) -> None:
    """Run `explain`."""
    found = explain_rule(rule)
    document = {"rule": found.rule, "sentence": found.sentence, "advice": found.advice, "page": found.page}
    heading = [f"{found.rule}: {found.sentence}", f"What to do: {found.advice}", ""] if found.sentence else []
    Console(as_json=json).result(document, [*heading, *found.page.splitlines()])
