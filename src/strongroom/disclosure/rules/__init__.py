"""Rules on published statistics, pure functions: numbers in, what is disclosive out.

The functions named check judge what is to be shown, under one of `POLICIES` or settings of one's own, and
return a `Checked`; `suppress`, `round_counts` and `perturb` return a table that may be shown. The others are
what these are made of.
"""

from strongroom.disclosure.rules.association import check_association, minor_allele_counts, rare_variants
from strongroom.disclosure.rules.between_tables import apart_by_few, check_difference
from strongroom.disclosure.rules.counts import small
from strongroom.disclosure.rules.dominance import dominated
from strongroom.disclosure.rules.frequencies import check_table, one_class
from strongroom.disclosure.rules.hiding import suppress
from strongroom.disclosure.rules.magnitudes import check_means, check_modes, check_spreads
from strongroom.disclosure.rules.order_statistics import check_extremes, check_quantiles
from strongroom.disclosure.rules.percentages import check_percentages, implied_counts, possible_counts
from strongroom.disclosure.rules.perturbation import PerturbationTable, cell_keys, perturb
from strongroom.disclosure.rules.policies import POLICIES, RulePolicy
from strongroom.disclosure.rules.regressions import check_fit, check_regression
from strongroom.disclosure.rules.results import Checked, Mark, Reason, Status
from strongroom.disclosure.rules.rounded import round_counts
from strongroom.disclosure.rules.rounding import Rounding, rounding_of
from strongroom.disclosure.rules.shown import ShownTable
from strongroom.disclosure.rules.suppression import Interval, recoverable
from strongroom.disclosure.rules.survival import check_survival, events_of_steps, small_steps

__all__ = [
    "POLICIES",
    "Checked",
    "Interval",
    "Mark",
    "PerturbationTable",
    "Reason",
    "Rounding",
    "RulePolicy",
    "ShownTable",
    "Status",
    "apart_by_few",
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
    "dominated",
    "events_of_steps",
    "implied_counts",
    "minor_allele_counts",
    "one_class",
    "perturb",
    "possible_counts",
    "rare_variants",
    "recoverable",
    "round_counts",
    "rounding_of",
    "small",
    "small_steps",
    "suppress",
]
