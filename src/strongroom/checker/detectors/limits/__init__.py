"""Detectors of what may not pass unexplained: unreadable parts, opaque bytes, budgets, repeated attempts."""
