"""The pictures of a trace's report: evidence against the limit, other recipients, columns and decoys.

Each comes with a table of the same numbers. Of recipients who are not accused, only counts and the highest
score are shown, never a name.
"""

import math
from dataclasses import dataclass

from strongroom.pages import Bar, Chart, Histogram, Limit, Table, histogram, number_table, ticks_over
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.attribution import LIMITS as ATTRIBUTION
from strongroom.tracer.attribution import Attribution


class _Limits(Thresholds):
    widths_of_limit: float = threshold(
        3.0, "times the limit", "judgement: a longer axis would draw limit and innocent recipients at zero"
    )
    fewest_others: int = threshold(
        10, "recipients", "judgement: the distribution of fewer scores has no shape to look at"
    )
    most_columns: int = threshold(
        25, "columns", "judgement: more bars than this fill the sheet; the table has every column"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Picture:
    """A chart or histogram and the table beside it."""

    chart: Chart | None = None
    histogram: Histogram | None = None
    table: Table | None = None


def strength(answer: Attribution) -> Picture | None:
    """Return each suspect's evidence, and the highest of the other recipients', against the limit."""
    needed = answer.marks.log10_needed
    accused = {each.project: each.institution for each in answer.suspects}
    scores = {name: score for name, score in answer.scores.items() if math.isfinite(score)}
    if not scores or needed <= 0:
        return None
    others = [score for name, score in scores.items() if name not in accused]
    rows = [(f"{accused[name]}, project {name}", scores[name], "block") for name in accused if name in scores]
    if others:
        rows.append((f"highest of the other {len(others):,} projects", max(others), "muted"))
    lowest = max(-needed, min(0.0, *(score for _, score, _ in rows)))
    ticks = ticks_over(lowest, LIMITS.widths_of_limit * needed)
    bars = [Bar(label, score, _on_axis(score, ticks[-1][0]), kind=kind) for label, score, kind in rows]
    table = number_table(
        "Strength of the evidence",
        ("recipient", "power of ten of the e-value", "required for an accusation"),
        [(bar.label, bar.words, f"{needed:,.1f}") for bar in bars],
    )
    title = "Strength of the evidence: power of ten of the e-value"
    return Picture(chart=Chart(title, bars, ticks, (_limit(needed),)), table=table)


def _limit(needed: float) -> Limit:
    return Limit(needed, f"an accusation requires {needed:,.1f}")


def _on_axis(score: float, end: float) -> str:
    return f"{score:z,.1f}" if score <= end else f"more than {end:,.0f}"


def others(answer: Attribution) -> Picture | None:
    """Return how the scores of the recipients who are not accused are distributed."""
    accused = {each.project for each in answer.suspects}
    needed = answer.marks.log10_needed
    scores = [score for name, score in answer.scores.items() if name not in accused]
    if len(scores) < LIMITS.fewest_others:
        return None
    # How far below nothing a score lies tells nothing; how near the limit it comes does.
    drawn = histogram(
        "Scores of the other projects: power of ten of the e-value",
        [max(score, -needed) for score in scores],
        "projects",
        (_limit(needed),),
    )
    edges = drawn.edges()
    rows = [
        (f"{edges[place]:,.1f} to {edges[place + 1]:,.1f}", f"{count:,}")
        for place, count in enumerate(drawn.counts)
        if count
    ]
    table = number_table("Scores of the other projects", ("power of ten of the e-value", "projects"), rows)
    return Picture(histogram=drawn, table=table)


def columns(answer: Attribution) -> Picture | None:
    """Return how many marked cells were read in each column, those with most first."""
    counts = sorted(answer.marks.columns.items(), key=lambda each: (-each[1], each[0]))
    if not counts:
        return None
    drawn = counts[: LIMITS.most_columns]
    table = number_table(
        "Marked cells read, by column", ("column", "cells"), [(name, f"{count:,}") for name, count in counts]
    )
    bars = [Bar(name, count, f"{count:,}") for name, count in drawn]
    chart = Chart("Marked cells read, by column", bars, ticks_over(0, drawn[0][1]))
    return Picture(chart=chart, table=table)


def decoys(answer: Attribution) -> Picture | None:
    """Return how many decoys of its own each project has in the file, against what a claim requires."""
    fewest = ATTRIBUTION.fewest_decoys
    if not answer.decoys:
        return None
    rows = [(f"{each.institution}, project {each.project}", len(each.ids)) for each in answer.decoys]
    limit = Limit(fewest, f"a claim by decoys alone requires {fewest}")
    bars = [Bar(label, count, f"{count:,}") for label, count in rows]
    table = number_table(
        "Decoys found that one project alone received",
        ("project", "decoys"),
        [(label, f"{count:,}") for label, count in rows],
    )
    most = max(fewest, *(count for _, count in rows))
    return Picture(chart=Chart(table.caption, bars, ticks_over(0, most), (limit,)), table=table)
