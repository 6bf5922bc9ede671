"""Encodings in text: encoded bytes are decoded and read as a file of their own.

Long, high-entropy content that decodes to nothing intelligible is `FoundOpaque`.
"""

from strongroom.checker.disguises.encodings.search import encoded_in

__all__ = ["encoded_in"]
