"""The assessment as plain values for JSON."""

from dataclasses import asdict
from typing import Any

from strongroom.risk.assessment import Assessment


def to_json(assessment: Assessment) -> dict[str, Any]:
    """Return every figure of the assessment, keyed by dataclass field; no participant's record."""
    found: dict[str, Any] = _plain(asdict(assessment))
    found["changes"] = [change.words for change in assessment.changes]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return round(value, 6)
    return value
