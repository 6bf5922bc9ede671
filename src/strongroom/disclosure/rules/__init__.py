"""Rules on published statistics, pure functions: numbers in, what is disclosive out.

The rules follow the handbooks named in `policies`; each takes the smallest count that may be shown.
"""

from strongroom.disclosure.rules.association import minor_allele_counts, rare_variants
from strongroom.disclosure.rules.counts import differences, small
from strongroom.disclosure.rules.percentages import implied_counts
from strongroom.disclosure.rules.policies import POLICIES, CountPolicy
from strongroom.disclosure.rules.rounding import Rounding, rounding_of
from strongroom.disclosure.rules.suppression import Interval, recoverable
from strongroom.disclosure.rules.survival import events_of_steps, small_steps

__all__ = [
    "POLICIES",
    "CountPolicy",
    "Interval",
    "Rounding",
    "differences",
    "events_of_steps",
    "implied_counts",
    "minor_allele_counts",
    "rare_variants",
    "recoverable",
    "rounding_of",
    "small",
    "small_steps",
]
