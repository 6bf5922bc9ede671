"""Rows whose values were changed: scaled, ranked, rounded, recoded, shifted or blurred.

See `matching.match_disguised`.
"""

from strongroom.cohort.index.disguised.matching import match_disguised

__all__ = ["match_disguised"]
