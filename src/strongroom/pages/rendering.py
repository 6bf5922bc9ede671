"""A template and its values become a page."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from strongroom.pages.rich_text import rich_text

_HERE = Path(__file__).parent
_STYLES = _HERE / "styles"


def render(template: Path, **values: Any) -> str:
    """Return the page that a template makes of `values`; every value is escaped, by `rich` too.

    The template extends `pages/base.html` and imports its tables and pictures from `pages/`; other files
    beside it are `here/…`. A value that the template uses and nobody gave raises jinja2.UndefinedError.
    """
    # Most commands never write a page, and Jinja takes 70 ms to load.
    from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined  # noqa: PLC0415

    folders = {"pages": FileSystemLoader(_HERE), "here": FileSystemLoader(template.parent)}
    environment = Environment(
        loader=PrefixLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["rich"] = rich_text
    style = "".join((_STYLES / f"{name}.css").read_text(encoding="utf-8") for name in ("house", "report"))
    page = environment.get_template(f"here/{template.name}")
    return page.render(style=style, style_hash=_content_hash(style), **values)


def _content_hash(text: str) -> str:
    """Return what a Content-Security-Policy calls the hash of an inline style."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
