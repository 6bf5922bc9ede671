"""How identifying a cohort is: measures, estimates, simulated linkage, and what changes would do."""
