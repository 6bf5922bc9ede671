"""Safe statistics: what published numbers give away of a participant, and answers that give nothing away.

The rules are here for notebooks: `from strongroom.disclosure import check_table`. Beside them are the query
gateway, differential privacy and re-identification risk, in packages of their own.
"""

from strongroom.disclosure.output_rules.association import check_association
from strongroom.disclosure.output_rules.differencing import check_difference
from strongroom.disclosure.output_rules.frequency_tables import check_table
from strongroom.disclosure.output_rules.magnitude_tables import (
    check_means,
    check_modes,
    check_spreads,
)
from strongroom.disclosure.output_rules.order_statistics import check_extremes, check_quantiles
from strongroom.disclosure.output_rules.percentages import check_percentages
from strongroom.disclosure.output_rules.perturbation import PerturbationTable, cell_keys, perturb
from strongroom.disclosure.output_rules.policies import POLICIES, RulePolicy
from strongroom.disclosure.output_rules.regressions import check_fit, check_regression
from strongroom.disclosure.output_rules.results import Checked, Reason, Status
from strongroom.disclosure.output_rules.rounding import round_counts
from strongroom.disclosure.output_rules.safe_table import ShownTable
from strongroom.disclosure.output_rules.suppression import suppress
from strongroom.disclosure.output_rules.survival import check_survival

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
