"""Classes 11 and 21 again: values as they are between other words, in a series, in lists, beside words."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
from benchmarks.exfiltration._attacks import writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack

_Rows = list[list[str]]
_STARTS = ("loss {}", "rate {} s", "saved model-{}.pt", "memory {} MB", "grad {}", "left {} s")
_SIGNS: dict[str, tuple[Sequence[str], str]] = {
    "letters": ("QABCDEFGHI.-", ""),
    "look-alikes": ("OlZEASGTBg.-", ""),
    "braille": ("\u281a\u2801\u2803\u2809\u2819\u2811\u280b\u281b\u2813\u280a\u2832\u2824", ""),
    "French": (
        ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "virgule", "moins"],
        " ",
    ),
    "German": (
        ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "komma", "minus"],
        " ",
    ),
    "Morse": (
        [
            "-----",
            ".----",
            "..---",
            "...--",
            "....-",
            ".....",
            "-....",
            "--...",
            "---..",
            "----.",
            ".-.-.-",
            "-....-",
        ],
        " ",
    ),
}
_LOOKS = ("left:{}px", "top:{}px", "width:{}px", "height:{}px", "margin:{}px", "padding:{}px")


def _cycled(parts: Sequence[str], row: Sequence[str], between: str) -> str:
    return between.join(parts[place % len(parts)].format(cell) for place, cell in enumerate(row))


def _log(rows: _Rows) -> str:
    return "".join(
        f"step {number}\n  {_cycled(_STARTS, row, chr(10) + '  ')}\n" for number, row in enumerate(rows)
    )


def _yaml(rows: _Rows) -> str:
    return "runs:\n" + "".join("  -\n" + "".join(f"    - {cell}\n" for cell in row) for row in rows)


def _properties(rows: _Rows) -> str:
    return "".join(f"app.r{at}.v{n}={cell}\n" for at, row in enumerate(rows) for n, cell in enumerate(row))


def _notes(rows: _Rows) -> str:
    return json.dumps(
        {f"k{at}": f"{' of '.join(row[:2])} ({'; '.join(row[2:])})" for at, row in enumerate(rows)}
    )


def _looks(rows: _Rows) -> str:
    boxes = "".join(f'<div style="{_cycled(_LOOKS, row, ";")}"></div>' for row in rows)
    return f"<!DOCTYPE html><html><body><p>Results</p>{boxes}</body></html>"


def _drawn(rows: _Rows) -> str:
    parts = "".join(f'<rect width="5" height="5" style="{_cycled(_LOOKS, row, ";")}"/>' for row in rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400">{parts}</svg>'


def _glued(rows: _Rows) -> str:
    return "".join("".join(f"{chr(97 + n % 26)}{cell}" for n, cell in enumerate(row)) + "\n" for row in rows)


def _nested_xml(rows: _Rows) -> str:
    inner = "".join("".join(f'<n v="{cell}">' for cell in row) + "</n>" * len(row) for row in rows)
    return f"<?xml version='1.0'?><runs>{inner}</runs>"


def _tests(rows: _Rows) -> str:
    return "".join(
        f"def test_{at}():\n"
        + "".join(f"    assert f{n}() == {cell!r}\n" for n, cell in enumerate(row))
        + "\n"
        for at, row in enumerate(rows)
    )


_WRITTEN: dict[str, tuple[str, Callable[[_Rows], str]]] = {
    "log": ("train.log", _log),
    "yaml": ("runs.yaml", _yaml),
    "properties": ("app.properties", _properties),
    "json notes": ("notes.json", _notes),
    "page's looks": ("report.html", _looks),
    "drawing's looks": ("figure.svg", _drawn),
    "glued letters": ("names.txt", _glued),
    "nested xml": ("runs.xml", _nested_xml),
    "unit tests": ("test_fit.py", _tests),
    "one line": ("state.txt", lambda rows: " ".join(cell for row in rows for cell in row)),
}


@attack(11, within=tuple(_WRITTEN), most=1_000)
def between_words(leak: Leak, *, within: str) -> Handed:
    """Class 11: the values of a person one after the other, always between the same words."""
    name, write = _WRITTEN[within]
    numbers = leak.disguised.select(pl.selectors.numeric())
    leak.path(name).write_text(write(_texts(numbers)), encoding="utf-8")
    return leak.hand_in(leak.path(name), cells=numbers.height * numbers.width)


@attack(11, how=("lists in a column", "one cell", "records in records", "map"))
def lists_in_cells(leak: Leak, *, how: str) -> Handed:
    """Class 11: a Parquet file whose cells are lists, records or maps of a person's values."""
    import pyarrow as pa  # noqa: PLC0415 - only this attack pays for it
    import pyarrow.parquet as pq  # noqa: PLC0415

    numbers = leak.disguised.select(pl.selectors.numeric().cast(pl.Float64))
    rows = [list(row) for row in numbers.rows()]
    column = {
        "lists in a column": lambda: pa.array(rows),
        "one cell": lambda: pa.array([rows]),
        "records in records": lambda: pa.array([{"a": {"b": row}} for row in rows]),
        "map": lambda: pa.array(
            [list(zip(numbers.columns, row, strict=True)) for row in rows], pa.map_(pa.string(), pa.float64())
        ),
    }[how]()
    pq.write_table(pa.table({"state": column}), leak.path("state.parquet"))
    return leak.hand_in(leak.path("state.parquet"), cells=numbers.height * numbers.width)


@attack(21, how=("units", "named", "underlined", "times"))
def beside_words(leak: Leak, *, how: str) -> Handed:
    """Class 21: every cell with a unit or a name beside its number, underlined, or as a day and a time."""
    table = leak.disguised
    if how == "times":
        hours = pl.selectors.numeric().cast(pl.Float64) * 86_400_000_000
        days = table.select((hours.round().cast(pl.Int64) - 25_569 * 86_400_000_000).cast(pl.Datetime("us")))
        return leak.hand_in(writers.parquet(days, leak.path("visits")), cells=days.height * days.width)
    spell = {
        "units": "{} mmol/L".format,
        "named": "x={}".format,
        "underlined": lambda text: "".join(f"{letter}\u0332" for letter in text),
    }[how]
    rows = [[spell(cell) if cell else "" for cell in row] for row in _texts(table)]
    return leak.hand_in(_csv(rows, leak.path("levels.csv")))


@attack(21, signs=("letters", "look-alikes", "braille", "French", "German", "Morse"))
def spelled_out(leak: Leak, *, signs: str) -> Handed:
    """Class 21: digits as other signs, or numbers read out digit by digit in another language."""
    spelt, between = _SIGNS[signs]
    order = dict(zip("0123456789.-", spelt, strict=True))
    numbers = leak.disguised.select(pl.selectors.numeric())
    rows = [[between.join(order.get(each, each) for each in cell) for cell in row] for row in _texts(numbers)]
    return leak.hand_in(_csv(rows, leak.path("codes.csv")), cells=numbers.height * numbers.width)


def _texts(table: pl.DataFrame) -> _Rows:
    return [["" if cell is None else str(cell) for cell in row] for row in table.rows()]


def _csv(rows: _Rows, target: Path) -> Path:
    target.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return target
