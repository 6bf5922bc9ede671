"""Showing the record to others: verify, export, checkpoint, prove."""
