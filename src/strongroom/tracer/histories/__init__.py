"""Event tables leaked by themselves: which participants they belong to, and how their dates were shifted.

Nothing here knows any project's key. A code on a day often identifies one participant; rows with the same
value in some column (an id of any kind) belong together. The comparison covers every shift of dates in the
plans in use, so that shifted dates match as well as others; where all dates of the file were moved by the
same number of days, or truncated to weeks, months or years, the cohort's are transformed likewise.
"""

from strongroom.tracer.histories.event_tables import History, people_in, read_history

__all__ = ["History", "people_in", "read_history"]
