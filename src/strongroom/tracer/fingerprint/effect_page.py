"""The report on a view's marks as a page to read and print: for the custodian, never for the project."""

from html import escape

from strongroom.tracer.fingerprint.effect import ColumnEffect, ViewEffect, Worst

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .25em .8em .25em 0; border-bottom: 1px solid #ddd }
tbody th { font-weight: 400; overflow-wrap: anywhere } tr { break-inside: avoid }
td.n { text-align: right; font-variant-numeric: tabular-nums }
caption { text-align: left; font-weight: 600; padding: .5em 0 }
@media print { body { margin: 0 } }
"""
_NUMBERS = ("amplitude", "density", "changed", "RMS of the changes / SD", "mean / SE", "SD")


def effect_page(effect: ViewEffect, *, project: str, number: int) -> str:
    """Return the page, whole and without anything from elsewhere."""
    marked, recomputed, untouched = (
        sum(column.treatment == each for column in effect.columns)
        for each in ("marked", "recomputed", "untouched")
    )
    title = f"Marks of view {number} of {escape(project)}"
    head = "".join(f'<th scope="col">{name}</th>' for name in ("column", "treatment", *_NUMBERS))
    rows = "\n".join(_row(column) for column in effect.columns)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{_STYLE}</style></head><body><main>
<h1>{title}</h1>
<p>{effect.people:,} people; {marked} columns marked, {recomputed} recomputed from marked ones,
{untouched} untouched. Keep this page from the project: it says how far values were moved.</p>
<table><caption>Worst effects</caption>
{_worst("mean, in standard errors", effect.mean)}
{_worst("standard deviation, as a share", effect.sd)}
{_worst("correlation of two columns", effect.correlation)}
{_worst(f"coefficient in {effect.models} linear regressions, in standard errors", effect.coefficient)}
</table>
<table><caption>Columns</caption><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table></main></body></html>
"""


def _worst(what: str, worst: Worst) -> str:
    size = f'<td class="n">{worst.size:.5f}</td>'
    return f'<tr><th scope="row">{what}</th>{size}<td>{escape(worst.where)}</td></tr>'


def _row(column: ColumnEffect) -> str:
    told = escape(column.treatment + (f": {column.reason}" if column.reason else ""))
    name = f'<th scope="row">{escape(column.column)}</th><td>{told}</td>'
    if column.treatment == "untouched":
        return f'<tr>{name}<td colspan="{len(_NUMBERS)}"></td></tr>'
    size = (
        f"{column.relative:.3%} of the value"
        if column.relative
        else f"{column.amplitude:g}"
        if column.amplitude
        else ""
    )
    shares = (f"{each:.2%}" for each in (column.density, column.changed, column.rms))
    numbers = (
        size if column.treatment == "marked" else "",
        *shares,
        f"{column.mean:+.4f}",
        f"{column.sd:+.5%}",
    )
    return f"<tr>{name}{''.join(f'<td class=n>{each}</td>' for each in numbers)}</tr>"
