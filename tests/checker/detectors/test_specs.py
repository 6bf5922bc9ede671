"""Every detector keeps what its page promises: its examples fire, or stay silent, as they say."""

from importlib import import_module
from pathlib import Path

import polars as pl
import pytest
from tests.checker.detectors.spec import Bench

from strongroom.checker.detectors import DETECTORS, REQUEST_DETECTORS
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index

MODULES = sorted(path.stem for path in (Path(__file__).parent / "specs").glob("*.py"))
SPECS = [import_module(f"tests.checker.detectors.specs.{name}").SPEC for name in MODULES]


def _cases(kind):
    return [
        pytest.param(spec.detector, example, id=f"{spec.detector}: {example.title}")
        for spec in SPECS
        for example in getattr(spec, kind)
    ]


@pytest.fixture
def bench(cohort_home, synthetic_source):
    row = find_cohort("synthetic")
    people = pl.read_parquet(synthetic_source.participants)
    return Bench(open_cohort(cohort_home, row), open_index(cohort_home, row), people)


@pytest.mark.parametrize(("detector", "example"), _cases("fires"))
def test_it_fires(detector, example, bench, tmp_path):
    report = bench.check(example.make(bench, tmp_path))
    assert detector in _fired(report), [file.to_json(detailed=True) for file in report.files]


@pytest.mark.parametrize(("detector", "example"), _cases("silent"))
def test_it_stays_silent(detector, example, bench, tmp_path):
    report = bench.check(example.make(bench, tmp_path))
    assert detector not in _fired(report), [file.to_json(detailed=True) for file in report.files]


def test_every_detector_has_a_spec_and_every_spec_a_detector():
    names = {detector.name for detector in (*DETECTORS, *REQUEST_DETECTORS)}
    assert {spec.detector for spec in SPECS} == names


@pytest.mark.parametrize("spec", SPECS, ids=[spec.detector for spec in SPECS])
def test_a_spec_says_both_and_where_it_ends(spec):
    assert spec.fires
    assert spec.silent
    assert spec.limits


def _fired(report):
    findings = [finding for file in report.files for finding in file.findings]
    # A decoy is reported as a participant would be; only the detail for the custodian says what it is.
    discreet = {"decoys" for finding in findings if "Decoys found: " in finding.detail}
    return discreet | {finding.detector for finding in findings}
