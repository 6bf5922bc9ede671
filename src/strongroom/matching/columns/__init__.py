"""Which cohort column each column of a file is."""
