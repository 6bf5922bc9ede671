"""An invented cohort shaped like UK Biobank: real fields and marginals, a plausible whole, nobody in it."""

from strongroom.cohort.synthetic.write import SyntheticFiles, write_synthetic_cohort

__all__ = ["SyntheticFiles", "write_synthetic_cohort"]
