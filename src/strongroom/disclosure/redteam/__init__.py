"""Attacks on a release rule with an invented cohort: how often does an attacker guess one person's secret?"""

from strongroom.disclosure.redteam.attackers import Attacker, Search, attackers
from strongroom.disclosure.redteam.scoring import Score, copies, score
from strongroom.disclosure.redteam.target import Mode, Target, modes
from strongroom.disclosure.redteam.world import Facts, World

__all__ = [
    "Attacker",
    "Facts",
    "Mode",
    "Score",
    "Search",
    "Target",
    "World",
    "attackers",
    "copies",
    "modes",
    "score",
]
