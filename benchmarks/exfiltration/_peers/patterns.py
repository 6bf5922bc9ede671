"""Presidio's pattern recognisers on the text of a file; without its language models, which find no more here.

Only the first 20,000 characters are read, for it is slow, and only where the package is installed
(`make bench`).
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_CHARACTERS = 20_000
_SURE = 0.5
# A date or an address of a web page is in almost every file and says nothing about a person.
_TOO_COMMON = {"DATE_TIME", "URL"}


def available() -> bool:
    """Say whether Presidio is installed."""
    return find_spec("presidio_analyzer") is not None


def fires(path: Path) -> bool:
    """Say whether a recogniser is at least half sure of something."""
    text = path.read_bytes()[: 4 * _CHARACTERS].decode("utf-8", "ignore")[:_CHARACTERS]
    return any(
        found.score >= _SURE
        for recogniser in _recognisers()
        for found in recogniser.analyze(text, recogniser.supported_entities, None) or ()
    )


@cache
def _recognisers() -> list[Any]:
    from presidio_analyzer import PatternRecognizer, RecognizerRegistry  # noqa: PLC0415 - may be absent

    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    return [
        each
        for each in registry.recognizers
        if isinstance(each, PatternRecognizer) and not _TOO_COMMON & set(each.supported_entities)
    ]
