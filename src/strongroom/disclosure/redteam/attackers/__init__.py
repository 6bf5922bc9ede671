"""Attackers, each with one method to infer the target's secret from queries."""

from strongroom.disclosure.answer_noise.release_rule import ReleaseRule
from strongroom.disclosure.redteam.attackers.averaging import Cycles, Padding, Pairs, Rewriting, Tracker
from strongroom.disclosure.redteam.attackers.base import Ask, Attacker
from strongroom.disclosure.redteam.attackers.likelihood import likelihoods
from strongroom.disclosure.redteam.attackers.outliers import Mirror, Outlier, OwnBin, Tipped
from strongroom.disclosure.redteam.attackers.query_search import Copy, Search
from strongroom.disclosure.redteam.attackers.reconstruction import Reconstruction
from strongroom.disclosure.redteam.attackers.side_channels import (
    NearEdge,
    RareLabel,
    Refusal,
    Signs,
    SizeEdge,
)

__all__ = ["Ask", "Attacker", "Copy", "Search", "attackers"]


def attackers(rule: ReleaseRule) -> tuple[Attacker, ...]:
    """Return the attackers that need no copy of the gateway; they know its thresholds from the rule."""
    return (
        Tracker(),
        Pairs(1),
        Pairs(20),
        Pairs(200),
        Cycles(25),
        Padding(100),
        Padding(100, events=True),
        Padding(200, projects=2),
        Rewriting(),
        Reconstruction(100),
        Signs(),
        NearEdge(rule.similar),
        Refusal(rule.smallest),
        SizeEdge(rule.shown_from(rule.noise)),
        RareLabel(rule.shown_from(rule.noise)),
        Outlier(),
        Outlier(groups=1, held=False),
        Mirror(),
        OwnBin(),
        OwnBin(projects=2),
        Tipped(),
        Tipped(projects=2),
        *likelihoods(rule),
    )
