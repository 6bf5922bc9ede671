"""Data in a page's scripts: any JSON, and the data of plotly, vega and bokeh."""

import json
import re
from collections.abc import Iterator
from itertools import groupby

import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, Origin, ProblemKind
from strongroom.checker.formats.documents import plot_json
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.text import json_text
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_values: int = threshold(5, "values", "judgement: shorter lists in scripts are settings")
    window: int = threshold(
        2_000, "characters", "cost: an error in a long script is located by counting from its start"
    )
    margin: int = threshold(
        40, "characters", "derived: longer than any number or keyword that the window may cut"
    )
    reread: int = threshold(
        30,
        "times",
        "cost: how often a character may be parsed again; without it brackets take quadratic time",
    )


LIMITS = _Limits()


# What scripts call that draw plots of kinds that are drawn in the copy.
_PLOTS = ("newPlot", "vegaEmbed")
_OPENING = re.compile(r"\[\s*[\[{\"\d.tfnNI\]-]|\{\s*[\"}]")


def read(script: str, part: Part, context: Context) -> Iterator[Artefact]:
    """Yield a script as text that copies leave out, the words of the plots that they draw, and its tables."""
    del context
    if not script.strip():
        return
    yield FoundText(part.where, script, left_out=True)
    draws = draws_plots(script)
    loose: list[list[json_text.Json]] = []
    for number, document in enumerate(documents(script), start=1):
        plain = plot_json.unpacked(document)
        words = "\n".join(json_text.strings(plain)) if draws else ""
        if words.strip():
            yield FoundText(f"{part.where} > words {number}", words)
        if isinstance(plain, list) and len(plain) >= LIMITS.least_values and json_text.is_flat(plain):
            loose.append(plain)
        else:
            yield from plot_json.tables(plain, f"{part.where} > data {number}")
    for number, (_, group) in enumerate(groupby(loose, key=len), start=1):
        columns = list(group)
        names = [f"f{place}" for place in range(len(columns))]
        table = pa.table([json_text.array(cells) for cells in columns], names=names)
        yield FoundTable(f"{part.where} > values {number}", table, Origin.LITERALS)


def draws_plots(script: str) -> bool:
    """Return whether a script draws plots of kinds that are drawn in the copy."""
    return any(sign in script for sign in _PLOTS)


def documents(script: str) -> Iterator[json_text.Json]:
    """Yield every JSON array and object in a script, the outermost where they nest."""
    decoder = json.JSONDecoder()
    position, left = 0, LIMITS.reread * len(script) + 1_000
    while opening := _OPENING.search(script, position):
        position = opening.start()
        document, read, complete = _decode(decoder, script, position)
        if complete:
            yield document
            position += read
        else:
            left -= max(read, 1)
            position += 1
        if left < 0:
            raise UnreadableError(ProblemKind.TOO_LARGE, "searching a script for data takes too long")


def _decode(decoder: json.JSONDecoder, script: str, start: int) -> tuple[json_text.Json, int, bool]:
    """Return the JSON at a place, how many characters were read, and whether it is complete.

    A short window is tried first: locating an error means counting from the text's start, which takes time.
    """
    for size in (LIMITS.window, len(script)):
        window = script[start : start + size]
        try:
            document, end = decoder.raw_decode(window)
        except json.JSONDecodeError as error:
            cut = error.pos > len(window) - LIMITS.margin or error.msg.startswith("Unterminated")
            if not cut or start + size >= len(script):
                return None, error.pos, False
        except RecursionError as error:
            raise UnreadableError(ProblemKind.TOO_DEEP, "data in a script, nested too deeply") from error
        else:
            return document, end, True
    return None, 0, False
