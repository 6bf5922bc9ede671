"""What every test may lean on."""

import os
from pathlib import Path

import pytest

from strongroom.portal.home import Home, create_home, set_up_django

set_up_django()


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
