"""Finding decoys in a leaked file, and how unlikely such a find is by chance.

`hits` is what others call. Where columns were aligned, `cell_search` compares whole rows (`lineup`,
`approximate_match`, `row_search`, `e_values`); elsewhere `value_search` looks for a decoy's values in any
column. Ids are compared in all tables.
"""
