"""What every test may lean on."""

import os
import shutil
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from extracts import Extracts
from servers import postgresql_server
from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.portal.home import Home, create_home, open_home, set_up_django

set_up_django()
# A busy machine must not fail a property: how long an example takes is for the benchmarks.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

from strongroom.portal.data.cohorts import (  # noqa: E402 - models need Django set up
    CohortSource,
    add_cohort,
    find_cohort,
    open_cohort,
    open_index,
)
from strongroom.portal.data.views import add_project  # noqa: E402 - likewise

__all__ = ["postgresql_server"]

_DRAWN = pytest.StashKey[dict[str, object]]()
DECOYED = {
    "heart": (
        "heart",
        ["p31", "p21022", "p53_i0", "p50_i0", "p21002_i0", "p21001_i0", "p30690_i0", "p30870_i0", "p30750_i0",
         "p30760_i0", "p30710_i0", "hesin_diag.*", "death.*"],
        "",
    ),
    "lung": ("lung", ["p31", "p21022", "p50_i0", "p30690_i0", "p48_i0", "genotypes.*"], "p31 = 1"),
}  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let the module's `DRAW` begin anew for each test.

    Else what a test draws depends on which others ran before it in the same of several processes.
    """
    module = item.getparent(pytest.Module).obj
    draw = getattr(module, "DRAW", None)
    if isinstance(draw, np.random.Generator):
        states = item.session.stash.setdefault(_DRAWN, {})
        draw.bit_generator.state = states.setdefault(module.__name__, draw.bit_generator.state)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of openly licensed real-world files; tests that need it are skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("STRONGROOM_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip("the shared data folder is not here")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A new, empty home."""
    return create_home(tmp_path / "home")


@pytest.fixture(scope="session")
def synthetic_source(tmp_path_factory: pytest.TempPathFactory) -> CohortSource:
    """The files of a synthetic cohort of 2,000 people."""
    files = write_synthetic_cohort(
        tmp_path_factory.mktemp("sources"), participants=2_000, seed=7, columns=60, variants=12
    )
    return CohortSource(
        participants=files.participants,
        dictionary=files.dictionary,
        id_column=files.id_column,
        events=files.events,
        genotypes=files.genotypes,
    )


@pytest.fixture(scope="session")
def _built_home(tmp_path_factory: pytest.TempPathFactory, synthetic_source: CohortSource) -> Path:
    path = tmp_path_factory.mktemp("built") / "home"
    home = create_home(path)
    # Inventing people takes seconds a view; tests of decoys ask for them.
    (path / "fingerprint.yaml").write_text("decoys: {unique: 0, shared: 0, withheld: 0}\n")
    add_cohort(home, name="synthetic", source=synthetic_source, by="the test's custodian")
    return path


@pytest.fixture
def cohort_home(tmp_path: Path, _built_home: Path) -> Home:
    """A home of its own that holds the synthetic cohort, named "synthetic"."""
    shutil.copytree(_built_home, tmp_path / "home")
    return open_home(tmp_path / "home")


@pytest.fixture(scope="session")
def _decoyed_home(tmp_path_factory: pytest.TempPathFactory, _built_home: Path) -> Path:
    path = tmp_path_factory.mktemp("decoyed") / "home"
    shutil.copytree(_built_home, path)
    (path / "fingerprint.yaml").write_text("decoys: {unique: 10, shared: 10, withheld: 0.01}\n")
    home = open_home(path)
    for slug, columns, where in DECOYED.values():
        add_project(
            home,
            slug=slug,
            institution=f"Institution of {slug}",
            cohort_name="synthetic",
            columns=columns,
            where=where,
            by="ada",
        )
    return path


@pytest.fixture
def decoyed_home(tmp_path: Path, _decoyed_home: Path) -> Home:
    """A home of its own whose two projects' views hold decoys: "heart" sees everybody, "lung" the men."""
    shutil.copytree(_decoyed_home, tmp_path / "decoyed")
    return open_home(tmp_path / "decoyed")


@pytest.fixture
def extracts(cohort_home: Home) -> Extracts:
    """The synthetic cohort opened, with its index, and a way to make extracts of it."""
    row = find_cohort("synthetic")
    return Extracts(open_cohort(cohort_home, row), open_index(cohort_home, row))
