"""Generating decoys for a view: drawn, made consistent, filtered for realism, kept apart from real people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.synthesis.classifier_filter import most_realistic
from strongroom.tracer.decoys.synthesis.determined_columns import learn_determined_columns
from strongroom.tracer.decoys.synthesis.encoding import Floats, NumberedTable
from strongroom.tracer.decoys.synthesis.events import Histories, invent_histories, similar_pairs
from strongroom.tracer.decoys.synthesis.genotypes import near_relatives, recombined
from strongroom.tracer.decoys.synthesis.local_resampling import is_fine
from strongroom.tracer.decoys.synthesis.population import Population
from strongroom.tracer.decoys.synthesis.relations import learn_relations
from strongroom.tracer.decoys.synthesis.trees import draw_columns
from strongroom.tracer.relations.relation import Relation

if TYPE_CHECKING:
    from strongroom.tracer.decoys.synthesis.distance import Agreement

Ints = NDArray[np.int64]
Fits = Callable[[NumberedTable], NDArray[np.bool_]]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    alternates: int = threshold(
        30, "candidates a decoy", "judgement: decision 0013; fewer leave the classifier little choice"
    )
    least_drawn: int = threshold(
        3_000,
        "candidates",
        "judgement: decision 0013; a classifier learns little from fewer (AUC 0.52 from 1,500, 0.56 from "
        "6,000)",
    )
    tries: int = threshold(
        8, "candidates", "cost: bounds the search for one that is far enough from everybody"
    )
    judges_one_in: int = threshold(
        7, "people", "judgement: decision 0013; the others must remain enough to learn from"
    )
    least_judges: int = threshold(
        400, "people", "judgement: 400 show how far a classifier is right to a few tenths"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Invented:
    """Generated decoys: one row each in `people`, their rows of other tables, their calls (all NaN: none)."""

    people: NumberedTable
    histories: Mapping[str, Histories]
    genotypes: Floats | None = field(repr=False)


def generate_people(
    population: Population,
    decoys: int,
    random: np.random.Generator,
    *,
    everybody: Floats,
    relations: Sequence[Relation] = (),
    given: NumberedTable | None = None,
    fits: Fits | None = None,
) -> Invented:
    """Return `decoys` invented people that resemble a population.

    `everybody` are all real people in the first columns of the population's, shape (people, columns): no
    decoy comes near any of them, nor near another decoy. `relations` are those of the columns. With
    `given`, decoys of an earlier view with the population's first columns get only the others. `fits` tells
    which invented people pass the view's row filter.
    """
    apart = len(population.people.values) // LIMITS.judges_one_in
    if population.judges is None and apart >= LIMITS.least_judges:
        population = population.judged_by(apart, random)
    drawn = min(LIMITS.least_drawn, len(population.people.values))
    alternates = max(LIMITS.alternates, -(-drawn // decoys))
    made = _candidates(population, decoys * alternates, random, relations, given)
    allowed = ~made.contradictory
    if fits is not None:
        allowed &= fits(NumberedTable(population.people.forms, made.people))
    features = np.column_stack([made.people, *(each.features() for each in made.histories.values())])
    looks, donors = _compared(population)
    order = most_realistic(
        looks,
        features.reshape(decoys, alternates, -1),
        allowed.reshape(decoys, alternates),
        random,
        donors=donors,
    )
    order += (np.arange(decoys) * alternates)[:, None]
    from strongroom.tracer.decoys.synthesis.distance import Agreement  # noqa: PLC0415 - a compiler, for who invents only

    chosen = _apart(made.people, order, Agreement.among(everybody, population.codes, random), everybody)
    return Invented(
        NumberedTable(population.people.forms, made.people[chosen]),
        {name: each.of(chosen) for name, each in made.histories.items()},
        _genotypes(population, decoys, random),
    )


def _compared(population: Population) -> tuple[Floats, Floats | None]:
    """Return the features of the judges, and of the donors where there are fewer judges than donors."""
    donors = population.looks(population)
    if population.judges is None:
        return donors, None
    judges = population.judges.looks(population)
    return judges, donors if len(judges) < len(donors) else None


@dataclass(frozen=True)
class _Candidates:
    """Invented people of shape (m, columns), their histories, and which of them contradict themselves."""

    people: Floats = field(repr=False)
    histories: Mapping[str, Histories]
    contradictory: NDArray[np.bool_] = field(repr=False)


def _candidates(
    population: Population,
    count: int,
    random: np.random.Generator,
    relations: Sequence[Relation],
    given: NumberedTable | None,
) -> _Candidates:
    real = population.people.values
    moments = [population.moments(real), *(each.moments() for each in population.histories.values())]
    quantities = np.flatnonzero(~population.codes & ~population.days).tolist()
    words = {form.name: form.words.to_pylist() for form in population.people.forms if form.words is not None}
    learned = learn_relations(
        real, population.people.names, relations, np.column_stack(moments), numbers=quantities, words=words
    )
    start = (
        np.empty((count, 0)) if given is None else np.repeat(given.values, count // len(given.values), axis=0)
    )
    numbers = [place for place in quantities if place not in learned.made_again]
    new = [place for place in numbers if place >= start.shape[1]]
    followers = learn_determined_columns(
        real, [place for place in new if is_fine(_known(real[:, place]))], numbers
    )
    without = [each.target for each in followers]
    drawn = draw_columns(real, start, random, kept=population.kept, days=population.days, without=without)
    drawn = np.column_stack([start, learned.applied(drawn, random)[:, start.shape[1] :]])
    for each in followers:
        drawn[:, each.target] = each.made(drawn, random)
    histories = {}
    for name, events in population.histories.items():
        histories[name] = invent_histories(events, similar_pairs(real, drawn, random), random)
    found = [population.moments(drawn), *(each.moments() for each in histories.values())]
    return _Candidates(drawn, histories, learned.broken(drawn, np.column_stack(found)))


def _known(column: Floats) -> Floats:
    return column[~np.isnan(column)]


def _apart(people: Floats, order: Ints, nearness: "Agreement", everybody: Floats) -> Ints:
    """Return one candidate for each decoy: the first in `order` far enough from all people and decoys.

    If the first eight are all too near, the last that is not a copy is taken: the population is too small, or
    its columns too coarse, for anybody to be far from others.
    """
    compared = everybody.shape[1]
    chosen = order[:, 0].copy()
    near = nearness.too_near(people[chosen, :compared], everybody)
    for turn in range(1, min(LIMITS.tries, order.shape[1])):
        again = np.flatnonzero(near | nearness.too_near_each_other(people[chosen, :compared]))
        if len(again) == 0:
            break
        chosen[again] = order[again, turn]
        near[again] = nearness.too_near(people[chosen[again], :compared], everybody)
    return chosen


def _genotypes(population: Population, decoys: int, random: np.random.Generator) -> Floats | None:
    """Return calls for as many of the decoys as real people are genotyped, none a near relative."""
    if population.genotypes is None or population.genotyped is None:
        return None
    calls = population.genotypes.values
    made = recombined(calls, decoys, random)
    for _ in range(LIMITS.tries):
        near = near_relatives(made, calls, random)
        made[near] = recombined(calls, int(near.sum()), random)
    made[random.random(decoys) >= population.genotyped.mean()] = np.nan
    return made
