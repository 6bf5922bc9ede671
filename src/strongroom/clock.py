"""Time is an argument: code that needs it receives a `Clock`, so that every run can be repeated."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def fixed(moment: datetime) -> Clock:
    """Return a clock that always shows `moment`."""
    return lambda: moment


def timestamp(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with microseconds, the form the ledger keeps."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no place in the record")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_timestamp(text: str) -> datetime:
    """Read what `timestamp` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
