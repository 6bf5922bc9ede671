"""Bytes as they come: compressed streams, unpacked under a cap and read ahead."""
