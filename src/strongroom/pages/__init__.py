"""The one maker of pages: templates, one stylesheet, tables and pictures for every report.

A page is one file without scripts that fetches nothing: it can be mailed, printed and kept. A tool hands over
values and the path of its template; the same values always give the same bytes.
"""

from strongroom.pages.axes import Limit, ticks_over
from strongroom.pages.charts import Bar, Chart
from strongroom.pages.histograms import Histogram, histogram
from strongroom.pages.rendering import render
from strongroom.pages.strips import Strip
from strongroom.pages.tables import Table, number_table, word_table
from strongroom.pages.wording import percent

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
