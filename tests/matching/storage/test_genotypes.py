"""Genotypes come back from two bits a call, and people are recognised by them without names."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.detectors.people.genotype_matrices import genotype_matrix
from strongroom.matching.genotype_matching import match_genotypes
from strongroom.matching.storage.genotypes import MISSING, genotype_arrays, open_genotypes
from strongroom.matching.storage.index import MemoryArrays

PEOPLE, VARIANTS = 1_500, 150


@pytest.fixture(scope="module")
def calls():
    draw = np.random.default_rng(6)
    matrix = draw.binomial(2, draw.uniform(0.1, 0.5, VARIANTS), (PEOPLE, VARIANTS)).astype(np.uint8)
    matrix[draw.random(matrix.shape) < 0.01] = MISSING
    return matrix


@pytest.fixture(scope="module")
def cohort(calls):
    columns = {f"rs{place}": pa.array(line, mask=line == MISSING) for place, line in enumerate(calls.T)}
    table = pa.table({"_participant": pa.array(np.arange(PEOPLE)[::-1], pa.uint32()), **columns})
    stored = SimpleNamespace(column_names=table.column_names, read=table.select)
    return open_genotypes(MemoryArrays(dict(genotype_arrays(SimpleNamespace(genotypes=stored)))))


def test_calls_come_back(cohort, calls):
    for place in range(VARIANTS):
        assert np.array_equal(cohort.calls(place), calls[:, place])
    assert cohort.counts.sum(axis=1).tolist() == [PEOPLE] * VARIANTS


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("first", [0, 40])
def test_people_are_recognised_whichever_allele_is_counted(cohort, calls, flipped, first):
    chosen = np.random.default_rng(1).choice(PEOPLE, 30, replace=False)
    matrix = calls[chosen][:, first : first + 80]
    matrix = np.array([2, 1, 0, MISSING], np.uint8)[matrix] if flipped else matrix
    found = match_genotypes(matrix, cohort)
    assert found.matched >= 0.9 * found.tested
    assert set(found.people.tolist()) <= {PEOPLE - 1 - each for each in chosen.tolist()}


def test_other_people_of_the_same_frequencies_are_nobody(cohort, calls):
    draw = np.random.default_rng(2)
    permuted = np.column_stack([draw.permutation(line) for line in calls.T])
    assert match_genotypes(permuted[:200, :80], cohort) is None


WRITTEN = {
    "numbers": lambda line: pa.array([-9 if call == MISSING else int(call) for call in line]),
    "dosages": lambda line: pa.array([None if call == MISSING else abs(call - 0.03) for call in line]),
    "alleles": lambda line: pa.array([("C/C", "C/T", "T/T", None)[call] for call in line]),
    "phased": lambda line: pa.array([("0|0", "0|1", "1|1", ".|.")[call] for call in line]),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_calls_are_read_however_they_are_written(calls, form):
    table = pa.table([WRITTEN[form](line) for line in calls[:40, :20].T], names=[str(k) for k in range(20)])
    assert np.array_equal(genotype_matrix(table), calls[:40, :20])


def test_calls_packed_into_texts_and_numbers_are_read(calls):
    known = np.where(calls == MISSING, 0, calls)[:40, :24]
    texts = pa.table({"t": ["".join(map(str, row)) for row in known]})
    assert np.array_equal(genotype_matrix(texts), known)
    packed = pa.table({"p": [sum(int(call) << 2 * place for place, call in enumerate(row)) for row in known]})
    assert np.array_equal(genotype_matrix(packed), known)


def test_indicators_answers_and_frequencies_are_no_calls():
    draw = np.random.default_rng(4)
    indicators = draw.integers(0, 2, (50, 30))
    answers = draw.integers(1, 6, (50, 30))
    frequencies = draw.uniform(0, 1, (50, 30))
    flags = draw.choice([0, 1, 2], (50, 30), p=[0.6, 0.05, 0.35])
    for matrix in (indicators, answers, frequencies, flags):
        assert genotype_matrix(pa.table(dict(zip(map(str, range(30)), matrix.T, strict=True)))) is None
