"""Kinds 2 to 4: pieces of one copy, without ids, under other names, in another order."""

from benchmarks.attribution._attacks.leak import Draw, Held, Leak, attack

_PIECES = ((10, 10), (20, 5), (40, 3), (100, 1), (5, 20), (100, 10), (1_000, 10), (20_000, 10))
_WIDTHS = ((500, 1), (200, 2), (100, 3), (60, 5), (30, 15), (15, 40))


@attack(2, sizes=_PIECES)
def verbatim(held: Held, draw: Draw) -> Leak:  # noqa: ARG001 - nothing is drawn
    """Kind 2: rows of one copy as they are."""
    return held.leak(held.first)


@attack(3, sizes=_WIDTHS)
def columns_alone(held: Held, draw: Draw) -> Leak:  # noqa: ARG001 - nothing is drawn
    """Kind 3: few columns, or many."""
    return held.leak(held.first)


@attack(4, sizes=((200, 3), (100, 5), (1_000, 6)))
def without_ids(held: Held, draw: Draw) -> Leak:
    """Kind 4: ids dropped, columns renamed, rows and columns shuffled."""
    return held.leak(held.first).shuffled(draw)
