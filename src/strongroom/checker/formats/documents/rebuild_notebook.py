"""Rebuilt notebooks: sources and the kinds of output that were read; no metadata, no programs."""

import base64
from typing import Any

from strongroom.checker.formats.documents import notebook
from strongroom.checker.formats.documents.rebuild_html import rebuilt_page
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.pictures.rebuild_raster import png_of_pixels
from strongroom.checker.formats.pictures.rebuild_svg import svg_rebuilt
from strongroom.checker.formats.text.rebuild_text import dumped

Json = Any
_NAMED = ("name", "display_name", "language")
_CELLS = {"code", "markdown", "raw"}


def rebuild_notebook(part: Part, context: Context) -> Rebuilt:
    """Return a notebook of the cells that were read, with their outputs of known kinds."""
    read = notebook.parse(part.data)
    kernel = read["metadata"].get("kernelspec")
    kernel = kernel if isinstance(kernel, dict) else {}
    rebuilt = {
        "cells": [_cell(cell, part, context) for cell in read["cells"] if cell.get("cell_type") in _CELLS],
        "metadata": {"kernelspec": {key: str(kernel[key]) for key in _NAMED if key in kernel}}
        if kernel
        else {},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    change = f"{part.where}: rebuilt; metadata, identifiers and outputs of unknown kinds are left out"
    return one_file(part, dumped(rebuilt, indent=1), change)


def _cell(cell: dict[str, Json], part: Part, context: Context) -> dict[str, Json]:
    kind = cell["cell_type"]
    rebuilt: dict[str, Json] = {
        "cell_type": kind,
        "metadata": {},
        "source": notebook.joined(cell.get("source", "")).splitlines(keepends=True),
    }
    if kind == "code":
        rebuilt["execution_count"] = None
        outputs = [_output(output, part, context) for output in cell.get("outputs", [])]
        rebuilt["outputs"] = [output for output in outputs if output]
        return rebuilt
    attachments = cell.get("attachments", {})
    if isinstance(attachments, dict):
        bundles = {name: _bundle(bundle, part, context) for name, bundle in attachments.items()}
        if any(bundles.values()):
            rebuilt["attachments"] = {name: bundle for name, bundle in bundles.items() if bundle}
    return rebuilt


def _output(output: dict[str, Json], part: Part, context: Context) -> dict[str, Json]:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": notebook.joined(output.get("text", ""))}
    if kind == "error":
        trace = notebook.joined(output.get("traceback", []))
        words = {"ename": str(output.get("ename", "")), "evalue": str(output.get("evalue", ""))}
        return {"output_type": "error", "traceback": [trace]} | words
    bundle = _bundle(output.get("data", {}), part, context)
    return {"output_type": "display_data", "metadata": {}, "data": bundle} if bundle else {}


def _bundle(bundle: Json, part: Part, context: Context) -> dict[str, Json]:
    """Return the forms of an output that were read in full; other forms are left out."""
    rebuilt: dict[str, Json] = {}
    for form, value in bundle.items() if isinstance(bundle, dict) else ():
        try:
            rebuilt |= _form(form, value, part, context)
        except UnreadableError:
            continue
    return rebuilt


def _form(form: str, value: Json, part: Part, context: Context) -> dict[str, Json]:
    """Return one form rebuilt under its type, or nothing for a type that is not released."""
    if form in notebook.FILES and form.startswith("image/"):
        picture = Part(notebook.file_bytes(value), "output" + notebook.FILES[form], part.where)
        return {"image/png": base64.b64encode(png_of_pixels(picture, context)).decode()}
    if form == "image/svg+xml":
        drawing = Part(notebook.joined(value).encode("utf-8", "replace"), "output.svg", part.where)
        return {form: svg_rebuilt(drawing, context).decode()}
    if form == "text/html":
        return {form: rebuilt_page(notebook.joined(value), part, context)}
    if form in notebook.TEXTS:
        return {form: notebook.joined(value)}
    return {form: value} if notebook.is_json_form(form) else {}
