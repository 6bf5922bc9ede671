"""No page points to a page that is not there, and every page of docs is reached from another."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page):
    missing = [
        target
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert missing == []


def test_every_page_of_the_docs_is_linked_from_another():
    linked = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in LINK.findall(page.read_text(encoding="utf-8"))
    }
    pages = [page for page in (ROOT / "docs").rglob("*.md") if "site" not in page.parts]
    assert [
        str(page.relative_to(ROOT)) for page in pages if page not in linked | {ROOT / "docs/README.md"}
    ] == []


def test_every_file_the_architecture_names_is_there():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`(src/[\w/.]+)`", page)
    assert len(named) >= 12
    assert [path for path in named if not (ROOT / path).exists()] == []
