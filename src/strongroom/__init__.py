"""Strongroom: a trusted research environment from which only checked results leave."""

__version__ = "0.1.0"
