"""Arrays made anew: NumPy's own writer, from the array that was read."""

from io import BytesIO

import numpy as np

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.rebuilt import Rebuilt, one
from strongroom.checker.formats.science import npy


def rebuild_npy(part: Part, context: Context) -> Rebuilt:
    """Return the array saved anew; raise UnreadableError for one of objects."""
    parsed = npy.parse(part.data)
    if parsed.dtype.hasobject:
        raise UnreadableError(ProblemKind.ACTIVE_CONTENT, "an array of objects is a program to load")
    context.budget.take(parsed.size)
    sink = BytesIO()
    np.lib.format.write_array(sink, np.ascontiguousarray(parsed.array()), allow_pickle=False)
    return one(part, sink.getvalue(), f"{part.where}: saved anew from its values")
