"""The assessment as a committee reads it, and as programs do."""

from strongroom.risk.report.page import to_html
from strongroom.risk.report.plain_json import to_json

__all__ = ["to_html", "to_json"]
