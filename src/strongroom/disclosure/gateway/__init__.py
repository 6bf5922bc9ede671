"""Answering a question: who is meant, whether that was asked before, and what of the answer is shown."""

from strongroom.disclosure.gateway.answer import Answer
from strongroom.disclosure.gateway.asking import MOST_GROUPS, Asked, ask
from strongroom.disclosure.gateway.costs import cost
from strongroom.disclosure.gateway.known import Engine, Known, Protection

__all__ = ["MOST_GROUPS", "Answer", "Asked", "Engine", "Known", "Protection", "ask", "cost"]
