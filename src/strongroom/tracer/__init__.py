"""Whose copy is this? Attribution of a file that surfaced, over every view ever issued."""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.tracer.attribution import Attribution, DecoysFound, MarksRead, Suspect, TraceVerdict
    from strongroom.tracer.content_evidence import IssuedView
    from strongroom.tracer.fingerprint.plan import IssuedFingerprint
    from strongroom.tracer.tracing import trace
    from strongroom.tracer.verdict import FALSE_ACCUSATION_BOUND

_PLACES = {
    "Attribution": "attribution",
    "DecoysFound": "attribution",
    "MarksRead": "attribution",
    "Suspect": "attribution",
    "TraceVerdict": "attribution",
    "IssuedView": "content_evidence",
    "IssuedFingerprint": "fingerprint.plan",
    "trace": "tracing",
    "FALSE_ACCUSATION_BOUND": "verdict",
}

__all__ = [
    "FALSE_ACCUSATION_BOUND",
    "Attribution",
    "DecoysFound",
    "IssuedFingerprint",
    "IssuedView",
    "MarksRead",
    "Suspect",
    "TraceVerdict",
    "trace",
]

__getattr__ = on_first_use(__name__, _PLACES)
