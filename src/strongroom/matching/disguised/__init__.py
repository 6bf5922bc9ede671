"""Rows whose values were changed: scaled, ranked, rounded, recoded, shifted or blurred.

See `matching.match_disguised`, and `few.match_few` for tables of a dozen rows.
"""

from strongroom.matching.disguised.few_rows import match_few_rows
from strongroom.matching.disguised.match_disguised import match_disguised

__all__ = ["match_disguised", "match_few_rows"]
