"""Output rules: which cells of a table, or numbers of a model, are disclosive. Pure functions on arrays.

Functions named `check_…` apply the rules of a policy (one of `POLICIES`, or a `RulePolicy`) to an output and
return a `Checked`. `suppress`, `round_counts` and `perturb` return a table that is safe to publish. All of
these are exported by `strongroom.disclosure`; the checker also uses the functions they are built from.
"""
