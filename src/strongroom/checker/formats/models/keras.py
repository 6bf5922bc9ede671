"""Keras's own archive: a configuration in JSON, and the weights in HDF5."""

import re
from collections.abc import Iterator
from dataclasses import replace

from strongroom.checker.contents.found import (
    Artefact,
    FoundModel,
    FoundTable,
    FoundText,
    Origin,
    ProblemKind,
)
from strongroom.checker.formats.archives import zip_archive
from strongroom.checker.formats.part import Context, Part

# Layers that carry Python's byte code in their configuration.
_PROGRAM = re.compile(r'"class_name"\s*:\s*"(?:Lambda|TFOpLambda|__lambda__)"')


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield what the members hold, every array of it as a model's."""
    numbers = 0
    for found in zip_archive.read(part, context):
        if isinstance(found, FoundTable):
            numbers += found.table.num_rows * found.table.num_columns
            yield replace(found, origin=Origin.MODEL)
        elif not isinstance(found, FoundModel):
            yield found
        if isinstance(found, FoundText) and _PROGRAM.search(found.text):
            yield part.problem(ProblemKind.ACTIVE_CONTENT, "a layer that contains code")
    yield FoundModel(part.where, "Keras", ("keras",), numbers)
