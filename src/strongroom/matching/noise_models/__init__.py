"""Models of how a file's values differ from the cohort's: noise, a second mark on top, replaced cells.

They are fitted to residuals alone. No key is known here, nor any column's rule.
"""
