"""How identifying a cohort is: measures, estimates, simulated linkage, and the effect of changes."""
