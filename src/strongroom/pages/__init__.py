"""The one maker of pages: templates, one stylesheet, tables and pictures for every report.

A page is one file without scripts that fetches nothing: it can be mailed, printed and kept. A tool hands over
values and the path of its template; the same values always give the same bytes.
"""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.pages.axes import Limit, ticks_over
    from strongroom.pages.charts import Bar, Chart
    from strongroom.pages.histograms import Histogram, histogram
    from strongroom.pages.rendering import render
    from strongroom.pages.strips import Strip
    from strongroom.pages.tables import Table, number_table, word_table
    from strongroom.pages.wording import percent

_PLACES = {
    "Limit": "axes",
    "ticks_over": "axes",
    "Bar": "charts",
    "Chart": "charts",
    "Histogram": "histograms",
    "histogram": "histograms",
    "render": "rendering",
    "Strip": "strips",
    "Table": "tables",
    "number_table": "tables",
    "word_table": "tables",
    "percent": "wording",
}
__all__ = [
    "Bar",
    "Chart",
    "Histogram",
    "Limit",
    "Strip",
    "Table",
    "histogram",
    "number_table",
    "percent",
    "render",
    "ticks_over",
    "word_table",
]

__getattr__ = on_first_use(__name__, _PLACES)
