"""Commitments to secrets that a case opens cell by cell: the bits of a view, a plan and the cohort's values.

A root is entered in the ledger when a view is issued. Later, single blocks of the tree under it can be shown
to anyone, without the key that all of them follow from.
"""
