"""Decoding a fingerprint: reading marks from a file, and the evidence they give against each recipient."""
