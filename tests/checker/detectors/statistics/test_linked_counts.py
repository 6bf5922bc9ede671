"""When two tables are taken to count the same people, and what is said of those that do."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.detectors.base import JudgedFile
from strongroom.checker.detectors.statistics.differencing import Differencing
from strongroom.checker.detectors.statistics.linked_counts import LinkableTable, linked
from strongroom.checker.history import EarlierRequest, History
from strongroom.checker.policy import Policy
from strongroom.disclosure import Reason
from strongroom.disclosure.output_rules import linked_audit
from strongroom.disclosure.output_rules.count_groups import read_counts
from strongroom.disclosure.output_rules.input_table import read_table
from strongroom.disclosure.output_rules.linked_tables import linked_blocks


def table(variable, place="earlier", *, own=True, **labels):
    read = read_table(pa.table({variable: list(labels), "n": pa.array(list(labels.values()), pa.int64())}))
    return LinkableTable(read, place, own)


def reasons(new, *earlier):
    return {found.reason for found, _ in linked(new, earlier, 10)}


BY_AGE = table("age", young=1011, old=907)


def test_totals_that_agree_better_than_by_chance_are_of_the_same_people():
    assert reasons(table("sex", men=1011, women=910), BY_AGE) == {Reason.DIFFERENCE}
    assert reasons(table("sex", men=1011, women=957), BY_AGE) == set()
    # Totals of 61 and 64 people agree as well by chance one time in nine.
    assert reasons(table("sex", men=30, women=34), table("age", young=30, old=31)) == set()


def test_another_project_needs_closer_agreement():
    by_sex = table("sex", men=1011, women=910)
    elsewhere = table("age", own=False, young=1011, old=907)
    assert reasons(by_sex, elsewhere) == set()
    larger = table("age", own=False, young=10_117, old=9_073)
    assert reasons(table("sex", men=10_117, women=9_076), larger) == {Reason.DIFFERENCE}


def test_a_suppressed_count_leaves_room_for_a_few_people():
    site = table("site", leeds=30, bristol=None, cardiff=26)
    assert reasons(table("sex", men=25, women=35), site) == {Reason.RECOVERABLE}
    assert reasons(table("sex", men=25, women=45), site) == set()
    assert reasons(table("sex", men=25, women=25), site) == set()
    both = table("sex", men=None, women=35)
    assert reasons(both, site) == set()


def test_tables_that_disagree_anywhere_are_of_different_people():
    one = table("ethnicity", white=900, indian=57, pakistani=41, other=33)
    assert reasons(table("ethnicity", white=900, asian=95, other=33), one) == {Reason.DIFFERENCE}
    assert reasons(table("ethnicity", white=931, asian=95, other=33), one) == set()


def test_a_range_with_a_few_more_people_is_linked():
    shorter = table("age", **{"40-51": 2_011, "52-66": 1_907})
    longer = table("age", **{"40-55": 2_613, "56-67": 1_308})
    assert reasons(longer, shorter) == {Reason.DIFFERENCE}
    assert reasons(shorter, longer) == {Reason.DIFFERENCE}
    assert reasons(table("age", **{"40-55": 2_613, "56-69": 1_508}), shorter) == set()


def test_counts_twice_of_one_person_say_nothing():
    overlapping = table("age", **{"40-59": 1_011, "50-69": 907})
    assert reasons(table("age", **{"40-49": 611, "50-69": 907}), overlapping) == set()


def test_equal_labels_and_long_tables_are_left_to_the_comparison_by_label():
    assert reasons(table("age", young=1_012, old=907), BY_AGE) == set()
    long = table("code", **{f"c{place}": 1_000 + place for place in range(201)})
    assert reasons(table("sex", all_of=int(np.nansum(long.table.numbers)) + 3), long) == set()


def test_a_total_is_used_where_a_table_has_one():
    with_total = table("site", leeds=3_011, bristol=None, swansea=None, cardiff=2_607, total=5_641)
    assert reasons(table("sex", men=3_000, women=2_641), with_total) == set()
    assert reasons(table("sex", men=3_000, women=2_644), with_total) == {Reason.DIFFERENCE}


def rules(*tables, requests=()):
    """Return the rules that files with one table each break together."""
    files = [
        JudgedFile(f"{place}.csv", (FoundTable(f"{place}.csv", pa.table(each)),))
        for place, each in enumerate(tables)
    ]
    evidence = SimpleNamespace(policy=Policy(small_count=10), history=History(lambda: requests))
    return [found.rule for _, found in Differencing().run_request(files, evidence)]


def test_ages_as_numbers_are_labels():
    counts = [1_000 + 7 * year for year in range(10)]
    by_year = {"age": list(range(50, 60)), "n": counts}
    bands = {"age": ["50-54", "55-60"], "n": [sum(counts[:5]), sum(counts[5:]) + 4]}
    assert rules(by_year, bands) == ["differencing/linked"]


def test_what_cannot_be_solved_is_reviewed(monkeypatch):
    monkeypatch.setattr(linked_audit, "LIMITS", type(linked_audit.LIMITS)(most_groups=3))
    by_age = {"age": ["40-49", "50-59"], "n": [1011, 907]}
    assert rules(by_age, {"sex": ["men", "women"], "n": [1011, 907]}) == ["differencing/too-large"]


def test_a_request_is_audited_with_earlier_ones():
    by_age = FoundTable("age.csv", pa.table({"age": ["40-49", "50-54", "55-59"], "n": [1011, 454, 453]}))
    by_sex = {"sex": ["men", "women"], "n": [1011, 910]}
    earlier = [EarlierRequest(name="request 1", own=True, tables=(by_age,))]
    assert rules(by_sex, requests=earlier) == ["differencing/linked"]
    elsewhere = [EarlierRequest(name="a release of another project", own=False, tables=(by_age,))]
    assert rules(by_sex, requests=elsewhere) == []


def test_answers_with_noise_are_not_subtracted_from_exact_counts():
    """Counts that are off by the gateway's noise would look like a few people, in one table after another."""
    noisy = FoundTable("question 3", pa.table({"sex": ["men", "women"], "n": [1011, 907]}))
    exact = {"sex": ["men", "women"], "n": [1014, 905]}
    answered = [EarlierRequest(name="request 1", own=True, tables=(noisy,), noisy=True)]
    assert rules(exact, requests=answered) == []
    released = [EarlierRequest(name="request 1", own=True, tables=(noisy,))]
    assert rules(exact, requests=released) != []


def test_tables_with_many_variables_are_compared_without_listing_their_groups():
    # A report's table of text, read as counts: its eight columns of labels have 10 ** 8 groups in common.
    def wide(place, first):
        labels = {f"column {at}": [f"label {at} {row}" for row in range(10)] for at in range(8)}
        counts = pa.array(range(first, first + 10), pa.int64())
        return LinkableTable(read_table(pa.table({**labels, "n": counts})), place, own=True)

    assert list(linked(wide("new", 100), [wide("earlier", 400), wide("latest", 101)], 10)) is not None


def test_common_groups_are_counted_as_if_they_were_listed():
    blocks = linked_blocks([counts_of("age", "sex"), counts_of("sex", "site")])
    for block in blocks:
        members = block.members.astype(float)
        np.testing.assert_array_equal(block.shared, members @ members.T)


def counts_of(*variables):
    groups = [("a", "b"), ("b", "a"), ("a", "a"), ("b", "b")]
    labels = {name: [each[place] for each in groups] for place, name in enumerate(variables)}
    counts = pa.array([120, 80, 95, 61], pa.int64())
    (read,) = read_counts(read_table(pa.table({**labels, "n": counts})))
    return read


def test_columns_headed_alike_are_different_variables():
    columns = [pa.array(["a", "b", "a"]), pa.array(["c", "c", "d"]), pa.array([120, 80, 95], pa.int64())]
    (read,) = read_counts(read_table(pa.table(columns, names=["status", "Status", "n"])))
    assert len(set(read.variables)) == 1
    assert [len(block.axes) for block in linked_blocks([read, counts_of("sex")])] == [3]
