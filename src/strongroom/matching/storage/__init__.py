"""The egress index in storage: coded columns, quantile sketches, value lists, events and genotypes."""
