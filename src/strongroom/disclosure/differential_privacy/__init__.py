"""Differential privacy: answers with noise that hides any one person, paid from a budget.

`bounds` says how much one person's value can be, `plan` what sums answer a question and what each costs,
`statements` computes them so that nobody counts for more, `noise` adds OpenDP's noise, `asking` does all.
"""

from strongroom.disclosure.differential_privacy.answer_privately import ask_privately
from strongroom.disclosure.differential_privacy.budget import Budget, Charge
from strongroom.disclosure.differential_privacy.plan import PrivatePlan, plan_privately

__all__ = ["Budget", "Charge", "PrivatePlan", "ask_privately", "plan_privately"]
