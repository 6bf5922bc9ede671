"""What is kept of a file once it was judged: the memory of a request must not grow with its files."""

from dataclasses import replace

from strongroom.checker.contents.found import Artefact, FileContent, FoundTable, Origin
from strongroom.checker.history import as_kept
from strongroom.checker.release.same_content import digest_of
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    largest_kept_whole: int = threshold(
        1 << 22,
        "bytes of a table",
        "cost: bounds the memory of a request with many files to 4 MiB for each table",
    )


LIMITS = _Limits()


# Detectors that look at all files together want every point of a drawing and every value of a script.
_ORIGINS = {Origin.TABLE, Origin.ARRAY}


def retained(content: FileContent, *, key: bytes) -> FileContent:
    """Return a file's content with its large tables as the history would keep them, rows drawn by `key`.

    A digest replaces what is dropped, so that the released copy can be compared with all of it.
    """
    if not any(map(_is_large, content.artefacts)):
        return content
    kept = tuple(_kept(found, key) for found in content.artefacts)
    return replace(content, artefacts=kept, digest=digest_of(content.artefacts))


def _is_large(found: Artefact) -> bool:
    return (
        isinstance(found, FoundTable)
        and found.origin in _ORIGINS
        and found.table.nbytes > LIMITS.largest_kept_whole
    )


def _kept(found: Artefact, key: bytes) -> Artefact:
    if not isinstance(found, FoundTable) or not _is_large(found):
        return found
    # Rows of a sample were drawn before, and line up with no other table's.
    return replace(as_kept(found, key=key), comparable_sample=found.rows is None)
