"""Event tables leaked by themselves: whose codes with dates are these, and which way were the dates moved?

Nothing here knows any project's key. A code on a day is often one person's alone; the rows that a column of
the file holds together (an id of any kind) are one person's together. Compared is with every way the plans in
use may have moved dates, so that a date moved is as good as one that was not; and where all dates of the file
were moved by one number of days, or cut to weeks, months or years, with the cohort's changed likewise.
"""

from strongroom.tracer.histories.event_tables import History, people_in, read_history

__all__ = ["History", "people_in", "read_history"]
