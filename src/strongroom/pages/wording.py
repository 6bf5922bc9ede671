"""How pages write numbers."""

_THOUSAND = 1000  # fixed: SI prefixes
_BARELY, _ALMOST = 0.001, 0.999  # fixed: one decimal of a per cent is printed


def percent(share: float) -> str:
    """Write a share from 0 to 1: never 0 % for what is not nothing, never 100 % for what is not all."""
    if 0 < share < _BARELY:
        return "under 0.1 %"
    if _ALMOST < share < 1:
        return "over 99.9 %"
    return f"{100 * share:.1f} %"


def size(count: float) -> str:
    """Write a number of bytes with its unit: 0 bytes, 12.0 kB, 3.4 GB."""
    units = iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while count >= _THOUSAND and (larger := next(units, "")):
        count, unit = count / _THOUSAND, larger
    return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
