"""The report on a view's marks as a page to read and print: for the custodian, never for the project."""

from collections import Counter
from pathlib import Path

from strongroom.pages import Bar, Chart, Limit, Table, number_table, render, ticks_over, word_table
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.effect import ColumnEffect, ViewEffect


class _Limits(Thresholds):
    most_shift: float = threshold(
        0.05, "standard errors", "derived: the bound to which planning/cohort_plan.py holds every coefficient"
    )
    most_drawn: int = threshold(
        40, "columns", "judgement: more bars than this fill several sheets and show nothing the first do not"
    )


LIMITS = _Limits()
_TEMPLATE = Path(__file__).with_name("effect.html")
_HEADINGS = (
    "column",
    "treatment",
    "amplitude",
    "density",
    "changed",
    "RMS of the changes / SD",
    "shift of the mean / SE",
    "change of the SD",
)


def effect_page(effect: ViewEffect, *, project: str, number: int) -> str:
    """Return the page; `number` is the view's."""
    changed = [each for each in effect.columns if each.treatment != "untouched"]
    counts = Counter(each.treatment for each in effect.columns)
    return render(
        _TEMPLATE,
        title=f"Marks of view {number} of {project}",
        lead=(
            f"{effect.people:,} people; {counts['marked']:,} columns marked, {counts['recomputed']:,} "
            f"recomputed from marked columns, {counts['untouched']:,} untouched."
        ),
        largest=_largest(effect),
        chart=_shifts(changed),
        changed=number_table("Columns that changed", _HEADINGS, [_row(each) for each in changed], 1),
        relations=_relations(effect),
        untouched=word_table(
            "Columns that did not change",
            ("column", "why"),
            {each.column: each.reason for each in effect.columns if each.treatment == "untouched"},
        ),
    )


def _relations(effect: ViewEffect) -> Table:
    """Return every relation found between columns of the view, broken ones first."""
    ordered = sorted(effect.relations, key=lambda each: each.kept)
    rows = [
        (
            "kept" if each.kept else "broken",
            f"{each.target} = {each.formula}",
            f"{each.before:.2%}",
            f"{each.after:.2%}",
        )
        for each in ordered
    ]
    return number_table("Relations", ("outcome", "relation", "cohort", "view"), rows, 1)


def _largest(effect: ViewEffect) -> Table:
    models = f"coefficient in {effect.models:,} linear regressions, in standard errors"
    rows = [
        ("mean, in standard errors", effect.mean),
        ("standard deviation, as a share", effect.sd),
        ("correlation of two columns", effect.correlation),
        (models, effect.coefficient),
    ]
    cells = [(what, f"{worst.size:.5f}", worst.where) for what, worst in rows]
    return number_table("Largest effects", ("statistic", "change", "where"), cells, 2)


def _shifts(columns: list[ColumnEffect]) -> Chart:
    """Return the shift of each column's mean, the largest first, with the planned limit on either side."""
    largest = sorted(columns, key=lambda each: -abs(each.mean))[: LIMITS.most_drawn]
    reach = max([LIMITS.most_shift, *(abs(each.mean) for each in largest)])
    limit = LIMITS.most_shift
    return Chart(
        "Shift of each column's mean, in standard errors",
        [Bar(each.column, each.mean, f"{each.mean:+.4f}") for each in largest],
        ticks_over(-reach, reach),
        [Limit(-limit, f"limit -{limit:g}"), Limit(limit, f"limit +{limit:g}")],
    )


def _row(column: ColumnEffect) -> list[str]:
    return [
        column.column,
        column.treatment + (f": {column.reason}" if column.reason else ""),
        _amplitude(column) if column.treatment == "marked" else "",
        *(f"{share:.2%}" for share in (column.density, column.changed, column.rms)),
        f"{column.mean:+.4f}",
        f"{column.sd:+.5%}",
    ]


def _amplitude(column: ColumnEffect) -> str:
    if column.relative:
        return f"{column.relative:.3%} of the value"
    return f"{column.amplitude:g}" if column.amplitude else ""
