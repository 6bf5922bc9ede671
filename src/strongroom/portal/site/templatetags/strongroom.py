"""Tags that every template has: verdicts, times, sizes."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from strongroom.pages.wording import size

register = template.Library()

_VERDICTS = {
    "release": ("go", "✓", "release"),
    "review": ("look", "▲", "manual review"),
    "block": ("stop", "✗", "block"),
}
_STEPS = ((86_400, "day"), (3_600, "h"), (60, "min"))  # fixed: seconds


@register.simple_tag
def verdict(value: str) -> SafeString:
    """Draw a verdict: colour, sign and word."""
    kind, sign, word = _VERDICTS.get(value, ("quiet", "·", value or "not checked yet"))
    return format_html('<span class="pill {}">{} {}</span>', kind, sign, word)


@register.simple_tag
def ago(moment: datetime | None) -> SafeString:
    """Draw how long ago, or how soon, a moment is; the exact time in UTC is its title."""
    if moment is None:
        return format_html("<span>never</span>")
    seconds = (timezone.now() - moment).total_seconds()
    return format_html(
        '<time datetime="{}" title="{} UTC">{}</time>',
        moment.isoformat(),
        moment.strftime("%Y-%m-%d %H:%M:%S"),
        f"{_span(abs(seconds))} ago" if seconds >= 0 else f"in {_span(-seconds)}",
    )


def _span(seconds: float) -> str:
    for length, unit in _STEPS:
        if seconds >= length:
            many = int(seconds // length)
            return f"{many} {unit}{'s' if unit == 'day' and many > 1 else ''}"
    return "a moment"


@register.filter(name="bytes")
def as_bytes(count: int) -> str:
    """Return a number of bytes with its unit."""
    return size(count)
