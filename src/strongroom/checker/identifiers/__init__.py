"""Identifiers that states give to people, recognised by their form and check digits."""

from strongroom.checker.identifiers.schemes import SCHEMES, Scheme

__all__ = ["SCHEMES", "Scheme"]
