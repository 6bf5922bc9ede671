"""Differential privacy: answers whose noise hides any one person, paid from the same budget as other answers.

`plan` finds the sums that answer a query, how much one person can change them, and what they cost;
`bounded_statements` computes them so that nobody contributes more; `laplace_noise` adds OpenDP's noise; and
`answer_privately` does it all.
"""

from strongroom.disclosure.differential_privacy.answer_privately import ask_privately
from strongroom.disclosure.differential_privacy.charge import Charge
from strongroom.disclosure.differential_privacy.plan import PrivatePlan, plan_privately

__all__ = ["Charge", "PrivatePlan", "ask_privately", "plan_privately"]
