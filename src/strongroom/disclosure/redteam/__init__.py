"""Attacks on a release rule with an invented cohort: how often does an attacker guess one person's secret?"""

from strongroom.disclosure.redteam.attackers import Attacker, Search, attackers
from strongroom.disclosure.redteam.private_worlds import private_findings
from strongroom.disclosure.redteam.random_statements import Statements
from strongroom.disclosure.redteam.scoring import Score, copies, score
from strongroom.disclosure.redteam.target import Mode, Target, modes
from strongroom.disclosure.redteam.two_worlds import TwoWorlds
from strongroom.disclosure.redteam.world import Facts, World

__all__ = [
    "Attacker",
    "Facts",
    "Mode",
    "Score",
    "Search",
    "Statements",
    "Target",
    "TwoWorlds",
    "World",
    "attackers",
    "copies",
    "modes",
    "private_findings",
    "score",
]
