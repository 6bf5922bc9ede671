"""Does a relation between columns tell decoys from people, or give a marked cell back?

    python -m benchmarks attribution/relations
    python benchmarks/attribution/relations.py --only "plain names" NHANES

Takes about 20 min, 3 min with --quick.

An attacker with one copy searches relations himself (`_relation_hunter.py`, written without the product's
search), ranks the rows by how much they break, and computes every cell from the others by the formulas found.
*AUC* is of decoys against people; *restored* is the share of the marked cells for which the best formula with
their column gives the cohort's own value, *mirrored* the share for which it would do so if turned round the
value shown: as often by chance. Columns with many values are searched, and all that follow from them.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.attribution._cohorts import PLAIN, SYNTHETIC, known_cohorts, opened, take_in
from benchmarks.attribution._relation_hunter import Suspected, restored, search, suspicion
from benchmarks.attribution._world import World
from benchmarks.ending import exit_code

from strongroom.cohort import PARTICIPANT, TableKind
from strongroom.tracer.decoys.decoy_tables import DecoyRequest, generate_decoys
from strongroom.tracer.fingerprint import marker_of
from strongroom.tracer.fingerprint.settings import DEFAULT_STRENGTH

COHORTS = (PLAIN, SYNTHETIC, "NHANES", "nafld2")
_HEADINGS = (
    "cohort", "columns", "relations", "found", "AUC of decoys", "marked cells", "restored", "mirrored", "s",
)  # fmt: skip
MOST_AUC = 0.55
MOST_RESTORED = 0.02
_MAIN = TableKind.PARTICIPANTS.value
_SEED = 15


def main() -> int:
    """Print the table; 1 where relations tell more than allowed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=COHORTS)
    parser.add_argument("--people", type=int, default=8_000, help="of the generated cohorts")
    parser.add_argument("--decoys", type=int, default=400)
    parser.add_argument("--columns", type=int, default=60, help="those with most values, and what is related")
    parser.add_argument("--quick", action="store_true", help="the cohort with plain names, few people")
    chosen = parser.parse_args()
    names = chosen.only or ([PLAIN] if chosen.quick else COHORTS)
    here = {PLAIN, *known_cohorts(_SEED)}
    missed: list[str] = []
    print(f"| {' | '.join(_HEADINGS)} |\n{'|---' * len(_HEADINGS)}|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            if name in here:
                people = 3_000 if chosen.quick else chosen.people
                missed += _attacked(name, Path(folder), people, chosen.decoys, chosen.columns)
    return exit_code(missed)


def _attacked(name: str, folder: Path, people: int, decoys: int, most: int) -> list[str]:
    start = time.time()
    place = folder / name.replace(" ", "-")
    take_in(name, place, people=people, seed=_SEED)
    cohort, index = opened(place)
    world = World(name, cohort, index, strength=DEFAULT_STRENGTH, seed=_SEED, uniform=False)
    columns = _chosen(world, most)
    before, shown, is_decoy = _view(world, columns, min(decoys, len(world.ordinals) // 10))
    found = search(shown)
    area = roc_auc_score(is_decoy, suspicion(shown, found))
    area = max(area, 1 - area)
    cells, back, mirrored = _given_back(world, columns, before, shown, found)
    excess = (back - mirrored) / max(cells, 1)
    kept = len(getattr(world.plan, "obeyed", ()) or world.plan.derived)
    row = [name, len(columns), kept, len(found), f"{area:.3f}", f"{cells:,}", f"{back / max(cells, 1):.2%}"]
    row += [f"{mirrored / max(cells, 1):.2%}", f"{time.time() - start:.0f}"]
    print(f"| {' | '.join(map(str, row))} |", flush=True)
    return [
        *([f"{name}: decoys at AUC {area:.3f}"] if area > MOST_AUC else []),
        *([f"{name}: {excess:.2%} of the marked cells restored"] if excess > MOST_RESTORED else []),
    ]


def _given_back(
    world: World,
    columns: list[str],
    before: dict[str, np.ndarray],
    shown: dict[str, np.ndarray],
    found: list[Suspected],
) -> tuple[int, int, int]:
    """Return the number of marked cells, of those restored, and of those as far off on the other side."""
    cells, back, mirrored = 0, 0, 0
    for column in columns:
        own = before[column]
        copy = shown[column][: len(own)]
        marked = np.flatnonzero(np.isfinite(own) & (own != copy))
        cells += len(marked)
        said = restored(shown, found, column)
        if not len(marked) or said is None:
            continue
        wanted = said[1][: len(own)]
        near = 0.01 * max(world.plan.rules[column].step, 1e-9)
        back += int((np.abs(wanted - own)[marked] <= near).sum())
        mirrored += int((np.abs(2 * copy - wanted - own)[marked] <= near).sum())
    return cells, back, mirrored


def _chosen(world: World, most: int) -> list[str]:
    """Return the columns of the view: those with most values, and with them what follows from them."""
    filled = {name: np.isfinite(world.values(name)) for name in world.numeric}
    often = [name for name in world.numeric if filled[name].mean() > 0.3]
    various = sorted(often, key=lambda name: -len(np.unique(world.values(name)[filled[name]])))[:most]
    obeyed = getattr(world.plan, "obeyed", ())
    related = [each for relation in obeyed for each in relation.columns if each in often]
    return [name for name in often if name in {*various, *related}]


def _view(
    world: World, columns: list[str], decoys: int
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray]:
    """Return people's own values, and what a recipient sees of people and decoys."""
    key, random = world.recipients.key(0), np.random.default_rng(_SEED)
    people = np.sort(random.choice(world.ordinals, min(6_000, len(world.ordinals)), replace=False))
    own = {name: world.of(name, people) for name in columns}
    copies = world.copy(key, people, columns)
    wanted = {_MAIN: [*columns, *_needed(world, columns)]}
    obeyed = getattr(world.plan, "obeyed", world.plan.derived)
    request = DecoyRequest(wanted, world.ordinals.astype(np.uint32), obeyed)
    first = world.cohort.manifest.capacity
    made = generate_decoys(world.cohort, request, decoys, first=first, random=random)
    marker = marker_of(world.plan, plan_key=world.plan_key, project_key=key)
    table = made.tables[_MAIN]
    ordinals = table.column(PARTICIPANT).to_numpy().astype(np.uint32)
    marked = marker(_MAIN, ordinals, table.drop_columns([PARTICIPANT]).combine_chunks())
    theirs = {
        name: pc.cast(marked.column(name), pa.float64()).to_numpy(zero_copy_only=False) for name in columns
    }
    shown = {name: np.concatenate([copies[:, place], theirs[name]]) for place, name in enumerate(columns)}
    return own, shown, np.arange(len(people) + len(ordinals)) >= len(people)


def _needed(world: World, columns: list[str]) -> list[str]:
    plan = world.plan
    if hasattr(plan, "with_inputs"):
        return [name for name in plan.with_inputs(columns) if name not in columns]
    return marker_needs(world, columns)


def marker_needs(world: World, columns: list[str]) -> list[str]:
    """Return the inputs of derived columns that are not among these."""
    marker = marker_of(world.plan, plan_key=world.plan_key, project_key=bytes(32))
    return marker.needs(_MAIN, columns)


if __name__ == "__main__":
    sys.exit(main())
