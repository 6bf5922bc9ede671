"""Processes that cannot reach out: what runs beside people's rows, and what parses strangers' files."""
