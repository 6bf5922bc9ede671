"""Dummy tables in the structure of a view, made from the data dictionary alone, to write code with.

From bottom to top:

    ranges        plausible ranges of numbers: the dictionary's own, or by title and unit
    dates         periods in which dates fall: births, visits, events and deaths, in this order
    example_codes codes of public classifications, for columns whose codes the dictionary does not list
    columns       one column's values, with missing and special ones
    tables        all tables of a view, joined by invented ids
"""

from strongroom.disclosure.dummy.tables import DummyTable, dummy_tables

__all__ = ["DummyTable", "dummy_tables"]
