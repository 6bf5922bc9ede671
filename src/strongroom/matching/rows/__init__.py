"""Whose row each row of a table is."""
