"""One small cohort for all tests of this benchmark."""

import pytest
from benchmarks.attribution._cohorts import SYNTHETIC, opened, take_in
from benchmarks.attribution._world import World


@pytest.fixture(scope="package")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attribution") / SYNTHETIC
    take_in(SYNTHETIC, folder, people=1_500, seed=5)
    return World(SYNTHETIC, *opened(folder), strength=0.02, seed=5)
