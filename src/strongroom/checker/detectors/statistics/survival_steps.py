"""Survival curves with steps of single people: the times of the events are person-level data."""

from collections.abc import Iterator

import numpy as np

from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule
from strongroom.checker.table_types import RecognisedType, Role
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.checker.table_types.row_order import rises
from strongroom.disclosure.output_rules.detect_rounding import rounding_of
from strongroom.disclosure.output_rules.survival import events_of_steps, small_steps
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_steps: int = threshold(
        10,
        "steps",
        "judgement: a life table of fewer steps is one of years, whose rare events small-cells judges",
    )
    most_small: float = threshold(
        0.5, "share of steps", "judgement: the last steps of an honest curve are small too"
    )


LIMITS = _Limits()


_SMALL_STEPS = Rule(
    "survival-steps/small-steps",
    "{few:,} of {steps:,} steps of the survival curve are of fewer than {smallest} people.",
    "Use wider time steps.",
)


class SurvivalSteps:
    """Counts the events of each step, as given or as implied by a Kaplan-Meier curve."""

    name = "survival-steps"
    protects_against = "survival curves and life tables that fall by one person at a time"
    rules = (_SMALL_STEPS,)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a curve with most steps of fewer people than may be shown."""
        if not isinstance(examined, ExaminedTable) or examined.drawn_or_decoded:
            return
        artefact = examined.found
        typed, known = examined.typed, examined.recognised
        if known.type is not RecognisedType.SURVIVAL:
            return
        smallest = evidence.policy.small_count
        stated = [typed.columns[place].numbers for place in known.places(Role.EVENTS)]
        curves = [typed.columns[place].numbers for place in known.places(Role.SURVIVAL)]
        implied = [events_of_steps(each) for each in curves if rises(-each) and np.nanmax(each) <= 1]
        unrounded = [each for each in stated if rounding_of(each) is None]
        for events in unrounded or (implied if not stated else []):
            few = small_steps(events, smallest)
            steps = (
                int(np.count_nonzero(events > 0)) if stated else int(np.count_nonzero(np.diff(curves[0]) < 0))
            )
            if steps >= LIMITS.least_steps and few > LIMITS.most_small * steps:
                facts = {"few": few, "steps": steps, "smallest": smallest}
                yield _SMALL_STEPS.finding(Verdict.REVIEW, artefact.where, facts, rows=few)
                return
