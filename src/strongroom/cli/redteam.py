"""`strongroom cohort redteam`: attack your own release rule."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strongroom.cli.console import Console, JsonOption
from strongroom.errors import UsageError
from strongroom.thresholds import Thresholds, threshold

if TYPE_CHECKING:
    from strongroom.disclosure.redteam import Score

HELP = """Attack a release rule: how often can an attacker guess one person's secret from queries?

Uses an invented cohort in memory: no participant's data is read, and no project is charged. Random guessing
is right with 0.5; the default rule allows 0.6. Example:

  strongroom cohort redteam --rule queries.yaml --participants 5000
"""


class _Limits(Thresholds):
    """The numbers this module decides by."""

    fewest: int = threshold(
        1_500, "people", "judgement: the attacks use up to four groups of 300 people beside the target"
    )
    allowed: float = threshold(
        0.6,
        "share",
        "derived: two projects with the default budget each, P(Z < sqrt(2) 0.176); one may reach 0.57",
    )


LIMITS = _Limits()


def redteam(
    rule: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The settings to attack [default: the default settings]."),
    ] = None,
    participants: Annotated[int, typer.Option(help="The size of the invented cohort.")] = 2_000,
    guesses: Annotated[int, typer.Option(help="The number of attempts of each attack.")] = 40,
    json: JsonOption = False,
) -> None:
    """Run `cohort redteam`."""
    from strongroom.disclosure.gateway.settings import QuerySettings, read_query_settings
    from strongroom.disclosure.redteam import Mode, Search, World, attackers, copies, score

    if participants < LIMITS.fewest or guesses < 1:
        raise UsageError(
            f"An attack needs at least {LIMITS.fewest:,} people and one guess.",
            hint="Raise --participants or --guesses.",
        )
    console = Console(as_json=json)
    settings = read_query_settings(rule) if rule is not None else QuerySettings()
    mode = Mode("full rule", settings.rule, capped=True)
    worlds = [World(participants, seed) for seed in range(2)]
    tried = attackers(mode.rule)
    found = []
    with console.progress()("Attacking", len(tried) + 1) as advance:
        for attacker in tried:
            found.append(score(attacker, mode, worlds, trials=guesses))
            advance(1)
        found.append(score(Search(copies(mode, worlds[0], questions=10)), mode, worlds[:1], trials=guesses))
        advance(1)
    console.result(
        {"rule": mode.rule.to_json(), "attacks": [_document(each) for each in found]}, _lines(found)
    )


def _document(each: "Score") -> dict[str, object]:
    low, high = each.interval
    return {
        "attack": each.attack,
        "right": each.right,
        "guesses": each.trials,
        "accuracy": round(each.accuracy, 3),
        "interval": [round(low, 3), round(high, 3)],
    }


def _lines(found: "list[Score]") -> list[str]:
    lines = [f"{'attack':<62} right  95 % interval"]
    for each in found:
        low, high = each.interval
        sure = "  more than allowed" if low > LIMITS.allowed else ""
        lines.append(f"{each.attack:<62} {each.accuracy:>5.2f}  {low:.2f} to {high:.2f}{sure}")
    return lines
