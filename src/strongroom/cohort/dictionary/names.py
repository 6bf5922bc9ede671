"""The three spellings of UK Biobank's column names.

A field may be measured at several visits (instances) and have several values a visit (array). Researchers
know `21001-0.0` (showcase downloads), `f.21001.0.0` (R extracts) and `p21001_i0` (the research analysis
platform). Columns are stored under the platform's spelling.
"""

import re
from dataclasses import dataclass

_SHOWCASE = re.compile(r"(\d{1,7})-(\d{1,2})\.(\d{1,4})", re.ASCII)
_R = re.compile(r"f\.(\d{1,7})\.(\d{1,2})\.(\d{1,4})", re.ASCII | re.IGNORECASE)
_RAP = re.compile(r"p(\d{1,7})(?:_i(\d{1,2}))?(?:_a(\d{1,4}))?", re.ASCII | re.IGNORECASE)
_WHOLE_FIELD = re.compile(r"p\d{1,7}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, order=True)
class ColumnName:
    """Where a column's values come from: field, visit and array position, the last two counted from 0."""

    field_id: int
    instance: int = 0
    array: int = 0

    @classmethod
    def parse(cls, text: str) -> "ColumnName | None":
        """Read any of the three spellings, in either case; None when `text` is none of them."""
        for pattern in (_RAP, _SHOWCASE, _R):
            match = pattern.fullmatch(text)
            if match:
                return cls(*(int(part or 0) for part in match.groups()))
        return None

    @property
    def rap(self) -> str:
        """`p21001_i0`, `p6138_i0_a1`: the stored spelling; an array's first position has no `_a0`."""
        return f"p{self.field_id}_i{self.instance}" + (f"_a{self.array}" if self.array else "")

    @property
    def showcase(self) -> str:
        """`21001-0.0`."""
        return f"{self.field_id}-{self.instance}.{self.array}"

    @property
    def r(self) -> str:
        """`f.21001.0.0`."""
        return f"f.{self.field_id}.{self.instance}.{self.array}"


def names_whole_field(text: str) -> bool:
    """Tell whether `text` (`p21001`) means a field at every visit rather than one column of it."""
    return _WHOLE_FIELD.fullmatch(text) is not None
