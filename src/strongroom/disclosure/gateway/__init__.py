"""Answering a question: who is meant, whether that was asked before, and what of the answer is shown."""

from strongroom.disclosure.gateway.answer import Answer
from strongroom.disclosure.gateway.answer_query import MOST_GROUPS, Asked, ask
from strongroom.disclosure.gateway.context import Engine, Known, Protection
from strongroom.disclosure.gateway.query_cost import cost

__all__ = ["MOST_GROUPS", "Answer", "Asked", "Engine", "Known", "Protection", "ask", "cost"]
