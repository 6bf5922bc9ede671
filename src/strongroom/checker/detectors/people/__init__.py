"""Detectors that recognise participants: their rows, records, ids, events and genotypes."""
