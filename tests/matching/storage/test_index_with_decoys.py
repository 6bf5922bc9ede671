"""Guests of a view have their events and genotypes in its index, and the cohort's stay as they are."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from strongroom.matching.genotype_matching import match_genotypes
from strongroom.matching.storage.events import days_of, event_arrays
from strongroom.matching.storage.genotypes import MISSING, genotype_arrays
from strongroom.matching.storage.index import Index, MemoryArrays
from strongroom.matching.storage.index_with_decoys import with_decoys

PEOPLE, VARIANTS, GUESTS = 601, 60, 13
CODES = ["I10", "E11.9", "J45", "C50.1"]


def events(draw, people, rows):
    return pa.table(
        {
            "_participant": pa.array(np.sort(draw.choice(people, rows)), pa.uint32()),
            "code": draw.choice(CODES, rows).tolist(),
            "day": [date(2005, 1, 1) + timedelta(days=int(each)) for each in draw.integers(0, 5_000, rows)],
        }
    )


def genotypes(draw, people):
    calls = draw.binomial(2, np.linspace(0.1, 0.5, VARIANTS), (len(people), VARIANTS))
    columns = {f"rs{place}": pa.array(line, pa.uint8()) for place, line in enumerate(calls.T)}
    return pa.table({"_participant": pa.array(people, pa.uint32()), **columns}), calls.astype(np.uint8)


@pytest.fixture
def made():
    draw = np.random.default_rng(3)
    held = events(draw, np.arange(PEOPLE), 2_000)
    calls, _ = genotypes(draw, np.arange(PEOPLE))
    cohort = SimpleNamespace(
        events={"diagnoses": SimpleNamespace(schema=held.schema, read=held.select)},
        genotypes=SimpleNamespace(column_names=calls.column_names, read=calls.select),
    )
    index = Index({}, MemoryArrays(dict(event_arrays(cohort)) | dict(genotype_arrays(cohort))))
    invented = np.arange(PEOPLE, PEOPLE + GUESTS)
    decoys, theirs = genotypes(draw, invented)
    return index, {"diagnoses": events(draw, invented, 90), "genotypes": decoys}, theirs


@pytest.mark.parametrize("length", [0, 3])
def test_guests_events_are_held_beside_everybody_elses(made, length):
    index, decoys, _ = made
    plain, more = index.events[length], with_decoys(index, [decoys]).events[length]
    table = decoys["diagnoses"]
    places = plain.places(table.column("code").combine_chunks(), length)
    assert not plain.holds(places, days_of(table.column("day"))).all()
    assert more.holds(places, days_of(table.column("day"))).all()
    assert np.all(np.diff(more.pairs) > 0)
    assert np.isin(plain.pairs, more.pairs).all()
    assert len(more.pairs) <= len(plain.pairs) + table.num_rows


def test_a_guest_is_recognised_by_genotypes(made):
    index, decoys, calls = made
    assert match_genotypes(calls, index.genotypes) is None
    found = match_genotypes(calls, with_decoys(index, [decoys]).genotypes)
    assert found.matched == found.tested
    assert found.people.min() >= PEOPLE


def test_a_view_of_some_variants_says_nothing_of_the_others(made):
    index, decoys, calls = made
    some = {"genotypes": decoys["genotypes"].select(["_participant", "rs4", "rs9"])}
    more = with_decoys(index, [some]).genotypes
    assert np.array_equal(more.calls(9)[PEOPLE:], calls[:, 9])
    assert np.all(more.calls(5)[PEOPLE:] == MISSING)
    assert np.array_equal(more.calls(5)[:PEOPLE], index.genotypes.calls(5))


def test_without_guests_an_index_is_what_it_was(made):
    assert with_decoys(made[0], []) is made[0]
    assert np.array_equal(with_decoys(made[0], [{}]).events[0].pairs, made[0].events[0].pairs)
