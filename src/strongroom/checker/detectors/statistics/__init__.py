"""Detectors of disclosive statistics: small cells, extremes, dominance by few, differencing, models."""
