"""Oversight: tracing a file that surfaced, and showing that the ledger was not rewritten."""
