"""Statistical disclosure control: output rules for published statistics, and protected answers to queries.

    output_rules           which cells of a finished table, or numbers of a model, are disclosive
    query                  from a researcher's SQL to a query we understand, and to SQL for an engine
    answer_noise           the noise, rounding and thresholds of answers, and the audit of overlapping groups
    gateway                answers a query under the release rule, with that noise
    differential_privacy   answers a query from a privacy budget instead
    redteam                attacks the gateway to measure how often one person's secret is guessed
    dummy                  dummy tables to write code with

The output rules are exported here for notebooks: `from strongroom.disclosure import check_table`.
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
from strongroom.disclosure.output_rules.safe_table import SafeTable
from strongroom.disclosure.output_rules.suppression import suppress
from strongroom.disclosure.output_rules.survival import check_survival

__all__ = [
    "POLICIES",
    "Checked",
    "PerturbationTable",
    "Reason",
    "RulePolicy",
    "SafeTable",
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
