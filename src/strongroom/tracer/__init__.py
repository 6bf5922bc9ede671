"""Whose copy is this? Attribution of a file that surfaced, over every view ever issued."""

from strongroom.tracer.attribution import Attribution, Suspect, TraceVerdict
from strongroom.tracer.content import IssuedView
from strongroom.tracer.tracing import trace

__all__ = ["Attribution", "IssuedView", "Suspect", "TraceVerdict", "trace"]
