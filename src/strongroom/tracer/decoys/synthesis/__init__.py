"""Generating synthetic participants that resemble a view's real ones.

`population` reads the sample to learn from; `trees`, `events` and `genotypes` draw values;
`determined_columns` and `relations` keep columns consistent; `moment_balance` and `classifier_filter` choose
the most realistic candidates; `distance` rejects any that resemble a real person. `generation` runs it all.
"""
