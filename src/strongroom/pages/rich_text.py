"""Sentences with powers of ten and code in them, which a terminal prints as they are."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

_CODE = re.compile(r"`([^`]*)`")
_POWER = re.compile(r"10\^(-?\d[\d,]*(?:\.\d+)?)")


def rich_text(text: str) -> "Markup":
    """Return a sentence as markup, escaped: `10^-9` is raised, and what is between backticks set as code."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - comes with Jinja, which loads late

    coded = _CODE.sub(r"<code>\1</code>", str(escape(text)))
    return Markup(_POWER.sub(lambda found: f"10<sup>{found[1].replace('-', '&minus;')}</sup>", coded))  # noqa: S704 - escaped above
