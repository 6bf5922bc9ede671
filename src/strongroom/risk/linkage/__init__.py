"""Simulated linkage: how often a few known facts identify one participant."""

from strongroom.risk.linkage.facts import DatedEvents, Facts, Scenario
from strongroom.risk.linkage.scenarios import Linked, link, scenarios, worst
from strongroom.risk.linkage.unicity import Unicity, unicity

__all__ = ["DatedEvents", "Facts", "Linked", "Scenario", "Unicity", "link", "scenarios", "unicity", "worst"]
