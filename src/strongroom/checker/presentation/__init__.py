"""A report for other eyes: as a page for people, as SARIF for programs that collect findings."""

from strongroom.checker.presentation.page import to_html
from strongroom.checker.presentation.sarif import to_sarif

__all__ = ["to_html", "to_sarif"]
