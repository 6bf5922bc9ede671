"""Rows whose values were changed: scaled, ranked, rounded, recoded, shifted or perturbed with noise.

`match_disguised` needs two dozen rows; `match_few_rows` recognises fewer.
"""

from strongroom.matching.disguised.few_rows import match_few_rows
from strongroom.matching.disguised.match_disguised import match_disguised

__all__ = ["match_disguised", "match_few_rows"]
