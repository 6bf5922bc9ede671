"""Texts that the browser itself sent, such as the code of a cell: sent back, they show nothing new."""

import hashlib
from collections import OrderedDict

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    texts: int = threshold(5_000, "texts", "cost: 32 bytes each; a session runs a few hundred cells")


LIMITS = _Limits()


class KnownTexts:
    """The digests of the last texts that came from the browser."""

    def __init__(self) -> None:
        self._digests: OrderedDict[bytes, None] = OrderedDict()

    def add(self, text: str) -> None:
        """Remember a text."""
        self._digests[_digest(text)] = None
        while len(self._digests) > LIMITS.texts:
            self._digests.popitem(last=False)

    def __contains__(self, text: str) -> bool:
        return _digest(text) in self._digests


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
