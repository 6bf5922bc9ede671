"""R objects (.rds, .RData): every vector, data frame and matrix anywhere in the tree, and all its words.

Attributes, environments, closures and slots are walked too: a model keeps its data in them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import (
    Artefact,
    FoundModel,
    FoundTable,
    FoundText,
    Origin,
    ProblemKind,
)
from strongroom.checker.formats.part import Context, Part, UnreadableError, printable
from strongroom.checker.formats.science import r_stream
from strongroom.checker.formats.science.arrays import MOST_COLUMNS, cells
from strongroom.checker.formats.science.r_values import (
    ATOMIC,
    attributes,
    followed,
    kind,
    length,
    matrix,
    strings,
    text,
    vector,
    words,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    few: int = threshold(
        5, "values", "judgement: shorter vectors are settings and are gathered as single values"
    )
    longest_place: int = threshold(
        1_000,
        "characters",
        "cost: a place names its ancestors; deeper values are named after the one where this is reached",
    )
    most_tables: int = threshold(20_000, "vectors", "cost: each is judged")


LIMITS = _Limits()


_PAIRS = {"LIST", "LANG", "CLO", "PROM", "DOT", "ATTRLANG"}
SINGLE = "single values"
# fmt: off
MODEL_CLASSES = frozenset({
    "lm", "glm", "aov", "nls", "loess", "negbin", "polr", "multinom", "nnet", "coxph", "survfit",
    "survreg", "clogit", "cph", "lrm", "ols", "crr", "gam", "bam", "lme", "gls", "lmerMod", "glmerMod",
    "lmerModLmerTest", "merMod", "fixest", "felm", "plm", "glmnet", "cv.glmnet", "randomForest", "ranger",
    "rpart", "gbm", "svm", "ksvm", "knn3", "kknn", "train", "workflow", "model_fit", "recipe", "prcomp",
    "princomp", "kmeans", "hclust", "Mclust", "xgb.Booster", "lgb.Booster", "earth",
    "naiveBayes", "lda", "qda", "geeglm", "svyglm", "rq", "stanfit", "brmsfit", "ggplot", "gg", "mipo",
    "mids", "SuperLearner", "matchit", "weightit", "lavaan",
})
# fmt: on


@dataclass(repr=False)
class _Walk:
    """What the walk collects: words, short vectors, and each model's class with its components."""

    part: Part
    context: Context
    words: list[str] = field(default_factory=list)
    short: list[Any] = field(default_factory=list)
    models: set[str] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    numbers: int = 0
    tables: int = 0


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the tables and words of the whole tree, and the models in it."""
    data, left = r_stream.unpacked(part, context)
    if left:
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes after the compressed stream")
    walk = _Walk(part, context)
    yield from _tree(r_stream.parse(data), walk)
    if walk.short:
        yield FoundTable(f"{part.where} > {SINGLE}", pa.table({"value": cells(walk.short)}))
    if walk.words:
        yield FoundText(f"{part.where} > words", "\n".join(dict.fromkeys(walk.words)))
    if walk.models:
        yield FoundModel(part.where, "R", tuple(sorted(walk.models)), walk.numbers)


def _tree(root: Any, walk: _Walk) -> Iterator[Artefact]:
    """Walk the tree without recursion; an object that is referred to twice is read once."""
    waiting: list[tuple[Any, str, bool]] = [(root, walk.part.where, False)]
    while waiting:
        value, where, modelled = waiting.pop()
        value = followed(value)
        if id(value) in walk.seen:
            continue
        walk.seen.add(id(value))
        about = attributes(value)
        found = MODEL_CLASSES & set(words(about, "class"))
        if found:
            names = words(about, "names")
            walk.models |= found | {f"{one}${name}" for one in found for name in names}
        modelled = modelled or bool(found)
        for artefact in _of(value, where, walk):
            if isinstance(artefact, FoundTable):
                walk.numbers += artefact.table.num_rows * artefact.table.num_columns
                yield FoundTable(
                    artefact.where, artefact.table, Origin.MODEL if modelled else artefact.origin
                )
        deep = len(where) > LIMITS.longest_place
        waiting.extend(
            (child, where if deep else f"{where}{name}", modelled) for name, child in _children(value, about)
        )


def _of(value: Any, where: str, walk: _Walk) -> Iterator[FoundTable]:
    """Yield the tables that an object forms; collect values too few for a table."""
    match kind(value):
        case "VEC" | "EXPR":
            yield from _list(value, where, walk)
        case "SYM" | "CHAR" | "BUILTIN" | "SPECIAL":
            walk.words.append(text(value))
        case name if name in ATOMIC:
            yield from _atomic(value, where, walk)
        case _:
            return


def _atomic(value: Any, where: str, walk: _Walk) -> Iterator[FoundTable]:
    if length(value) < LIMITS.few:
        if kind(value) == "STR":
            walk.words.extend(each for each in strings(value) if each)
        else:
            walk.short.extend(vector(value).to_pylist())
        return
    walk.context.budget.take(length(value) * 8)
    grid = matrix(value)
    if grid is None:
        names = words(attributes(value), "names")
        columns = {"names": pa.array(names)} if len(names) == length(value) else {}
        grid = pa.table({**columns, "f0": vector(value)})
    yield _table(grid, where, walk)


def _list(value: Any, where: str, walk: _Walk) -> Iterator[FoundTable]:
    """Yield sibling vectors of one length as a table: a data frame, or a possible one."""
    about = attributes(value)
    names = words(about, "names")
    by_length: dict[int, dict[str, Any]] = defaultdict(dict)
    for number, each in enumerate(value.value):
        child = followed(each)
        if kind(child) in ATOMIC and "dim" not in attributes(child) and length(child):
            name = names[number] if number < len(names) and names[number] else f"f{number}"
            group = by_length[length(child)]
            group[name if name not in group else f"{name}.{number}"] = child
    walk.words.extend(names)
    rows = _row_names(about)
    framed = "data.frame" in words(about, "class")
    for size, group in by_length.items():
        if (len(group) < 2 and not framed) or len(group) * size < LIMITS.few:  # noqa: PLR2004 - side by side
            continue
        walk.seen.update(id(child) for child in group.values())
        walk.context.budget.take(len(group) * size * 8)
        columns = {name: vector(child) for name, child in group.items()}
        if len(rows) == size:
            columns = {"row.names": cells(rows), **columns}
        yield _table(_bounded(columns), where, walk)


def _row_names(about: dict[str, Any]) -> list[Any]:
    stated = about.get("row.names")
    return vector(stated).to_pylist() if stated is not None and kind(stated) in ATOMIC else []


def _bounded(columns: dict[str, pa.Array]) -> pa.Table:
    """Return columns as a table; very many short ones are its rows instead."""
    if len(columns) <= MOST_COLUMNS:
        return pa.table(list(columns.values()), names=list(columns))
    rows = [[str(name), *column.to_pylist()] for name, column in columns.items()]
    width = max(len(row) for row in rows)
    return pa.table(
        [cells([row[at] for row in rows]) for at in range(width)], names=[f"f{at}" for at in range(width)]
    )


def _table(table: pa.Table, where: str, walk: _Walk) -> FoundTable:
    walk.tables += 1
    if walk.tables > LIMITS.most_tables:
        raise UnreadableError(ProblemKind.TOO_LARGE, f"more than {LIMITS.most_tables:,} vectors")
    return FoundTable(where, table)


def _children(value: Any, about: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield an object's members, each with the path step that leads to it."""
    name = kind(value)
    framed = name == "VEC" and all(kind(followed(child)) in ATOMIC for child in value.value)
    for attribute, held in about.items():
        # Already in the table: its column names, and the levels of its cells.
        shown = (attribute in {"names", "row.names"} and framed) or (
            attribute == "levels" and length(held) <= len(set(np.ma.getdata(value.value).tolist()))
        )
        if not shown:
            yield f" > attribute {printable(attribute)}", held
    if name in _PAIRS:
        yield from _pairs(value)
    elif name in {"VEC", "EXPR"}:
        names = words(about, "names")
        for number, child in enumerate(value.value):
            step = printable(names[number]) if number < len(names) and names[number] else f"item {number + 1}"
            yield f" > {step}", child
    elif name == "ENV":
        yield from (("", each) for each in (value.value.frame, value.value.hash_table))
        yield " > environment", value.value.enclosure
    elif name == "BCODE":
        yield from (("", each) for each in (value.value[0], *value.value[1]))
    elif name in {"EXTPTR", "NAMESPACE"}:
        yield from (("", each) for each in value.value)
    if value.attributes is not None and kind(value.attributes) != "LIST":
        yield " > attributes", value.attributes


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the members of a chain of pairs at once: R keeps a thousand of them as a thousand deep."""
    while kind(value) in _PAIRS:
        first, rest = value.value
        named = value.tag is not None and kind(followed(value.tag)) == "SYM"
        if value.tag is not None:
            yield "", value.tag
        yield (f" > {printable(text(value.tag))}" if named else ""), first
        value = followed(rest)
        if value.attributes is not None or kind(value) == "CLO":
            break
    yield "", value
