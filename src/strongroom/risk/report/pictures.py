"""Pictures of shares, drawn as SVG: every one is beside a table that says the same in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _TEXT, _BAR, _GAP, _RIGHT = 720, 18, 14, 3, 90
_AXIS = 22
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Bar:
    """One row of a picture: a share from 0 to 1, its interval if it has one, and the share after changes."""

    label: str
    share: float
    low: float | None = None
    high: float | None = None
    after: float | None = None


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Return an SVG with one horizontal bar a row; what it shows is also its accessible name."""
    each = 1 if all(bar.after is None for bar in rows) else 2
    row = _TEXT + each * (_BAR + _GAP) + 2 * _GAP
    height = row * len(rows) + _AXIS
    said = f"{title}: " + "; ".join(_said(bar) for bar in rows)
    drawn = "".join(_row(bar, place * row) for place, bar in enumerate(rows))
    return (
        f'<svg role="img" aria-label="{escape(said)}" viewBox="0 0 {_WIDTH} {height}" class="picture">\n'
        f"{_axis(height - _AXIS)}{drawn}</svg>"
    )


def percent(share: float) -> str:
    """Say a share: never 0 % for what is not nothing, never 100 % for what is not all."""
    if 0 < share < 0.001:  # noqa: PLR2004 - below what is printed
        return "under 0.1 %"
    if 0.999 < share < 1:  # noqa: PLR2004 - above it
        return "over 99.9 %"
    return f"{100 * share:.1f} %"


def _said(bar: Bar) -> str:
    after = "" if bar.after is None else f", after the changes {percent(bar.after)}"
    return f"{bar.label} {percent(bar.share)}{after}"


def _row(bar: Bar, top: int) -> str:
    first = top + _TEXT
    parts = [
        f'<text x="0" y="{top + _TEXT - 4}">{escape(bar.label)}</text>',
        _drawn(bar.share, first, "now", reach=bar.high),
    ]
    if bar.after is not None:
        parts.append(_drawn(bar.after, first + _BAR + _GAP, "after"))
    if bar.low is not None and bar.high is not None:
        middle = first + _BAR / 2
        parts.append(
            f'<line x1="{_at(bar.low)}" x2="{_at(bar.high)}" y1="{middle}" y2="{middle}" class="reach"/>'
        )
    return "".join(parts) + "\n"


def _drawn(share: float, top: int, kind: str, reach: float | None = None) -> str:
    wide = max(1.0 if share > 0 else 0.0, _at(share))
    beside = max(wide, _at(reach or 0.0)) + 6
    return (
        f'<rect x="0" y="{top}" width="{wide:.1f}" height="{_BAR}" class="{kind}"/>'
        f'<text x="{beside:.1f}" y="{top + _BAR - 2}" class="value">{percent(share)}</text>'
    )


def _axis(bottom: int) -> str:
    return f'<g aria-hidden="true">{"".join(_tick(tick, bottom) for tick in _TICKS)}</g>\n'


def _tick(tick: float, bottom: int) -> str:
    at = _at(tick)
    return (
        f'<line x1="{at}" x2="{at}" y1="0" y2="{bottom}" class="grid"/>'
        f'<text x="{at}" y="{bottom + 16}" text-anchor="{_anchor(tick)}" class="tick">{tick:.0%}</text>'
    )


def _anchor(tick: float) -> str:
    return "start" if tick == 0 else "middle"


def _at(share: float) -> float:
    return round((_WIDTH - _RIGHT) * min(1.0, max(0.0, share)), 1)
