"""Honest files: the 27 benign classes as generators, hard negatives, and the shared folder's real files."""
