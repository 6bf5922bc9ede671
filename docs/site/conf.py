# ruff: noqa: INP001 - Sphinx reads this file by its place
"""How `make site` builds the documentation: the repository's pages as they are, and the API from docstrings.

The source directory is the repository's root, so that links between pages work there and in the site alike.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import strongroom
from strongroom.portal.home import set_up_django

set_up_django()
# Packages load their names on first use; Sphinx lists those that are there.
for page in Path(__file__).with_name("api").glob("*.rst"):
    package = import_module("strongroom" if page.stem == "strongroom" else f"strongroom.{page.stem}")
    for name in getattr(package, "__all__", ()):
        setattr(package, name, getattr(package, name))

project = "strongroom"
author = "the strongroom contributors"
copyright = author  # noqa: A001 - the name Sphinx expects
version = release = strongroom.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/site/index"
include_patterns = [
    "*.md",
    "docs/**.md",
    "docs/site/api/*.rst",
    "examples/*.md",
    "examples/*/README.md",
    "benchmarks/README.md",
    "benchmarks/*/README.md",
]
exclude_patterns = ["build", ".*", "strongroom-demo"]
html_theme = "furo"
html_title = "strongroom"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {"top_of_page_buttons": []}
nitpicky = False
# Fenced ``` blocks without a language are what a terminal shows.
highlight_language = "none"
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
# A diagram is shown as its text: drawing it would need a script from elsewhere.
myst_fence_as_directive: set[str] = set()
# Pages of single detectors and decisions are reached from their tables; the sidebar would be too long.
suppress_warnings = ["toc.not_included", "misc.highlighting_failure"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
default_role = "code"
_CODE = re.compile(r"`([^`]+)`")


def _as_restructured_text(*arguments: Any) -> None:
    """Turn a docstring, which is plain text with `code` and indented examples, into reStructuredText."""
    lines: list[str] = arguments[-1]
    written: list[str] = []
    for line in lines:
        indented = line.startswith("    ")
        if indented and (not written or not written[-1].strip()) and not _in_example(written):
            written += ["::", ""]
        plain = _CODE.sub(r"``\1``", line).replace("*", r"\*").replace("|", r"\|")
        written.append(line if indented else plain)
    lines[:] = written


def _in_example(written: list[str]) -> bool:
    """Say whether the last line that is not empty belongs to an indented example."""
    last = next((line for line in reversed(written) if line.strip()), "")
    return last.startswith("    ")


def setup(app: Any) -> None:
    """Connect what this page defines."""
    app.connect("autodoc-process-docstring", _as_restructured_text)
