"""Answering a question: who is meant, whether that was asked before, and what of the answer is shown."""

from strongroom.disclosure.gateway.answer import Answer
from strongroom.disclosure.gateway.asking import Asked, ask, cost
from strongroom.disclosure.gateway.known import Known, Protection
from strongroom.disclosure.gateway.measurable import require_measurable
from strongroom.disclosure.gateway.statistics import AUDITED, Engine

__all__ = ["AUDITED", "Answer", "Asked", "Engine", "Known", "Protection", "ask", "cost", "require_measurable"]
