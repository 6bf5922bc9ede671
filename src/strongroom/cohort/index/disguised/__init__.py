"""Rows whose values were changed: scaled, ranked, rounded, recoded, shifted or blurred.

See `matching.match_disguised`, and `few.match_few` for tables of a dozen rows.
"""

from strongroom.cohort.index.disguised.few import match_few
from strongroom.cohort.index.disguised.matching import match_disguised

__all__ = ["match_disguised", "match_few"]
