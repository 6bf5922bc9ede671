"""Synthetic cohorts shaped like UK Biobank: real fields and marginals, plausible links, no real people."""

from strongroom.cohort.synthetic.write import SyntheticFiles, write_synthetic_cohort

__all__ = ["SyntheticFiles", "write_synthetic_cohort"]
