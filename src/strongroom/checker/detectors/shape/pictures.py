"""Pictures that may carry data: a plot is small, with few colours and flat areas."""

from collections.abc import Iterator

import numpy as np

from strongroom.checker.contents.drawing_kind import Drawn, apart_in, drawn_as
from strongroom.checker.contents.found import FoundPicture, FoundTable
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.policy import Policy
from strongroom.checker.rules import PERSON_LEVEL, Rule
from strongroom.checker.table_types.examined import Examined
from strongroom.checker.table_types.heat_map_cells import unordered_cells
from strongroom.checker.table_types.scatter_points import (
    any_few_are_scattered,
    are_scattered,
    is_manhattan_plot_with_band,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_speckle: int = threshold(
        200,
        "thousandths of pixels",
        "judgement: set by trial on the exfiltration benchmark's cases; anti-aliased plots and JPEG have "
        "fewer pixels that differ from a neighbour by a step or two",
    )
    # Honest pictures have at most 31; eighty hidden bytes, compressed or not, make as many as this.
    least_random_runs: int = threshold(
        40,
        "runs of eight pixels",
        "judgement: set by trial on the exfiltration benchmark's cases; honest pictures have at most 31, "
        "and 80 hidden bytes make 40",
    )
    least_apart: float = threshold(
        0.5,
        "share of the points the policy allows",
        "judgement: points that touch others may be parts of one larger mark; half of them must be certain",
    )


LIMITS = _Limits()


_KILOBYTE = 1_024  # fixed: bytes
_DRAW_AGAIN = "Draw the figure again and save it as PNG."
_SUBMIT_TABLE = "Submit the table it was drawn from."
_POINTS = Rule(
    "picture/points",
    "The picture shows {points:,} individual points.",
    "If each point is a person, plot counts in bins instead.",
    PERSON_LEVEL,
)
_POINTS_ALONE = Rule(
    "picture/points-alone",
    "The plot shows {points:,} points and little else.",
    "If each point is a person, show groups instead.",
    PERSON_LEVEL,
)
_HEAT_MAP = Rule(
    "picture/unordered-cells",
    "The cells of the heat map are unordered, as in person-level data.",
    _SUBMIT_TABLE,
    PERSON_LEVEL,
)
_MORE_THAN_A_PLOT = Rule(
    "picture/more-than-a-plot", "The picture holds more data than a drawn plot needs.", _DRAW_AGAIN
)
_LOW_BITS = Rule(
    "picture/low-bits", "The lowest bits of the picture's colours look like hidden data.", _DRAW_AGAIN
)
_LINES = Rule(
    "picture/lines-of-numbers", "The picture shows lines of numbers, as a table does.", "Submit the table."
)
_CELLS = Rule("picture/cells", "The picture consists of many cells, as a heat map does.", _SUBMIT_TABLE)


class Pictures:
    """Limits bytes, colours, lines of numbers and cells, and detects data in the lowest bits.

    Numbers, points and cells are read as tables too, which other detectors compare with participants.
    """

    name = "picture"
    protects_against = (
        "data in a picture: in low bits, as a table, as one point per person, or as cells of a heat map"
    )
    rules = (_POINTS, _POINTS_ALONE, _HEAT_MAP, _MORE_THAN_A_PLOT, _LOW_BITS, _LINES, _CELLS)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for each thing of which a picture shows more than the policy allows."""
        artefact = examined.found
        if isinstance(artefact, FoundTable) and drawn_as(artefact) is Drawn.SPOTS:
            yield from self._dots(artefact, evidence.policy.dots_drawn)
        if isinstance(artefact, FoundTable) and drawn_as(artefact) is Drawn.LONE_SPOTS:
            yield from self._marks(artefact, evidence.policy)
        if isinstance(artefact, FoundTable) and drawn_as(artefact) is Drawn.CELLS:
            yield from self._cells(artefact, evidence.policy.loose_cells)
        if not isinstance(artefact, FoundPicture):
            return
        for rule, detail in _excess(artefact, evidence.policy):
            yield rule.finding(Verdict.REVIEW, artefact.where, detail=detail)

    def _dots(self, found: FoundTable, least: int) -> Iterator[Finding]:
        """Yield a finding for more scattered points than the policy allows."""
        if found.total_rows < max(least, 1):
            return
        apart = found.table.slice(0, apart_in(found))
        x, y, colour = (apart.column(place).to_numpy() for place in range(3))
        if len(x) >= LIMITS.least_apart * least and are_scattered(x, y, colour):
            yield _POINTS.finding(
                Verdict.REVIEW,
                found.where,
                {"points": found.total_rows},
                detail=f"No curve, lattice or Manhattan plot; {len(x):,} of the points touch nothing else.",
                rows=found.total_rows,
            )

    def _marks(self, found: FoundTable, policy: Policy) -> Iterator[Finding]:
        """Yield a finding where a plot shows little but points that may each be a person."""
        x, y, colour = (found.table.column(place).to_numpy() for place in range(3))
        apart = apart_in(found)
        if is_manhattan_plot_with_band(x, y, apart):
            return
        x, y, colour = x[:apart], y[:apart], colour[:apart]
        many = apart >= max(policy.dots_drawn, 1)
        if apart < max(policy.lone_marks, 1) or not (
            (are_scattered if many else any_few_are_scattered)(x, y, colour)
        ):
            return
        yield _POINTS_ALONE.finding(
            Verdict.REVIEW,
            found.where,
            {"points": len(x)},
            detail="Points of one shape in one frame, at uneven intervals and on no curve.",
            rows=len(x),
        )

    def _cells(self, found: FoundTable, least: int) -> Iterator[Finding]:
        """Yield a finding for more unordered cells than the policy allows."""
        if found.table.num_rows * found.table.num_columns < max(least, 1):
            return
        if unordered_cells(np.column_stack([column.to_numpy() for column in found.table.columns])):
            yield _HEAT_MAP.finding(
                Verdict.REVIEW,
                found.where,
                detail=f"{found.table.num_rows:,} rows of {found.table.num_columns:,} cells; neither the "
                "order of rows and columns nor their additive effects explain the shades.",
                rows=found.table.num_rows,
            )


def _excess(found: FoundPicture, policy: Policy) -> Iterator[tuple[Rule, str]]:
    """Yield what exceeds the policy: the rule, and the detail for the custodian."""
    large = found.size > policy.picture_kb * _KILOBYTE or found.colours > policy.picture_colours
    if large or found.speckle > LIMITS.least_speckle:
        yield (
            _MORE_THAN_A_PLOT,
            (
                f"{found.colours:,} colours, {found.size:,} bytes, {found.width} x {found.height} pixels, "
                f"{found.speckle / 10:.0f} % of them speckled."
            ),
        )
    if found.low_bits >= LIMITS.least_random_runs:
        yield _LOW_BITS, f"{found.low_bits:,} runs of eight pixels vary at random within pairs of values."
    if found.lines >= policy.picture_lines:
        yield _LINES, f"{found.lines:,} lines of numbers, one below the other."
    if found.cells >= policy.picture_cells:
        yield _CELLS, f"{found.cells:,} cells in a lattice, those under 8 pixels counted (8 / size)² times."
