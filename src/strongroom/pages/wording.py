"""How pages write numbers."""

_BARELY, _ALMOST = 0.001, 0.999  # fixed: one decimal of a per cent is printed


def percent(share: float) -> str:
    """Write a share from 0 to 1: never 0 % for what is not nothing, never 100 % for what is not all."""
    if 0 < share < _BARELY:
        return "under 0.1 %"
    if _ALMOST < share < 1:
        return "over 99.9 %"
    return f"{100 * share:.1f} %"
