"""The evidence file: what a third party needs to verify an accusation with `offline_verifier`.

It holds the keys of the accused and of nobody else; the plan with its key, which says which cells are marked;
and the cells that were read, by position, without any value. `offline_verifier` recomputes the rest.
"""

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.attribution import Suspect
from strongroom.tracer.fingerprint.code import LEVEL_SHARES
from strongroom.tracer.fingerprint.decoding.collusion import ERRORS, FLIPS, LONE_SHARE, SIZES
from strongroom.tracer.fingerprint.decoding.e_values import best_cells, score_recipients
from strongroom.tracer.fingerprint.decoding.mark_reading import Observations
from strongroom.tracer.scoring import Scored, Scores

FORMAT = "strongroom-trace-evidence/1"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_cells: int = threshold(
        60_000,
        "cells",
        "cost: size of the evidence and time of its verification; about 85 cells suffice to accuse",
    )


LIMITS = _Limits()

# A reliability is one digit to base 36.
_DIGITS = string.digits + string.ascii_lowercase


def dossier(scores: Scores, suspects: Sequence[Suspect], *, bound: float) -> dict[str, Any]:
    """Return the evidence against the accused, as plain values without floats."""
    return {
        "format": FORMAT,
        "recipients": scores.marks.recipients,
        "bound": repr(bound),
        "code": {
            "level_shares": list(LEVEL_SHARES),
            "errors": [repr(each) for each in ERRORS],
            "sizes": list(SIZES),
            "flips": [repr(each) for each in FLIPS],
            "lone_share": repr(LONE_SHARE),
        },
        "accused": [_accused(scores.best(suspect.project)) for suspect in suspects],
    }


def _accused(scored: Scored) -> dict[str, Any]:
    fingerprint = scored.fingerprint
    cells = best_cells(_held(scored), LIMITS.most_cells)
    (evidence,) = score_recipients(cells, [scored.recipient])
    return {
        "project": scored.project,
        "institution": scored.institution,
        "commitment": fingerprint.commitment,
        "release": fingerprint.release,
        "project_key": fingerprint.project_key.hex(),
        "plan_key": fingerprint.plan_key.hex(),
        "plan": fingerprint.plan.to_json(),
        "cells": {each.positions.column: _cells(each) for each in cells},
        "marks_read": evidence.cells,
        "marks_agree": evidence.agree,
        "log10_e": f"{evidence.log10_e:.6f}",
    }


def _held(scored: Scored) -> list[Observations]:
    """Return the cells that the copy of the accused held."""
    recipient = scored.recipient
    inside = [
        each
        for each in scored.sheet.observed
        if recipient.columns is None or each.positions.column in recipient.columns
    ]
    if recipient.members is None:
        return inside
    members = recipient.members
    return [each.at(np.flatnonzero(members[each.positions.ordinals])) for each in inside]


def _cells(observed: Observations) -> dict[str, Any]:
    return {
        "ordinals": observed.positions.ordinals.tolist(),
        "shown": "".join("1" if each else "0" for each in observed.shown.tolist()),
        "reliability": "".join(_DIGITS[each] for each in observed.reliability.tolist()),
    }
