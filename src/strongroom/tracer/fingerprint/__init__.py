"""The fingerprint: every marked cell of a view carries one secret bit of its project's code.

`code` derives the bit, `rules` say which cells are marked and how far they move, `planning` makes the rules,
and `marking` applies them. `decoding` reads the marks left in a file, models what colluders could have done
to them, and computes the evidence against each recipient.
"""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.tracer.fingerprint.code import LEVELS, Code, Positions
    from strongroom.tracer.fingerprint.decoding.e_values import (
        Evidence,
        log10_bar,
        log10_false_accusation,
        score_keys,
    )
    from strongroom.tracer.fingerprint.decoding.mark_reading import Observations, observe_column
    from strongroom.tracer.fingerprint.marking import FingerprintMarker
    from strongroom.tracer.fingerprint.plan import IssuedFingerprint, MarkPlan, marker_of
    from strongroom.tracer.fingerprint.planning.number_columns import plan_marks
    from strongroom.tracer.fingerprint.rules import MarkRule

_PLACES = {
    "LEVELS": "code",
    "Code": "code",
    "Positions": "code",
    "Evidence": "decoding.e_values",
    "log10_bar": "decoding.e_values",
    "log10_false_accusation": "decoding.e_values",
    "score_keys": "decoding.e_values",
    "Observations": "decoding.mark_reading",
    "observe_column": "decoding.mark_reading",
    "FingerprintMarker": "marking",
    "IssuedFingerprint": "plan",
    "MarkPlan": "plan",
    "marker_of": "plan",
    "plan_marks": "planning.number_columns",
    "MarkRule": "rules",
}

__all__ = [
    "LEVELS",
    "Code",
    "Evidence",
    "FingerprintMarker",
    "IssuedFingerprint",
    "MarkPlan",
    "MarkRule",
    "Observations",
    "Positions",
    "log10_bar",
    "log10_false_accusation",
    "marker_of",
    "observe_column",
    "plan_marks",
    "score_keys",
]

__getattr__ = on_first_use(__name__, _PLACES)
