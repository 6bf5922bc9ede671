"""Rows of people who are not in the cohort, such as decoys, in tables whose columns were aligned.

A line-up is everybody to whom a row could belong. `row_search` compares rows with all of them.
"""
