"""Pairs of code and date are held without whose they are, and counted against chance."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.detectors.people.event_rows import CodesWithDates
from strongroom.checker.table_types.examined import examine
from strongroom.matching.storage.events import days_of, event_arrays, open_events
from strongroom.matching.storage.index import MemoryArrays

ROWS, CODES = 6_000, 80
FIRST = date(2005, 1, 1)


@pytest.fixture(scope="module")
def events():
    draw = np.random.default_rng(8)
    codes = [f"{'ABCDE'[k % 5]}{k:02d}.{k % 10}" for k in range(CODES)]
    chosen = draw.integers(0, CODES, ROWS)
    days = draw.integers(0, 5_000, ROWS)
    return pa.table(
        {
            "_participant": pa.array(draw.integers(0, 900, ROWS), pa.uint32()),
            "code": [codes[each] for each in chosen],
            "date": [FIRST + timedelta(days=int(each)) for each in days],
        }
    )


@pytest.fixture(scope="module")
def evidence(events):
    stored = SimpleNamespace(schema=events.schema, read=events.select)
    arrays = MemoryArrays(dict(event_arrays(SimpleNamespace(events={"diagnoses": stored}))))
    return SimpleNamespace(index=SimpleNamespace(events=open_events(arrays)))


def fired(evidence, codes, dates):
    table = pa.table({"a": codes, "b": dates})
    return list(CodesWithDates().run(examine(FoundTable("x", table)), evidence))


def some(events, count=60):
    taken = events.take(np.random.default_rng(2).choice(ROWS, count, replace=False))
    return taken.column("code").to_pylist(), taken.column("date").to_pylist()


def test_every_pair_is_held_and_no_other(events, evidence):
    held = evidence.index.events[0]
    places = held.places(events.column("code").combine_chunks(), 0)
    days = days_of(events.column("date"))
    assert held.holds(places, days).all()
    assert len(held.pairs) == len({*zip(places.tolist(), days.tolist(), strict=True)})
    assert not held.holds(places, days + 20_000).any()
    assert set(held.days_of(int(places[0])).tolist()) == set(days[places == places[0]].tolist())
    alike = pa.array(["Z99", None, "a00.0", "A000"])
    unknown, nothing, one, other = held.places(alike, 0).tolist()
    assert unknown == nothing == -1
    assert one == other >= 0


WRITTEN = {
    "as they are": lambda code, day: (code, day),
    "without dots, in small letters": lambda code, day: (code.replace(".", "").lower(), day),
    "first three characters": lambda code, day: (code[:3], day),
    "as text in another style": lambda code, day: (code, day.strftime("%d.%m.%Y")),
    "shifted": lambda code, day: (code, day - timedelta(days=400)),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_event_rows_are_noticed_however_they_are_written(events, evidence, form):
    codes, dates = zip(*(WRITTEN[form](*pair) for pair in zip(*some(events), strict=True)), strict=True)
    (finding,) = fired(evidence, codes, dates)
    assert finding.rows >= 55
    assert finding.bits > 30
    assert (" shifted " in finding.message) == (form == "shifted")


def test_the_same_codes_and_dates_paired_otherwise_are_nobodys(events, evidence):
    codes, dates = some(events, 400)
    assert not fired(evidence, codes, dates[1:] + dates[:1])
    assert not fired(evidence, codes, [date(2012, 4, 1)] * 400)
    assert not fired(evidence, ["no", "codes"] * 200, dates)


@pytest.mark.parametrize(
    "columns",
    [
        {"n": list(range(40)), "date": [FIRST + timedelta(days=k) for k in range(40)]},
        {"code": ["A00.1"] * 40, "n": list(range(40))},
        {"seen": ["2004-02-01"] * 40, "died": ["2006-02-01"] * 40},
        {"term": ["a sentence that is longer than any code"] * 40, "seen": ["2004-02-01"] * 40},
        {"code": ["A00.1"] * 3, "seen": ["2004-02-01"] * 3},
    ],
)
def test_tables_without_codes_and_dates_leave_the_cohort_s_events_closed(columns):
    class Closed:
        @property
        def events(self):
            raise AssertionError("opened")

    found = FoundTable("x", pa.table(columns))
    assert not list(CodesWithDates().run(examine(found), SimpleNamespace(index=Closed())))
