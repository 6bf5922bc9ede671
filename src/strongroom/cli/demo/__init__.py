"""`strongroom demo`: everything strongroom does, on a synthetic cohort."""

from strongroom.cli.demo.command import HELP, demo

__all__ = ["HELP", "demo"]
