"""Rebuilt notebooks: sources and the kinds of output that were read; no metadata, no programs."""

import base64
import re
from collections import Counter
from typing import Any

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.documents import notebook, plot_json
from strongroom.checker.formats.documents.rebuild_html import plots_as_svg, rebuilt_page
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.pictures.rebuild_raster import png_of_pixels
from strongroom.checker.formats.pictures.rebuild_svg import svg_rebuilt
from strongroom.checker.formats.text.rebuild_text import dumped

Json = Any
_NAMED = ("name", "display_name", "language")
_CELLS = {"code", "markdown", "raw"}
_OUTPUTS = {"display_data", "execute_result"}
_LANGUAGE = re.compile(r"[\w+#-]{1,20}")


def rebuild_notebook(part: Part, context: Context) -> Rebuilt:
    """Return a notebook of the cells that were read, with their outputs of known kinds."""
    read = notebook.parse(part.data)
    lost: Counter[str] = Counter()
    writer = _Writer(part, context, lost)
    cells = [writer.cell(cell) for cell in read["cells"] if cell.get("cell_type") in _CELLS]
    rebuilt = {
        "cells": cells,
        "metadata": _metadata(read["metadata"]),
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    if not any(cell["source"] or cell.get("outputs") for cell in cells):
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a notebook of which nothing is left")
    words = [f"{what} ({count})" for what, count in lost.items() if count]
    left_out = ", ".join([*words, "metadata", "identifiers", "numbers of executions"])
    return one_file(part, dumped(rebuilt, indent=1), f"{part.where}: rebuilt; left out: {left_out}")


def _metadata(stated: dict[str, Json]) -> dict[str, Json]:
    """Return the kernel and the language, by which programs run a notebook and colour its code."""
    kernel, language = stated.get("kernelspec"), stated.get("language_info")
    kept: dict[str, Json] = {}
    if isinstance(kernel, dict) and "name" in kernel:
        named = {key: str(kernel[key]) for key in _NAMED if key in kernel}
        kept["kernelspec"] = {"display_name": named["name"]} | named
    name = language.get("name") if isinstance(language, dict) else None
    if isinstance(name, str) and _LANGUAGE.fullmatch(name):
        kept["language_info"] = {"name": name}
    return kept


class _Writer:
    """Writes the cells of a notebook again, and counts what it leaves out."""

    def __init__(self, part: Part, context: Context, lost: Counter[str]) -> None:
        self._part, self._context, self._lost = part, context, lost

    def cell(self, cell: dict[str, Json]) -> dict[str, Json]:
        """Return a cell with its source and the outputs that are kept."""
        kind = cell["cell_type"]
        rebuilt: dict[str, Json] = {
            "cell_type": kind,
            "metadata": {},
            "source": notebook.joined(cell.get("source", "")).splitlines(keepends=True),
        }
        if kind == "code":
            rebuilt["execution_count"] = None
            outputs = [self._output(output) for output in cell.get("outputs", [])]
            rebuilt["outputs"] = [output for output in outputs if output]
            return rebuilt
        attachments = cell.get("attachments", {})
        if isinstance(attachments, dict):
            bundles = {name: self._bundle(bundle) for name, bundle in attachments.items()}
            if any(bundles.values()):
                rebuilt["attachments"] = {name: bundle for name, bundle in bundles.items() if bundle}
        return rebuilt

    def _output(self, output: dict[str, Json]) -> dict[str, Json]:
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            return {"output_type": "stream", "name": name, "text": notebook.joined(output.get("text", ""))}
        if kind == "error":
            trace = notebook.joined(output.get("traceback", []))
            words = {"ename": str(output.get("ename", "")), "evalue": str(output.get("evalue", ""))}
            return {"output_type": "error", "traceback": [trace]} | words
        if kind not in _OUTPUTS:
            return {}
        bundle = self._bundle(output.get("data", {}))
        if not bundle:
            self._lost["outputs"] += 1
        return {"output_type": "display_data", "metadata": {}, "data": bundle} if bundle else {}

    def _bundle(self, bundle: Json) -> dict[str, Json]:
        """Return the forms of an output that were read in full; other forms are left out."""
        rebuilt: dict[str, Json] = {}
        for form, value in bundle.items() if isinstance(bundle, dict) else ():
            try:
                kept = self._form(form, value)
            except UnreadableError:
                kept = {}
            self._lost["forms of outputs"] += not kept
            rebuilt |= kept
        return rebuilt

    def _form(self, form: str, value: Json) -> dict[str, Json]:
        """Return one form rebuilt under its type, or nothing for a type that is not released."""
        if form in notebook.FILES and form.startswith("image/"):
            picture = Part(notebook.file_bytes(value), "output" + notebook.FILES[form], self._part.where)
            return {"image/png": base64.b64encode(png_of_pixels(picture, self._context)).decode()}
        if form == "image/svg+xml":
            drawing = Part(notebook.joined(value).encode("utf-8", "replace"), "output.svg", self._part.where)
            return {form: svg_rebuilt(drawing, self._context).decode()}
        if form == "text/html":
            page = rebuilt_page(notebook.joined(value), self._part, self._context)
            return {form: page.html} if page.shows else {}
        if form in notebook.TEXTS:
            return {form: notebook.joined(value)}
        if not notebook.is_json_form(form):
            return {}
        drawn = plots_as_svg([plot_json.unpacked(value)], self._lost)
        return {form: value} | ({"image/svg+xml": drawn} if drawn else {})
