"""The assessment as an HTML report and as JSON."""

from strongroom.risk.report.page import to_html
from strongroom.risk.report.plain_json import to_json

__all__ = ["to_html", "to_json"]
