"""Rows whose values were changed: scaled, ranked, rounded, recoded, shifted or perturbed with noise.

`match_steps` finds exact values under a scale and an offset. `match_disguised` needs two dozen rows of values
changed in any other way; `few_rows` recognises fewer. `sizes` says which a table is large enough for, without
the compiled code that both need.
"""
