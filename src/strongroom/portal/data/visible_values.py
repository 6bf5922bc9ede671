"""The index that a project's outputs are compared with: the cohort's, with values visible to the project.

It is stored beside the view's files, under the same key, and is destroyed with them. It is valid for one
revision of the cohort; after a withdrawal it is rebuilt in memory until the project's next view is issued.
"""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from strongroom.cohort import Cohort as StoredCohort
from strongroom.matching import Index
from strongroom.matching.storage.encrypted_arrays import EncryptedArrays, write_encrypted_arrays
from strongroom.matching.storage.index import MemoryArrays
from strongroom.matching.storage.index_overlay import with_overlay
from strongroom.portal.data.cohorts import open_cohort, open_index
from strongroom.portal.data.fingerprints import fingerprint_of
from strongroom.portal.data.models import View
from strongroom.portal.home import Home
from strongroom.portal.projects.actions import project_key
from strongroom.portal.projects.models import KeyPurpose
from strongroom.tracer.fingerprint import IssuedFingerprint
from strongroom.tracer.fingerprint.visible_values import add_visible

VISIBLE_VALUES = "seen.bin"


def write_visible_values(
    home: Home,
    path: Path,
    *,
    cohort: StoredCohort,
    index: Index,
    fingerprint: IssuedFingerprint,
    columns: list[str],
    key: bytes,
) -> None:
    """Write the changes that a view's marks make to the index, encrypted under the project's key."""
    with write_encrypted_arrays(path, key=key, file_id=_file_id(cohort), random=home.random) as sealed:
        add_visible(cohort, index, fingerprint, columns, sealed.add)


def open_visible_index(home: Home, view: View) -> Index:
    """Return the index of the cohort's current revision with the values visible to the project."""
    index, fingerprint = open_index(home, view.cohort), fingerprint_of(home, view)
    if fingerprint is None:
        return index
    cohort = open_cohort(home, view.cohort)
    path = home.vault / view.directory / VISIBLE_VALUES
    if view.cohort_revision == view.cohort.revision and path.exists():
        key = project_key(home, view.project, KeyPurpose.FILES)
        return with_overlay(index, EncryptedArrays.open(path, key=key, file_id=_file_id(cohort)))
    arrays: dict[str, NDArray[Any]] = {}
    add_visible(cohort, index, fingerprint, view.columns, arrays.__setitem__)
    return with_overlay(index, MemoryArrays(arrays))


def visible_values_id(cohort: str, revision: int) -> str:
    """Return what the values visible to a view of that revision are encrypted for."""
    return f"seen:{cohort}:{revision}"


def _file_id(cohort: StoredCohort) -> str:
    return visible_values_id(cohort.name, cohort.manifest.revision)
