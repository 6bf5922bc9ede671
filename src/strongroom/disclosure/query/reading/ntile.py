"""Windows: only NTILE, which divides people into equally large groups."""

from sqlglot import exp

from strongroom.disclosure.query.reading.literals import read_literal
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.rewriting import sources_of
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import (
    Band,
    Call,
    Expression,
    Function,
    Kind,
    Literal,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_bands: int = threshold(
        20, "bands", "judgement: vigintiles are the finest that papers use; limits are as coarse as noise"
    )


LIMITS = _Limits()
_HINT = "Write NTILE(5) OVER (ORDER BY column), and ROLLUP or a second query for totals and shares."


def read_window(node: exp.Window, scope: Scope) -> Expression:
    """Return the band of NTILE; QueryError for another window."""
    if not isinstance(node.this, exp.Ntile):
        raise refusal(node, "the only window is NTILE", hint=_HINT)
    if node.args.get("partition_by"):
        raise refusal(node, "NTILE has no PARTITION BY here", hint="Ask once for each part, with WHERE.")
    only(node, ("this", "order", "over"))
    if scope.outer is not None or scope.aggregate is not None:
        raise refusal(node, "NTILE ranks people in a SELECT of its own", hint=_HINT)
    ordered = node.args["order"].expressions if node.args.get("order") is not None else []
    if len(ordered) != 1:
        raise refusal(node, "NTILE needs ORDER BY one column", hint=_HINT)
    parts = read_literal(node.this.this) if node.this.this is not None else None
    number = parts.value if parts is not None else None
    if not isinstance(number, int) or not 2 <= number <= LIMITS.most_bands:  # noqa: PLR2004 - two halves
        raise refusal(node, f"NTILE takes a number from 2 to {LIMITS.most_bands}")
    of = scope.read_expression(ordered[0].this)
    if of.kind not in (Kind.NUMBER, Kind.DATE):
        raise refusal(node, "NTILE needs numbers or dates")
    if any(place > 0 for place in sources_of((of, scope.among))):
        raise refusal(node, "NTILE ranks people, not events", hint="Rank in a sub-query of participants.")
    band = Band(of, number, scope.among)
    if not ordered[0].args.get("desc"):
        return band
    return Call(Function.SUBTRACT, (Literal(number + 1, Kind.NUMBER), band), Kind.NUMBER)
