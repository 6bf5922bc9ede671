"""Uniqueness by combinations of few columns, and minimal sample uniques."""

from strongroom.risk.uniques.search import LARGEST, Uniques, find_uniques

__all__ = ["LARGEST", "Uniques", "find_uniques"]
