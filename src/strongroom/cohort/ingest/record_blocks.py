"""Cut a delimited file into blocks of whole records without parsing it.

A record ends at a newline outside quotes. Within a block that begins with a record, that is a newline after
an even number of quotes (RFC 4180, 2.5 to 2.7: a quote in a quoted value is doubled).
"""

from collections.abc import Callable, Iterator

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    block_bytes: int = threshold(16 * 1024 * 1024, "bytes", "cost: what is read and parsed at a time")
    longest_record: int = threshold(
        256 * 1024 * 1024,
        "bytes",
        "cost: a record longer than this is taken for a quote that is never closed",
    )


LIMITS = _Limits()
BLOCK_BYTES = LIMITS.block_bytes


_QUOTE, _NEWLINE = b'"', b"\n"


def split_header(block: bytes) -> tuple[bytes, bytes]:
    """Return a file's first record and the rest of `block`; without a newline, everything is the header."""
    at = 0
    while (end := block.find(_NEWLINE, at)) >= 0:
        if block.count(_QUOTE, 0, end) % 2 == 0:
            return block[:end], block[end + 1 :]
        at = end + 1
    return block, b""


def whole_records(
    read: Callable[[int], bytes], *, begin: bytes = b"", block: int = BLOCK_BYTES
) -> Iterator[bytes]:
    """Yield blocks of about `block` bytes that each hold whole records.

    `begin` is what was read before. ValueError, once all records before it are out,
    for one that does not end (a parser would take the rest of the file for its last value), or only after
    256 MiB.
    """
    rest = begin
    while piece := read(block):
        rest += piece
        end = _last_record_end(rest)
        if end:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > LIMITS.longest_record:
            raise ValueError("a record does not end")
    if rest.count(_QUOTE) % 2:
        end = _last_record_end(rest)
        if end:
            yield rest[:end]
        raise ValueError("a record does not end")
    if rest:
        yield rest


def _last_record_end(block: bytes) -> int:
    """Return the index after the last newline that ends a record, 0 if there is none."""
    quotes = block.count(_QUOTE)
    cut = len(block)
    while (at := block.rfind(_NEWLINE, 0, cut)) >= 0:
        quotes -= block.count(_QUOTE, at, cut) if quotes else 0
        if quotes % 2 == 0:
            return at + 1
        cut = at
    return 0
