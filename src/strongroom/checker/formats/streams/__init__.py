"""Byte streams: compressed files, unpacked under a cap and read ahead."""
