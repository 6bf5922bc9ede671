"""Detectors of microdata by its shape: tables, drawings and pictures of one row or mark a person."""
