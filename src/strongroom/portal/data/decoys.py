"""The decoys of views: the cohort's shared pool, each project's own, and the register of both.

A project keeps its decoys in later views; otherwise comparing two views would reveal them. The pool and a
reserve of own decoys for further projects are generated once (`preparation`, or a cohort's first approval),
so that an approval costs little more than writing the view. If a view needs a column that they lack, it is
added to them.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort import Cohort as StoredCohort
from strongroom.cohort import StoredTable
from strongroom.cohort.keys import unwrap, wrap
from strongroom.cohort.model import PARTICIPANT, TableKind
from strongroom.cohort.pseudonyms import Pseudonyms
from strongroom.cohort.selection import rows_passing
from strongroom.cohort.views import DecoyTables, ViewPlan
from strongroom.errors import RefusedError
from strongroom.portal.data.cohorts import cohort_key, open_cohort
from strongroom.portal.data.fingerprints import SETTINGS, fingerprint_of, plan_key
from strongroom.portal.data.models import Cohort, DecoyPool, View
from strongroom.portal.home import Home
from strongroom.portal.projects.actions import project_key
from strongroom.portal.projects.models import KeyPurpose, Project
from strongroom.progress import Progress, silent
from strongroom.tracer.decoys import (
    DecoyRegister,
    DecoySettings,
    InventedPeople,
    SharedPool,
    present,
    read_decoy_settings,
    withheld,
)
from strongroom.tracer.decoys.reserve import Reserve
from strongroom.tracer.decoys.settings import MOST_DECOYS
from strongroom.tracer.fingerprint import IssuedFingerprint

_MAIN = TableKind.PARTICIPANTS.value


class PoolGrownError(RefusedError):
    """Another view extended the cohort's pool of decoys while this one was written."""


@dataclass(frozen=True)
class PlannedDecoys:
    """Who is to be in a view that is being written, and who not.

    `people` are its decoys, `withheld` (ordinals asked about,) whom it lacks. `pool` is the cohort's pool as
    it has to be kept with the view, None where it stays as it is; `version` is the one it was made from.
    """

    people: InventedPeople | None
    withheld: NDArray[np.bool_]
    pool: InventedPeople | None = None
    version: int = 0

    @property
    def count(self) -> int:
        """The number of decoys in the view."""
        return 0 if self.people is None else len(self.people.ordinals)


def decoy_settings(home: Home) -> DecoySettings:
    """Return the custodian's settings; InputError for a file that is wrong."""
    path = home.path / SETTINGS
    return read_decoy_settings(path) if path.exists() else DecoySettings()


def plan_decoys(
    home: Home,
    row: Cohort,
    cohort: StoredCohort,
    *,
    columns: ViewPlan,
    where: str,
    chosen: NDArray[np.uint32],
    fingerprint: IssuedFingerprint,
    project: Project | None,
    had: NDArray[np.bool_] | None = None,
    progress: Progress = silent,
) -> PlannedDecoys:
    """Choose the decoys of a view and the participants it lacks; nothing is stored yet.

    `chosen` are the ordinals of who passes the row filter `where`, `had` a mask of who was in the project's
    last view, if it had one: a later one has the same decoys, or none, and gives nobody back, whatever the
    settings have become. A view without a column of the participants' table has no decoys: there is nothing
    they could be made like.
    """
    settings = decoy_settings(home)
    lacking = withheld(chosen, settings.withheld, project_key=fingerprint.project_key)
    if had is not None:
        lacking = ~had[chosen]
    earlier = None if project is None else _earlier(home, project)
    if had is not None or not columns.columns[_MAIN]:
        return PlannedDecoys(earlier, lacking)
    random = np.random.default_rng(int.from_bytes(home.random(32)))
    shown = {name: list(names) for name, names in columns.columns.items()}
    shown[_MAIN] = fingerprint.plan.with_inputs(shown[_MAIN])
    kept, version = kept_decoys(home, row)
    # Late: few commands invent people.
    from strongroom.portal.data.decoy_needs import DecoyNeeds  # noqa: PLC0415 - see above
    from strongroom.tracer.decoys.decoy_tables import affordable_decoys  # noqa: PLC0415 - see above

    own = affordable_decoys(settings.unique, len(chosen))
    needed = DecoyNeeds(cohort, shown, where, fingerprint.plan)
    with progress("Generating decoys", 2) as advance:
        reserve = needed.reserve(kept, settings, own=own, random=random)
        tables = []
        if reserve is not None and reserve.kept.pool:
            tables.append(_given(cohort, reserve.pool, where, fingerprint).tables)
        advance(1)
        if own:
            mine, reserve = needed.own(reserve, own, chosen[~lacking], random)
            tables.append(mine.tables)
        advance(1)
    people = _invented_people(cohort, shown, tables) if tables else None
    changed = None if reserve is None or reserve.kept is kept else reserve.kept
    return PlannedDecoys(people, lacking, changed, version)


def keep_decoys(home: Home, row: Cohort, planned: PlannedDecoys, slug: str, number: int) -> tuple[bytes, str]:
    """Return a view's decoys encrypted and their digest, both empty for none; keeps the pool if it has grown.

    Raises PoolGrownError where the pool has grown meanwhile: two views would know it differently.
    """
    if planned.pool is not None:
        keep_pool(home, row, planned.pool, planned.version)
    if planned.people is None:
        return b"", ""
    plain = planned.people.to_bytes()
    sealed = wrap(
        cohort_key(home, row), zlib.compress(plain), context=_context(slug, number), random=home.random
    )
    return sealed, hashlib.sha256(plain).hexdigest()


def keep_pool(home: Home, row: Cohort, pool: InventedPeople, version: int) -> None:
    """Store a cohort's decoys, made from those of that `version`; PoolGrownError where it is another now."""
    kept = DecoyPool.objects.filter(cohort=row).first() or DecoyPool(cohort=row, version=0)
    if kept.version != version:
        raise PoolGrownError(
            "Another project extended the cohort's decoys in the meantime.", hint="Run the command again."
        )
    kept.version += 1
    plain = zlib.compress(pool.to_bytes())
    kept.sealed = wrap(
        cohort_key(home, row), plain, context=_pool_context(row, kept.version), random=home.random
    )
    kept.save()


def decoys_of(home: Home, view: View) -> DecoyRegister | None:
    """Return the decoys a view holds, as it shows them; None for a view without. Outlives the project."""
    people, fingerprint = _invented(home, view), fingerprint_of(home, view)
    if people is None or fingerprint is None:
        return None
    cohort = open_cohort(home, view.cohort)
    issued = pseudonyms_for(cohort, project_key(home, view.project, KeyPurpose.TRACING), people)
    ordinals = people.ordinals
    moved = fingerprint.plan.movable(None, people.tables)
    return DecoyRegister(
        project=view.project.slug,
        number=view.number,
        ordinals=ordinals,
        ids=issued.of(ordinals.astype(np.uint32)),
        shared=ordinals < people.first + people.pool,
        rows=people.shown(fingerprint.marker(moved), _columns(view)),
    )


def pool_of(home: Home, row: Cohort) -> SharedPool | None:
    """Return the decoys that a cohort's projects share, as no view shows them; None where there are none."""
    kept, _ = kept_decoys(home, row)
    if kept is None or not kept.pool:
        return None
    return SharedPool.of(Reserve(kept).pool, plan_key=plan_key(home, row))


def pseudonyms_for(cohort: StoredCohort, key: bytes, people: InventedPeople | None) -> Pseudonyms:
    """Return a project's ids, of a view's decoys as well."""
    manifest = cohort.manifest
    reach = manifest.capacity if people is None else max(manifest.capacity, int(people.ordinals.max()) + 1)
    return Pseudonyms(key, low=manifest.id_low, high=manifest.id_high, capacity=reach)


def _invented(home: Home, view: View) -> InventedPeople | None:
    if not view.decoys:
        return None
    context = _context(view.project.slug, view.number)
    sealed = unwrap(cohort_key(home, view.cohort), bytes(view.decoys), context=context)
    return InventedPeople.from_bytes(zlib.decompress(sealed))


def _earlier(home: Home, project: Project) -> InventedPeople | None:
    if project.pk is None:
        return None
    latest = project.views.exclude(decoys=b"").order_by("-number").first()
    return None if latest is None else _invented(home, latest)


def kept_decoys(home: Home, row: Cohort) -> tuple[InventedPeople | None, int]:
    """Return a cohort's decoys, the pool and the reserve, and their version; None and 0 for no decoys yet."""
    kept = DecoyPool.objects.filter(cohort=row).first()
    if kept is None:
        return None, 0
    sealed = unwrap(cohort_key(home, row), bytes(kept.sealed), context=_pool_context(row, kept.version))
    return InventedPeople.from_bytes(zlib.decompress(sealed)), kept.version


def _given(
    cohort: StoredCohort, pool: InventedPeople, where: str, fingerprint: IssuedFingerprint
) -> InventedPeople:
    """Return whom of the pool a project is given: of those who pass its row filter, whom its code says."""
    table = pool.tables[_MAIN]
    ordinals = table.column(PARTICIPANT).to_numpy().astype(np.int64)
    given = present(ordinals, plan_key=fingerprint.plan_key, project_key=fingerprint.project_key)
    return pool.only(ordinals[given & rows_passing(cohort, where, table)])


def _invented_people(
    cohort: StoredCohort, shown: Mapping[str, list[str]], parts: Sequence[DecoyTables]
) -> InventedPeople | None:
    tables = {}
    for name, names in shown.items():
        tables[name] = pa.concat_tables([part[name].select([PARTICIPANT, *names]) for part in parts])
    made = InventedPeople(tables, cohort.manifest.capacity, MOST_DECOYS)
    return made if len(made.ordinals) else None


def _columns(view: View) -> dict[str, tuple[str, ...]]:
    """Return a view's columns by table, without its ids."""
    tables = [StoredTable.from_json(table) for table in view.tables]
    return {table.name: tuple(table.columns[1:]) for table in tables}


def _context(slug: str, number: int) -> str:
    return f"decoys:{slug}:{number}"


def _pool_context(row: Cohort, version: int) -> str:
    return f"decoy pool:{row.name}:{version}"
