"""Files that a browser opens: notebooks with their stored outputs, and text. Their models are rebuilt too.

A stored output reaches the browser without a kernel, so it is judged like one that has just been made.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from strongroom.sandbox.proxy.bundles import TEXT, Part, joined, parts, shown
from strongroom.sandbox.proxy.kernel_replies import NOTICE
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    name_chars: int = threshold(
        100, "characters", "cost: names of files are shown, and could carry data; they are judged as text too"
    )
    entries: int = threshold(
        500, "files of a folder", "judgement: a folder of a project has tens; a longer list is data"
    )
    cells: int = threshold(1000, "cells", "cost: each is judged; a long notebook has about 200")


LIMITS = _Limits()

_NAME = re.compile(r"[\w.()\[\] \-]+")
_TIME = re.compile(r"[\dT:.Z+\-]{0,40}")
_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_EXTENSIONS = ("ipynb", "py", "txt", "md", "sql", "r", "json", "yaml", "yml", "toml")


class ContentsError(ValueError):
    """What was asked for is not shown; the text says what, without any of its content."""


class Item(NamedTuple):
    """A file's or folder's model, and what must be judged of it."""

    model: dict[str, Any]
    parts: Sequence[Part]


class Output(NamedTuple):
    """A stored output and where it is: the list it is in, and its place there."""

    outputs: list[dict[str, Any]]
    place: int
    parts: Sequence[Part]

    def withhold(self, reason: str) -> None:
        """Put a notice in its place."""
        text = f"{NOTICE}{reason}\n"
        self.outputs[self.place] = {"output_type": "stream", "name": "stderr", "text": text}


def plain_path(path: str) -> bool:
    """Return whether each part of a path is a plain name, and the whole stays in the work folder."""
    names = path.strip("/").split("/")
    return path.strip("/") == "" or all(_plain_name(name) for name in names)


def may_open(path: str) -> bool:
    """Return whether a file of this name may be opened: notebooks, programs and text."""
    return plain_path(path) and path.rpartition(".")[2].lower() in _EXTENSIONS


def folder(model: Mapping[str, Any]) -> Item:
    """Return a folder with its entries; names that are not plain are left out."""
    listed = model.get("content")
    entries = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else None
    kept = None if entries is None else [described(each) for each in entries if _shows(each)]
    if kept is not None and len(kept) > LIMITS.entries:
        raise ContentsError("the folder has too many entries")
    names = "\n".join(str(each["name"]) for each in kept or [])
    content = {"content": kept, "format": None if kept is None else "json"}
    return Item(described(model) | content, [Part(TEXT, names)])


def file(model: Mapping[str, Any]) -> Item:
    """Return a text file; ContentsError for anything else."""
    rest, content = described(model), model.get("content")
    if content is None:
        return Item(rest, ())
    if model.get("format") != "text" or not isinstance(content, str):
        raise ContentsError("only text is shown")
    return Item(rest | {"content": content, "format": "text", "mimetype": TEXT}, [Part(TEXT, content)])


def notebook(model: Mapping[str, Any]) -> tuple[Item, list[Output]]:
    """Return a notebook, rebuilt from its cells, with its outputs apart from its sources.

    Attachments, metadata and outputs of types that may not be shown are left out.
    """
    rest, content = described(model), model.get("content")
    if content is None:
        return Item(rest, ()), []
    cells = content.get("cells") if isinstance(content, Mapping) else None
    if not isinstance(cells, list) or len(cells) > LIMITS.cells:
        raise ContentsError("it is not a notebook that can be read")
    kept = [_cell(each) for each in cells]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "cells": kept,
    }
    outputs = [each for cell in kept for each in _outputs(cell)]
    return Item(rest | {"content": book, "format": "json"}, ()), outputs


def source(cell: Mapping[str, Any]) -> list[Part]:
    """Return what must be judged of a cell's source."""
    return [Part(TEXT, cell["source"])]


def checkpoints(found: Any) -> list[dict[str, str]]:
    """Return a list of checkpoints."""
    listed = found if isinstance(found, list) else [found]
    return [
        {"id": "checkpoint", "last_modified": _time(each.get("last_modified"))}
        for each in listed[:1]
        if isinstance(each, Mapping)
    ]


def _cell(found: Any) -> dict[str, Any]:
    source = joined(found.get("source", "")) if isinstance(found, Mapping) else None
    if source is None or not isinstance(found, Mapping):
        raise ContentsError("it is not a notebook that can be read")
    kind = found.get("cell_type")
    given = found.get("id")
    cell: dict[str, Any] = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "metadata": {},
        "source": source,
        **({"id": given} if isinstance(given, str) and _ID.fullmatch(given) else {}),
    }
    if cell["cell_type"] == "code":
        listed = found.get("outputs")
        made = [_output(each) for each in listed] if isinstance(listed, list) else []
        cell |= {
            "outputs": [each for each in made if each is not None],
            "execution_count": _executed(found),
        }
    return cell


def _output(found: Any) -> dict[str, Any] | None:
    kind = found.get("output_type") if isinstance(found, Mapping) else None
    if kind == "stream":
        text = joined(found.get("text"))
        name = "stderr" if found.get("name") == "stderr" else "stdout"
        return None if text is None else {"output_type": kind, "name": name, "text": text}
    if kind in ("display_data", "execute_result"):
        counted = {"execution_count": _executed(found)} if kind == "execute_result" else {}
        return {"output_type": kind, "data": shown(found.get("data")), "metadata": {}, **counted}
    if kind == "error":
        trace = found.get("traceback")
        lines = [line for line in trace if isinstance(line, str)] if isinstance(trace, list) else []
        named = {name: joined(found.get(name)) or "" for name in ("ename", "evalue")}
        return {"output_type": kind, **named, "traceback": lines}
    return None


def _outputs(cell: Mapping[str, Any]) -> list[Output]:
    outputs = cell.get("outputs", [])
    return [Output(outputs, place, _parts(each)) for place, each in enumerate(outputs)]


def _parts(output: Mapping[str, Any]) -> Sequence[Part]:
    match output["output_type"]:
        case "stream":
            return [Part(TEXT, output["text"])]
        case "error":
            return [Part(TEXT, "\n".join([output["ename"], output["evalue"], *output["traceback"]]))]
        case _:
            return parts(output["data"])


def _executed(found: Mapping[str, Any]) -> int | None:
    count = found.get("execution_count")
    return count if type(count) is int and 0 <= count < 1 << 20 else None


def described(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model without its content: plain names and times, and no sizes."""
    name, path, kind = (str(model.get(each, "")) for each in ("name", "path", "type"))
    if not plain_path(path) or (name and not _plain_name(name)):
        raise ContentsError("its name has unusual characters")
    return {
        "name": name,
        "path": path,
        "type": kind if kind in ("directory", "notebook") else "file",
        "created": _time(model.get("created")),
        "last_modified": _time(model.get("last_modified")),
        "writable": True,
        "mimetype": None,
        "format": None,
        "content": None,
        "size": None,
        "hash": None,
        "hash_algorithm": None,
    }


def _shows(model: Mapping[str, Any]) -> bool:
    path, name = str(model.get("path", "")), str(model.get("name", ""))
    return plain_path(path) and _plain_name(name)


def _plain_name(name: str) -> bool:
    return 0 < len(name) <= LIMITS.name_chars and not name.startswith(".") and bool(_NAME.fullmatch(name))


def _time(value: Any) -> str:
    return value if isinstance(value, str) and _TIME.fullmatch(value) else "1970-01-01T00:00:00Z"
