"""The query gateway: answers a query under the release rule.

`query_cost` says which noisy numbers a query shows and what they cost; `value_bounds` finds the bounds to
which values are clamped; `answer_query` does the rest. `group_names` gives groups the names that determine
their noise, `noisy_measures` adds it, `bands` finds the limits of NTILE, and `figures` computes with shown
numbers.
"""

from strongroom.disclosure.gateway.answer import Answer
from strongroom.disclosure.gateway.answer_query import MOST_GROUPS, Asked, Gateway, ask
from strongroom.disclosure.gateway.context import Engine, EngineError, Protection, QueriedView
from strongroom.disclosure.gateway.query_cost import Noise, charge_for, numbers_of
from strongroom.disclosure.gateway.value_bounds import ColumnReader, places_of

__all__ = [
    "MOST_GROUPS",
    "Answer",
    "Asked",
    "ColumnReader",
    "Engine",
    "EngineError",
    "Gateway",
    "Noise",
    "Protection",
    "QueriedView",
    "ask",
    "charge_for",
    "numbers_of",
    "places_of",
]
