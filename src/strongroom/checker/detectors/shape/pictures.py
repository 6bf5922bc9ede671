"""A plot is small, has few colours and flat areas; what is otherwise may carry more than it shows."""

from collections.abc import Iterator

import numpy as np

from strongroom.checker.contents.drawing_kind import Drawn, apart_in, drawn_as
from strongroom.checker.contents.found import FoundPicture, FoundTable
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.policy import Policy
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import Examined
from strongroom.checker.table_types.heat_map_cells import loose_cells
from strongroom.checker.table_types.scatter_points import any_few_strewn, over_a_band, strewn

_SPECKLED = 200
# Honest pictures have 31 and fewer; eighty bytes, packed or not, make as many.
_WRITTEN = 40


class Pictures:
    """A budget of bytes and colours, a look for bits in disguise, for lines of numbers and for cells.

    Numbers, dots and cells are tables as well, which `row-match` and `participant-ids` compare with people.
    """

    name = "picture"
    protects_against = (
        "data in a picture: in its low bits, drawn as a table, as a dot a person, or as cells of a heat map"
    )

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for each thing a picture shows more of than the policy allows."""
        artefact = examined.found
        if isinstance(artefact, FoundTable) and drawn_as(artefact) is Drawn.SPOTS:
            yield from self._dots(artefact, evidence.policy.dots_drawn)
        if isinstance(artefact, FoundTable) and drawn_as(artefact) is Drawn.LONE_SPOTS:
            yield from self._marks(artefact, evidence.policy)
        if isinstance(artefact, FoundTable) and drawn_as(artefact) is Drawn.CELLS:
            yield from self._cells(artefact, evidence.policy.loose_cells)
        if not isinstance(artefact, FoundPicture):
            return
        for message, detail in _excess(artefact, evidence.policy):
            yield Finding(self.name, Verdict.REVIEW, artefact.where, message, detail)

    def _dots(self, found: FoundTable, least: int) -> Iterator[Finding]:
        """Yield a finding where as many dots as the policy does not allow are strewn as people's are."""
        if found.total_rows < max(least, 1):
            return
        apart = found.table.slice(0, apart_in(found))
        x, y, colour = (apart.column(place).to_numpy() for place in range(3))
        if 2 * len(x) >= least and strewn(x, y, colour):
            yield Finding(
                self.name,
                Verdict.REVIEW,
                found.where,
                f"This picture shows {found.total_rows:,} dots one by one. If each is a person, draw counts "
                "in bins.",
                f"No curve, lattice or Manhattan plot; {len(x):,} of the dots touch nothing else.",
                rows=found.total_rows,
            )

    def _marks(self, found: FoundTable, policy: Policy) -> Iterator[Finding]:
        """Yield a finding where a frame shows little but marks that may be one a person."""
        x, y, colour = (found.table.column(place).to_numpy() for place in range(3))
        told = apart_in(found)
        if over_a_band(x, y, told):
            return
        x, y, colour = x[:told], y[:told], colour[:told]
        many = told >= max(policy.dots_drawn, 1)
        if told < max(policy.lone_marks, 1) or not ((strewn if many else any_few_strewn)(x, y, colour)):
            return
        yield Finding(
            self.name,
            Verdict.REVIEW,
            found.where,
            f"This plot is made of {len(x):,} marks and no more. If each is a person, show groups instead.",
            "Marks of one form in a frame of their own, at no even steps and on no curve.",
            rows=len(x),
        )

    def _cells(self, found: FoundTable, least: int) -> Iterator[Finding]:
        """Yield a finding where as many cells as the policy does not allow stand in no order."""
        if found.table.num_rows * found.table.num_columns < max(least, 1):
            return
        if loose_cells(np.column_stack([column.to_numpy() for column in found.table.columns])):
            yield Finding(
                self.name,
                Verdict.REVIEW,
                found.where,
                "The cells of this heat map stand in no order, as those of people one below another do. "
                "Hand in the table it was drawn from.",
                f"{found.table.num_rows:,} rows of {found.table.num_columns:,} cells; neither lines nor "
                "their effects added up explain their shades.",
                rows=found.table.num_rows,
            )


def _excess(found: FoundPicture, policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield what there is too much of, for the researcher and for the custodian."""
    large = found.size > policy.picture_kb * 1024 or found.colours > policy.picture_colours
    if large or found.speckle > _SPECKLED:
        yield (
            "This picture holds more than a drawn plot needs; a person has to look at it.",
            (
                f"{found.colours:,} colours, {found.size:,} bytes, {found.width} x {found.height} pixels, "
                f"{found.speckle / 10:.0f} % of them speckled."
            ),
        )
    if found.low_bits >= _WRITTEN:
        yield (
            "The lowest bits of this picture's colours are not those of a drawing; draw it anew.",
            f"{found.low_bits:,} stretches of eight pixels change at random within pairs of values.",
        )
    if found.lines >= policy.picture_lines:
        yield (
            "This picture shows lines of numbers, like a table; hand the table in as a table.",
            f"{found.lines:,} lines of numbers, one below the other.",
        )
    if found.cells >= policy.picture_cells:
        yield (
            "This picture is made of many cells, like a heat map; hand in the table it was drawn from.",
            f"{found.cells:,} cells in a lattice, those under 8 pixels counted (8 / size)² times.",
        )
