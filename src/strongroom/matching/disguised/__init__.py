"""Rows whose values were changed: scaled, ranked, rounded, recoded, shifted or perturbed with noise.

`match_steps` finds exact values under a scale and an offset. `match_disguised` needs two dozen rows of
values changed in any other way; `match_few_rows` recognises fewer.
"""

from strongroom.matching.disguised.few_rows import match_few_rows
from strongroom.matching.disguised.match_disguised import match_disguised
from strongroom.matching.disguised.match_steps import match_steps

__all__ = ["match_disguised", "match_few_rows", "match_steps"]
