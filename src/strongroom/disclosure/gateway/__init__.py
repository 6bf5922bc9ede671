"""The query gateway: answers a query under the release rule.

`answer_query` does it all; `allowed_measures` says which statistics a query may ask for and `query_cost` what
they cost, `value_bounds` clamps values, `group_names` gives groups the names that determine their noise, and
`noisy_measures` adds it.
"""

from strongroom.disclosure.gateway.answer import Answer
from strongroom.disclosure.gateway.answer_query import MOST_GROUPS, Asked, ask
from strongroom.disclosure.gateway.context import Engine, Protection, QueriedView
from strongroom.disclosure.gateway.query_cost import cost

__all__ = ["MOST_GROUPS", "Answer", "Asked", "Engine", "Protection", "QueriedView", "ask", "cost"]
