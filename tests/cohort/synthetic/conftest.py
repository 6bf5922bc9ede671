"""One cohort with every column, made once for all tests of what it looks like."""

import polars as pl
import pytest

from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.cohort.synthetic.column_choice import every_column
from strongroom.cohort.synthetic.spec import catalogue

PEOPLE = 24_000


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    columns = len(every_column(catalogue().fields))
    into = tmp_path_factory.mktemp("synthetic")
    return write_synthetic_cohort(into, participants=PEOPLE, seed=20, columns=columns, variants=300)


@pytest.fixture(scope="session")
def people(files):
    return pl.read_parquet(files.participants)


@pytest.fixture(scope="session")
def diagnoses(files):
    return pl.read_parquet(files.events["hesin_diag"])


@pytest.fixture(scope="session")
def deaths(files):
    return pl.read_parquet(files.events["death"])
