"""Encodings in text: what is bytes in letters is decoded and read as a file of its own.

What is long, carries much and decodes to nothing intelligible is `FoundOpaque`.
"""

from strongroom.checker.disguises.encodings.search import encoded_in

__all__ = ["encoded_in"]
