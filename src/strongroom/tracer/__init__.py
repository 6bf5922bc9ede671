"""Whose copy is this? Attribution of a file that surfaced, over every view ever issued."""

from strongroom.tracer.attribution import Attribution, DecoysFound, MarksRead, Suspect, TraceVerdict
from strongroom.tracer.content import IssuedView
from strongroom.tracer.fingerprint.plan import IssuedFingerprint
from strongroom.tracer.tracing import trace
from strongroom.tracer.verdict import FALSE_ACCUSATION_BOUND

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
