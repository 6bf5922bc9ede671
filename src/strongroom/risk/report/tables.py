"""The pieces a page is put together from: sections, tables, terms."""

from collections.abc import Iterable, Sequence
from html import escape


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first column names its rows; it scrolls by itself, by keyboard too."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f'<td class="number">{escape(cell)}</td>' for cell in rest)
        + "</tr>\n"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0">\n<table>\n'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>"
    )


def section(name: str, title: str, *parts: str) -> str:
    """Return a section that a link can lead to."""
    inside = "\n".join(part for part in parts if part)
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{escape(title)}</h2>\n{inside}\n</section>'


def said(sentence: str) -> str:
    """Return a paragraph."""
    return f"<p>{escape(sentence)}</p>"


def noted(sentence: str) -> str:
    """Return a paragraph of what to keep in mind about a figure."""
    return f'<p class="note">{escape(sentence)}</p>'
