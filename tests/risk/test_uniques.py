"""Every combination is counted, and the minimal ones told apart, as by trying all of them by hand."""

from collections import Counter
from itertools import combinations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.risk.columns import CodedColumn
from strongroom.risk.uniques import find_uniques


def coded(rows):
    return [
        CodedColumn.of(f"c{place}", pa.array(list(values), pa.int64()))
        for place, values in enumerate(zip(*rows, strict=True))
    ]


def by_hand(rows, largest):
    """Return uniques and minimal uniques of each set, and each record's minimal sets."""
    columns = len(rows[0])
    unique, minimal, of = {}, Counter(), [[] for _ in rows]
    for size in range(1, min(largest, columns) + 1):
        for chosen in combinations(range(columns), size):
            keys = [tuple(row[place] for place in chosen) for row in rows]
            counts = Counter(keys)
            alone = [place for place, key in enumerate(keys) if counts[key] == 1]
            unique[chosen] = len(alone)
            minimal[chosen] = 0
            for row in alone:
                if not any(set(smaller) < set(chosen) for smaller in of[row]):
                    of[row].append(chosen)
                    minimal[chosen] += 1
    return unique, dict(minimal), of


tables = st.integers(2, 6).flatmap(
    lambda columns: st.lists(
        st.tuples(*[st.one_of(st.none(), st.integers(0, 3))] * columns), min_size=1, max_size=40
    )
)


@settings(max_examples=60)
@given(tables, st.integers(1, 4))
def test_uniques_are_those_found_by_hand(rows, largest):
    found = find_uniques(coded(rows), largest=largest)
    unique, minimal, of = by_hand(rows, largest)
    assert found.unique == unique
    assert found.minimal == minimal
    sizes = [[sum(len(each) == size for each in sets) for size in range(1, found.largest + 1)] for sets in of]
    assert found.minimal_by_record.tolist() == sizes


def test_columns_of_many_levels_change_nothing_but_the_order_of_the_search():
    draw = np.random.default_rng(5)
    rows = np.column_stack([draw.integers(0, levels, 400) for levels in (2, 300, 5, 90_000, 12)]).tolist()
    found = find_uniques(coded(rows))
    unique, minimal, _ = by_hand(rows, 4)
    assert (found.unique, found.minimal) == (unique, minimal)


def test_scores_are_those_of_elliot_and_others():
    # Row 0 is unique by the first column alone, rows 0 and 1 by the second and third together.
    rows = [(1, 0, 0, 0), (0, 1, 1, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0), (0, 0, 1, 0)]
    found = find_uniques(coded(rows), largest=3)
    # Of four attributes and sets of up to three: (4-1)(4-2)(4-3), (4-2)(4-3) and (4-3).
    assert found.weights() == [6, 2, 1]
    assert found.scores().tolist() == [8, 2, 0, 0, 0, 0]
    contributions = found.contributions()
    assert contributions == {"c0": 0.6, "c1": 0.4, "c2": 0.4, "c3": 0.0}
    assert next(iter(contributions)) == "c0"


def test_one_person_and_two_alike():
    assert find_uniques(coded([(1, 2)])).unique == {(0,): 1, (1,): 1, (0, 1): 1}
    assert set(find_uniques(coded([(1, 2), (1, 2)])).unique.values()) == {0}
