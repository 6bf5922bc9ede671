"""Who is unique by few columns: every combination counted, the minimal ones told apart."""

from strongroom.risk.uniques.search import LARGEST, Uniques, find_uniques

__all__ = ["LARGEST", "Uniques", "find_uniques"]
