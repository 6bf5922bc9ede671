"""Genotypes: readable PLINK files, Hardy-Weinberg, linkage that decays, effects that a scan finds."""

import numpy as np
import polars as pl
import pytest

from strongroom.cohort.synthetic.genotypes import draw_variants

A1_COUNTS = np.array([2, np.nan, 1, 0])


@pytest.fixture(scope="module")
def calls(files, people):
    packed = np.fromfile(files.genotypes.with_suffix(".bed"), np.uint8)
    assert packed[:3].tobytes() == b"\x6c\x1b\x01"
    packed = packed[3:].reshape(300, -1)
    calls = np.stack([A1_COUNTS[packed >> shift & 3] for shift in (0, 2, 4, 6)], axis=2)
    return calls.reshape(300, -1)[:, : len(people)]


@pytest.fixture(scope="module")
def places(files):
    lines = [line.split("\t") for line in files.genotypes.with_suffix(".bim").read_text().splitlines()]
    return np.array([(int(line[0]), int(line[3])) for line in lines])


@pytest.fixture(scope="module")
def standard(calls):
    filled = np.where(np.isnan(calls), np.nanmean(calls, axis=1, keepdims=True), calls)
    centred = filled - filled.mean(axis=1, keepdims=True)
    return centred / centred.std(axis=1, keepdims=True)


def test_people_stand_in_the_order_of_the_participant_table(files, people):
    rows = [line.split() for line in files.genotypes.with_suffix(".fam").read_text().splitlines()]
    assert [int(row[1]) for row in rows] == people["eid"].to_list()
    assert [2 - int(row[4]) for row in rows] == people["p31_i0"].to_list()


def test_variants_have_names_of_their_own_and_two_alleles(files):
    lines = [line.split("\t") for line in files.genotypes.with_suffix(".bim").read_text().splitlines()]
    assert len({line[1] for line in lines}) == 300
    assert all(line[4] != line[5] and {line[4], line[5]} <= set("ACGT") for line in lines)


def test_a_few_calls_failed_and_a1_is_the_rarer_allele(calls):
    assert 0.001 < np.isnan(calls).mean() < 0.02
    frequency = np.nanmean(calls, axis=1) / 2
    assert frequency.min() > 0.01
    assert frequency.max() < 0.53
    assert np.median(frequency) < 0.25


def test_hardy_and_weinberg_would_agree(calls):
    frequency = np.nanmean(calls, axis=1) / 2
    heterozygous = (calls == 1).sum(axis=1) / (~np.isnan(calls)).sum(axis=1)
    assert abs((heterozygous / (2 * frequency * (1 - frequency))).mean() - 1) < 0.01


def test_linkage_decays_with_distance_and_ends_with_the_chromosome(standard, places):
    squared = (standard @ standard.T / standard.shape[1]) ** 2
    first, second = np.triu_indices(len(squared), 1)
    same = places[first, 0] == places[second, 0]
    distance = np.abs(places[first, 1] - places[second, 1])
    values = squared[first, second]
    near, middle, far = (
        values[same & (distance >= low) & (distance < high)].mean()
        for low, high in ((0, 5_000), (20_000, 50_000), (100_000, 400_000))
    )
    assert near > 0.2
    assert near > 2 * middle > 3 * far
    assert values[~same].mean() < 0.001


@pytest.mark.parametrize(
    ("column", "trait"), [("p50_i0", "height"), ("p21001_i0", "adiposity"), ("p30780_i0", "lipid")]
)
def test_a_scan_finds_the_variants_that_move_a_trait(people, standard, column, trait):
    measured = people[column].cast(pl.Float64).to_numpy()
    there = ~np.isnan(measured)
    score = (measured[there] - measured[there].mean()) / measured[there].std()
    strength = (standard[:, there] @ score) ** 2 / there.sum()
    causal = [index for index, _ in draw_variants(20, 300).effects[trait]]
    assert strength[causal].max() > 30
    assert np.median(strength) < 4
