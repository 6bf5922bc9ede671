"""Oversight: tracing a file that surfaced, and showing that the record was not rewritten."""
