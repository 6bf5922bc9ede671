"""Safe statistics: what published numbers give away of a participant, and answers that give nothing away.

The rules are here for notebooks: `from strongroom.disclosure import check_table`. Beside them are the query
gateway, differential privacy and re-identification risk, in packages of their own.
"""

from strongroom.disclosure.rules import (
    POLICIES,
    Checked,
    PerturbationTable,
    Reason,
    RulePolicy,
    ShownTable,
    Status,
    cell_keys,
    check_association,
    check_difference,
    check_extremes,
    check_fit,
    check_means,
    check_modes,
    check_percentages,
    check_quantiles,
    check_regression,
    check_spreads,
    check_survival,
    check_table,
    perturb,
    round_counts,
    suppress,
)

__all__ = [
    "POLICIES",
    "Checked",
    "PerturbationTable",
    "Reason",
    "RulePolicy",
    "ShownTable",
    "Status",
    "cell_keys",
    "check_association",
    "check_difference",
    "check_extremes",
    "check_fit",
    "check_means",
    "check_modes",
    "check_percentages",
    "check_quantiles",
    "check_regression",
    "check_spreads",
    "check_survival",
    "check_table",
    "perturb",
    "round_counts",
    "suppress",
]
