"""Whose copy is this? Attribution of a file that surfaced, over every view ever issued."""
