"""Confined processes, for code that handles participants' records or parses researchers' files."""
