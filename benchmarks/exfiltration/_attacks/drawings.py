"""Classes 32 to 34: the table as marks of a drawing, as a picture of itself, or under a picture."""

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path

from benchmarks.exfiltration._attacks import plots, writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack


@attack(
    32, form=("svg scatter", "plotly json", "plotly html", "vega", "html table", "svg paths", "pdf scatter")
)
def drawn(leak: Leak, *, form: str) -> Handed:
    """Class 32: one mark a person, two columns of it; in JSON all of them."""
    numbers = leak.numbers[leak.draw.permutation(len(leak.people))].drop_nulls(leak.numbers.columns[:2])
    x, y = numbers.columns[:2]
    rows = writers.plain_rows(leak.disguised)
    target = leak.path("figure")
    if form in {"svg scatter", "svg paths", "pdf scatter"}:
        made = plots.scatter(numbers[x], numbers[y], form, target)
        return leak.hand_in(made, cells=2 * len(numbers))
    if form == "vega":
        spec = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "mark": "point"}
        spec |= {"encoding": {"x": {"field": "v1", "type": "quantitative"}}, "data": {"values": rows}}
        return leak.hand_in(_text(leak, "figure.vl.json", json.dumps(spec)))
    if form == "html table":
        page = f"<!DOCTYPE html><html><body><p>Results</p>{writers.html_table(leak.disguised)}</body></html>"
        return leak.hand_in(_text(leak, "report.html", page))
    trace = {"type": "scatter", "mode": "markers", "x": numbers[x].to_list(), "y": numbers[y].to_list()}
    trace["customdata"] = [list(row.values()) for row in rows]
    figure = json.dumps({"data": [trace], "layout": {"title": {"text": "Figure 2"}}})
    if form == "plotly json":
        return leak.hand_in(_text(leak, "figure.json", figure))
    page = f'<html><body><div id="p"></div><script>Plotly.newPlot("p", {figure})</script></body></html>'
    return leak.hand_in(_text(leak, "figure.html", page))


@attack(
    32,
    form=("png", "jpg", "tiff"),
    marks=("dots", "circles", "crosses", "pixels"),
    pairs=(1, 2),
)
def scatter_of_pixels(leak: Leak, *, form: str, marks: str, pairs: int) -> Handed:
    """Class 32: a scatter plot as a picture, one mark a person: the middles of the marks are two columns."""
    telling = sorted(leak.numbers.columns, key=lambda name: -leak.numbers[name].n_unique())
    numbers = leak.numbers.select(telling[: 2 * pairs])
    numbers = numbers[leak.draw.permutation(len(leak.people))]
    target = plots.dots(numbers, marks, leak.path(f"figure.{form}"))
    return leak.hand_in(target, cells=numbers.width * len(numbers))


@attack(33, form=("png", "jpeg", "heat map"), most=1_000)
def picture_of_table(leak: Leak, *, form: str) -> Handed:
    """Class 33: the digits drawn as a picture, or every cell as a shade of grey."""
    target = leak.path("table1.jpg" if form == "jpeg" else "table1.png")
    if form == "heat map":
        plots.heat_map(leak.numbers, target)
    else:
        plots.typeset(leak.disguised, target)
    return leak.hand_in(target)


@attack(
    33, scale=("gray", "viridis", "RdBu"), form=("png", "jpg", "bordered"), each=(True, False), most=1_000
)
def heat_map(leak: Leak, *, scale: str, form: str, each: bool) -> Handed:
    """Class 33: every cell as a colour of a scale, with axes; standardised, or between each column's ends."""
    target = leak.path("figure.jpg" if form == "jpg" else "figure.png")
    plots.coloured_cells(leak.numbers, scale, each=each, bordered=form == "bordered", target=target)
    return leak.hand_in(target)


@attack(34, how=("low bits", "metadata", "trailing", "polyglot zip", "visible blocks"))
def under_picture(leak: Leak, *, how: str) -> Handed:
    """Class 34: in a plot's lowest bits, its metadata, after its end (also as a zip), in blocks."""
    payload = zlib.compress(writers.csv_bytes(leak.disguised), 9)
    plot = plots.kaplan_meier_png(leak.draw)
    target = leak.path("km.png")
    if how == "low bits":
        target.write_bytes(plots.with_low_bits(plot, payload))
        return replace(leak.hand_in(target), remains=lambda copy: plots.low_bits_remain(copy, payload))
    elif how == "visible blocks":
        target.write_bytes(plots.as_blocks(payload))
    elif how == "metadata":
        target.write_bytes(_with_chunk(plot, b"zTXt", b"Comment\x00\x00" + payload))
        return replace(leak.hand_in(target), remains=lambda copy: payload in copy)
    elif how == "trailing":
        target.write_bytes(plot + payload)
    else:
        target.write_bytes(plot + writers.zip_bytes({"t.csv": writers.csv_bytes(leak.disguised)}))
    return leak.hand_in(target)


def _with_chunk(png: bytes, kind: bytes, content: bytes) -> bytes:
    end = png.rindex(b"IEND") - 4
    chunk = struct.pack(">I", len(content)) + kind + content
    return png[:end] + chunk + struct.pack(">I", zlib.crc32(kind + content)) + png[end:]


def _text(leak: Leak, name: str, text: str) -> Path:
    leak.path(name).write_text(text, encoding="utf-8")
    return leak.path(name)
