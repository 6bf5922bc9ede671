"""The tables of a file in which participants were recognised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from strongroom.matching import Recognition
from strongroom.tracer.fingerprint.rules import Reaches


@dataclass(frozen=True, repr=False)
class RecognisedTables:
    """The tables in which participants were looked for, and those recognised, by number.

    `examined` are a file's tables, joined and in other shapes. `reaches` is how far marks may have moved each
    cohort column.
    """

    examined: Sequence[pa.Table] = ()
    tables: Mapping[int, Recognition] = field(default_factory=dict)
    reaches: Reaches = field(default_factory=dict)
