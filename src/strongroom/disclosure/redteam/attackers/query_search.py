"""QuerySnout: an evolutionary search for the queries, and a regression that combines their answers.

Cretu, Houssiau, Cully and de Montjoye, QuerySnout (2022), arXiv 2211.05249. The attacker tries sets of
queries on copies of the gateway with known secrets, and keeps those that predict these secrets best.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.redteam.attackers.base import Ask, counts
from strongroom.disclosure.redteam.world import Facts

Copy = Callable[[bool, int], Ask]
"""Makes a copy of the gateway, given a secret and a seed of the noise."""

_COLUMNS = ("drawn", "sex", "age", "region", "smoker")
_SIGNS = ("", "=", "<>")
Genes = NDArray[np.int64]


@dataclass
class Search:
    """Finds `length` queries on copies, then sends them; a query says `=`, `<>` or nothing per column."""

    copy: Copy
    length: int = 10
    population: int = 8
    generations: int = 6
    copies: int = 24
    questions: int = 10
    projects: int = 1
    _found: dict[int, tuple[Genes, NDArray[np.float64]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the attack."""
        return f"search for questions{', two projects' if self.projects > 1 else ''}"

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Send the queries found, and combine the answers by the fitted weights."""
        if facts.target not in self._found:
            self._found[facts.target] = self._searched(facts)
        genes, weights = self._found[facts.target]
        return float(self._answers(ask, genes, facts) @ weights)

    def _searched(self, facts: Facts) -> tuple[Genes, NDArray[np.float64]]:
        draw = np.random.default_rng(1)
        shape = (self.length, len(_COLUMNS))
        living = [draw.integers(0, len(_SIGNS), shape) for _ in range(self.population)]
        for place in range(0, self.length - 1, 2):
            # One individual starts with pairs of queries that differ by the target.
            living[0][place + 1] = living[0][place]
            living[0][place, 0], living[0][place + 1, 0] = 0, 2
        scored = sorted(
            ((self._fitness(each, facts), n, each) for n, each in enumerate(living)), reverse=True
        )
        for generation in range(self.generations):
            best = scored[: self.population // 2]
            children = [self._changed(one, best[0][2], draw) for _, _, one in best]
            tried = [
                (self._fitness(each, facts), (generation + 1) * 100 + n, each)
                for n, each in enumerate(children)
            ]
            scored = sorted([*best, *tried], reverse=True)[: self.population]
        genes = scored[0][2]
        return genes, self._fitted(*self._tried(genes, facts))

    def _changed(self, one: Genes, other: Genes, draw: np.random.Generator) -> Genes:
        mixed = np.where(draw.random(len(one))[:, None] < 0.5, one, other)  # noqa: PLR2004 - a half of each
        fresh = draw.integers(0, len(_SIGNS), one.shape)
        return np.where(draw.random(one.shape) < 1 / len(_COLUMNS), fresh, mixed)

    def _fitness(self, genes: Genes, facts: Facts) -> float:
        answers, secrets = self._tried(genes, facts)
        half = len(answers) // 2
        weights = self._fitted(answers[:half], secrets[:half])
        return float(np.mean(np.sign(answers[half:] @ weights) == secrets[half:]))

    def _tried(self, genes: Genes, facts: Facts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        secrets = np.arange(self.copies) % 2 == 1
        answers = [
            self._answers(self.copy(bool(secret), number), genes, facts)
            for number, secret in enumerate(secrets)
        ]
        return np.array(answers), np.where(secrets, 1.0, -1.0)

    def _fitted(self, answers: NDArray[np.float64], secrets: NDArray[np.float64]) -> NDArray[np.float64]:
        # Counts are similar and far from 0: the constant comes last and is not penalised.
        ridge = np.eye(answers.shape[1])
        ridge[-1, -1] = 1e-9
        centred = answers.copy()
        middle = answers[:, :-1].mean(axis=0)
        centred[:, :-1] -= middle
        weights = np.asarray(np.linalg.solve(centred.T @ centred + ridge, centred.T @ secrets), np.float64)
        weights[-1] -= float(middle @ weights[:-1])
        return weights

    def _answers(self, ask: Ask, genes: Genes, facts: Facts) -> NDArray[np.float64]:
        answers = counts(ask, [self._condition(each, facts) for each in genes])
        return np.array([*(0.0 if each is None else each for each in answers), 1.0])

    def _condition(self, genes: Sequence[int], facts: Facts) -> str:
        parts = [
            f"{column} {_SIGNS[gene]} {facts.people[column][facts.target]}"
            for column, gene in zip(_COLUMNS, genes, strict=True)
            if gene
        ]
        return " AND ".join([*parts, "ill = 1"])
