"""The egress index as it is stored: coded columns, sketches, value lists, events and genotypes."""
