"""Aligning a table with the cohort: which cell belongs to which participant and column, how certainly.

Nothing in this folder receives a key or a view: rows and columns are recognised from the file, the originals
and the reach of marks, before any project's bits are looked at.
"""
