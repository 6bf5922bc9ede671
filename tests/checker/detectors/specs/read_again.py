"""Participants' rows written between other words."""

import json

from tests.checker.detectors.spec import DetectorSpec, Example

_TELLING = ["p21001_i0", "p30690_i0", "p189_i0", "p30780_i0", "p50_i0", "p34_i0"]


def _rows(bench, count=20):
    chosen = [name for name in _TELLING if name in bench.people.columns]
    table = bench.people.select(chosen)[bench.draw.choice(len(bench.people), count, replace=False)]
    return [["" if cell is None else str(cell) for cell in row] for row in table.rows()]


def _shuffled(bench, count=20):
    columns = zip(*_rows(bench, count), strict=True)
    return list(
        zip(*([column[at] for at in bench.draw.permutation(count)] for column in columns), strict=True)
    )


def _style(rows):
    return "".join(
        f"<div style='width:{a}px;height:{b}px;margin:{c}px {d}px;left:{e}px'></div>"
        for a, b, c, d, e, *_ in rows
    )


def _page(rows, folder):
    target = folder / "report.html"
    target.write_text(
        f"<!DOCTYPE html><html><body><p>Results</p>{_style(rows)}</body></html>", encoding="utf-8"
    )
    return target


def _looks(bench, folder):
    return _page(_rows(bench), folder)


def _log(bench, folder):
    lines = [
        f"step {number}\n  loss {a} ({b})\n  saved model-{c}.pt in {d} s\n  memory {e} of {f}\n"
        for number, (a, b, c, d, e, f) in enumerate(_rows(bench))
    ]
    (folder / "train.log").write_text("".join(lines), encoding="utf-8")
    return folder / "train.log"


def _templated(bench, folder):
    told = {f"k{n}": "{} of {} ({}; {}), {} and {}".format(*row) for n, row in enumerate(_rows(bench))}
    (folder / "notes.json").write_text(json.dumps(told), encoding="utf-8")
    return folder / "notes.json"


def _shuffled_looks(bench, folder):
    return _page(_shuffled(bench), folder)


def _code(bench, folder):
    made = "".join(f"fit(age, bmi, seed={n}, rounds={50 * n}, rate=0.{n:02d})\n" for n in range(40))
    (folder / "fit.py").write_text(made, encoding="utf-8")
    return folder / "fit.py"


SPEC = DetectorSpec(
    detector="read-again",
    rule=(
        "Numbers that recur between the same words are rows, whatever the words are: in logs, markup, "
        "styles, code, drawing commands, names of columns and of archive members. So are values that "
        "share cells with words, in lists, as times, or as bytes, and a series in which every third or "
        "twelfth value is of one kind. Such rows are compared with the participants' values, unchanged; "
        "their shape alone is no reason for a finding."
    ),
    fires=(
        Example("twenty people as widths and margins of empty boxes on a page", _looks),
        Example("twenty people in the messages of a training log, four lines each", _log),
        Example("twenty people in sentences of a JSON object, some values missing", _templated),
    ),
    silent=(
        Example("the same boxes with each column permuted", _shuffled_looks),
        Example("forty calls with different settings", _code),
    ),
    limits=(
        "Changed values are not recognised here.",
        (
            "Rows are missed where words differ from row to row, with more than 64 numbers to a row, and "
            "after more than half a megabyte of text. Of the source of pages and drawings the first "
            "quarter of a megabyte is read."
        ),
        "Fewer than five rows or three informative columns are not compared.",
    ),
)
