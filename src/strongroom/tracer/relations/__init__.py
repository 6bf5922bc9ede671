"""Relations that a cohort's columns obey, found by values: formulas, codes of ranges, ages, event totals.

`search` finds them on a sample and counts on all rows how often each gives the recorded value; `choice` picks
those from which columns are recomputed. Marks and decoys keep what is found.
"""
