"""Rules on published statistics, pure functions: numbers in, what is disclosive out.

The functions named check judge what is to be shown, under one of `POLICIES` or settings of one's own, and
return a `Checked`; `suppress`, `round_counts` and `perturb` return a table that may be shown: these are
exported by `strongroom.disclosure`. The others are what they are made of, and the checker uses them.
"""
