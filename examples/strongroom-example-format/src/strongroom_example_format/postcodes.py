"""Full British postcodes: each is shared by about fifteen households."""

import re
from collections.abc import Iterator

import pyarrow as pa

from strongroom.checker.contents.found import FoundTable, FoundText
from strongroom.checker.detectors import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule
from strongroom.checker.table_types.examined import Examined

_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_FULL = Rule(
    "postcodes/full",
    "{count} full postcodes are in this place; a full postcode is shared by about fifteen households.",
    "Keep the part before the space only, or the region.",
)


class Postcodes:
    """Sends full postcodes for review."""

    name = "postcodes"
    protects_against = "addresses: full British postcodes in tables and texts"
    rules = (_FULL,)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a text or table with a full postcode; it says how many, never which."""
        del evidence
        found = set(_POSTCODE.findall("\n".join(_words(examined.found))))
        if found:
            yield _FULL.finding(Verdict.REVIEW, examined.found.where, {"count": len(found)})


def _words(found: object) -> Iterator[str]:
    if isinstance(found, FoundText):
        yield found.text
    elif isinstance(found, FoundTable):
        for column in found.table.columns:
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                yield from (cell for cell in column.to_pylist() if cell)
