"""Can anybody tell decoys from people? Classifiers, outlier scores, and an attacker who knows the generator.

    python -m benchmarks attribution/decoys
    python benchmarks/attribution/decoys.py --only nhanes --seeds 3

Takes about 12 min, 60 s with --quick.

Real people held out from the generator, as many as decoys, are told from them by boosted trees, by a random
forest, and by naive Bayes over exact values, cross-validated; by isolation forest and local outlier factor,
without labels; and by an attacker who has the generator and its filter, makes decoys of their own from the
people in the view, and ranks the view with what they learn. A ranking may be turned around: max(AUC, 1 - AUC)
counts. Beside the generator stand real people in the place of decoys, who say what chance alone gives at this
size, and simpler generators, so that what each part is good for can be seen. With several seeds each figure
is the mean, with its standard error over them. *Near* is the share of decoys nearer to a real person than 995
in a thousand real people are, *bits* the median and the largest agreement with whom each is nearest to; real
people are nearest to themselves.
"""

import argparse
import gzip
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from scipy.stats import binom
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest, RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import CategoricalNB
from sklearn.neighbors import LocalOutlierFactor

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code, left_out
from benchmarks.exfiltration._cohorts import SHARED
from benchmarks.stored import stored_synthetic

from strongroom.tracer.decoys.synthesis.distance import Agreement
from strongroom.tracer.decoys.synthesis.encoding import NumberedTable, numbered
from strongroom.tracer.decoys.synthesis.generation import generate_people
from strongroom.tracer.decoys.synthesis.population import Population, read_population
from strongroom.tracer.decoys.synthesis.trees import draw_columns, fill_missing
from strongroom.tracer.relations.relation import PRODUCT, Relation

NHANES = [
    "Gender", "AgeInYearsAtScreening", "RacehispanicOrigin", "TotalNumberOfPeopleInTheHousehold",
    "AnnualHouseholdIncome", "RatioOfFamilyIncomeToPoverty", "EducationLevelAdults20", "MaritalStatus",
    "GeneralHealthCondition", "WeightKg", "StandingHeightCm", "BodyMassIndexKgm2",
    "WaistCircumferenceCm", "SystolicBloodPres1StRdgMmHg", "DiastolicBloodPres1StRdgMmHg",
    "SystolicBloodPres2NdRdgMmHg", "DiastolicBloodPres2NdRdgMmHg", "SystolicBloodPres3RdRdgMmHg",
    "DiastolicBloodPres3RdRdgMmHg", "DirectHdlcholesterolMgdl", "TotalCholesterolMgdl",
    "Glycohemoglobin", "BloodLeadUgdl", "BloodCadmiumUgl", "BloodMercuryTotalUgl", "BloodSeleniumUgl",
    "BloodManganeseUgl", "EnergyKcal_DR1TOT", "ProteinGm_DR1TOT", "CarbohydrateGm_DR1TOT",
    "TotalSugarsGm_DR1TOT", "DietaryFiberGm_DR1TOT", "TotalFatGm_DR1TOT",
    "TotalSaturatedFattyAcidsGm_DR1TOT", "CholesterolMg_DR1TOT", "AlcoholGm_DR1TOT",
    "DoctorToldYouHaveDiabetes", "EverBeenToldYouHaveAsthma", "SleepHoursWeekdaysOrWorkdays",
    "HowOftenDoYouSnore", "SmokedAtLeast100CigarettesInLife", "MinutesSedentaryActivity",
    "VigorousWorkActivity", "ModerateRecreationalActivities", "HowHealthyIsTheDiet",
    "OfMealsNotHomePrepared", "TrunkFatG", "TrunkPercentFat", "CurrentSelfreportedHeightInches",
    "CurrentSelfreportedWeightPounds",
]  # fmt: skip
_NHANES = "rowlevel/tables/nhanes_2017_2018.csv.gz"
ATTACKERS = ["GBM", "forest", "values", "isolation", "LOF", "aware"]
BMI = Relation("BodyMassIndexKgm2", "WeightKg / (StandingHeightCm / 100) ** 2", PRODUCT, 1.0, 0)
HELD = 2_000
MOST_AUC = 0.55
NEAREST = 500
SEED = 20261121


@dataclass(frozen=True)
class World:
    """A table of people: those the generator sees, those held out, and what follows from what."""

    name: str
    fitted: Population
    everybody: np.ndarray
    held: Population
    relations: tuple[Relation, ...]


def main() -> int:
    """Print the table; 1 where decoys as views get them are told from people better than allowed."""
    chosen = _arguments()
    named = [*ATTACKERS, "aware recall@5 %", "near", "bits", "CPU s"]
    print(f"| {' | '.join(['table', 'generator', *named])} |\n{'|---' * (len(named) + 2)}|")
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for world in worlds(Path(folder), chosen):
            for name in chosen.generators:
                seeds = range(SEED + 1, SEED + 1 + chosen.seeds)
                found = np.array([figures(world, GENERATORS[name], seed) for seed in seeds])
                print(line(world, name, found), flush=True)
                # Of fewer people chance alone tells more.
                if GENERATORS[name] is made and chosen.held >= HELD:
                    missed += told_too_well(world, found)
    print()
    print(survival())
    return exit_code(missed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--participants", type=int, default=40_000, help="of the synthetic cohort")
    parser.add_argument("--only", choices=["nhanes", "synthetic"])
    parser.add_argument("--generators", nargs="+", choices=list(GENERATORS), default=list(GENERATORS)[:2])
    parser.add_argument("--held", type=int, default=HELD, help="real people held out, and decoys made")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--learn", type=int, help="people of NHANES to learn from, all by default")
    parser.add_argument("--quick", action="store_true", help="few people of the synthetic cohort alone")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.participants, chosen.held, chosen.only = 4_000, 300, "synthetic"
    return chosen


def worlds(folder: Path, chosen: argparse.Namespace) -> Iterator[World]:
    """Yield NHANES, where it is, and the synthetic cohort."""
    if chosen.only != "synthetic":
        if (SHARED / _NHANES).exists():
            yield nhanes(chosen.held, chosen.learn)
        else:
            left_out("NHANES, which is not here (STRONGROOM_SHARED_DATA)")
    if chosen.only != "nhanes":
        yield synthetic(folder, chosen.participants, chosen.held)


def nhanes(many: int, learned: int | None = None) -> World:
    """Everybody of NHANES 2017-18 in 50 columns, children and what they were not asked included.

    `many` are held out, and of the others `learned` are learned from.
    """
    plain = gzip.decompress((SHARED / _NHANES).read_bytes())
    frame = pl.read_csv(plain, infer_schema_length=None).select(NHANES)
    table = numbered(frame.to_arrow())
    codes = np.array([form.words is not None for form in table.forms])
    order = np.random.default_rng(SEED).permutation(len(table.values))
    fitted, held = table.at(order[many:][:learned]), table.at(order[:many])
    return World("NHANES", Population(fitted, codes), fitted.values, Population(held, codes), (BMI,))


def synthetic(folder: Path, participants: int, many: int) -> World:
    """50 columns of the synthetic cohort with its hospital and death records."""
    cohort = stored_synthetic(folder, key=b"d" * 32, participants=participants, seed=SEED, columns=50)
    manifest = cohort.manifest
    hidden = {"_participant", manifest.id_column}
    columns = {
        table.name: [name for name in table.columns if name not in hidden] for table in manifest.tables
    }
    random = np.random.default_rng(SEED)
    order = random.permutation(cohort.ordinals())
    fitted, everybody = read_population(cohort, columns, np.sort(order[many:]), random)
    held, _ = read_population(cohort, columns, np.sort(order[:many]), random)
    return World("synthetic", fitted, everybody, held, ())


Generator = Callable[[World, int, np.random.Generator], np.ndarray]


def made(world: World, decoys: int, random: np.random.Generator) -> np.ndarray:
    """Make decoys as a view gets them; returns what is to be seen of each."""
    people = generate_people(
        world.fitted, decoys, random, everybody=world.everybody, relations=world.relations
    )
    return np.column_stack([people.people.values, *(each.features() for each in people.histories.values())])


def unfiltered(world: World, decoys: int, random: np.random.Generator) -> np.ndarray:
    """Draw from the trees alone; nothing of event tables."""
    fitted, start = world.fitted, np.empty((decoys, 0))
    return draw_columns(fitted.people.values, start, random, kept=fitted.kept, days=fitted.days)


def independent(world: World, decoys: int, random: np.random.Generator) -> np.ndarray:
    """Draw each column by itself."""
    return np.column_stack([random.choice(column, decoys) for column in world.fitted.people.values.T])


def real_people(world: World, decoys: int, random: np.random.Generator) -> np.ndarray:
    """Take real people for decoys: nobody can tell them from others, whatever a figure says."""
    chosen = random.choice(len(world.fitted.people.values), decoys, replace=False)
    return world.fitted.looks(world.fitted)[chosen]


GENERATORS: dict[str, Generator] = {
    "trees and filter": made,
    "real people": real_people,
    "trees alone": unfiltered,
    "independent columns": independent,
}


def told_too_well(world: World, found: np.ndarray) -> list[str]:
    """Return the attackers who tell decoys better than allowed, in the mean over seeds."""
    means = zip(ATTACKERS, found.mean(axis=0), strict=False)
    return [f"{world.name}: {who} {auc:.3f}, at most {MOST_AUC}" for who, auc in means if auc > MOST_AUC]


def line(world: World, name: str, measured: np.ndarray) -> str:
    """Return a generator's line of the table."""
    seeds = len(measured)
    means, errors = measured.mean(axis=0), measured.std(axis=0, ddof=seeds > 1) / np.sqrt(seeds)
    told = [
        f"{each:.3f}" + f" ± {error:.3f}" * (seeds > 1) for each, error in zip(means, errors, strict=True)
    ]
    near, middle, most, seconds = means[-4:]
    told = [*told[:-4], f"{near:.3f}", f"{middle:.0f} to {most:.0f}", f"{seconds:.0f}"]
    return f"| {' | '.join([world.name, name, *told])} |"


def figures(world: World, generator: Generator, seed: int) -> list[float]:
    """Return the figures of a line, for one seed."""
    random = np.random.default_rng(seed)
    began = time.process_time()
    decoys = generator(world, len(world.held.people.values), random)
    seconds = time.process_time() - began
    real = looks(world)[:, : decoys.shape[1]]
    nearness = Agreement.among(world.everybody, world.fitted.codes, np.random.default_rng(SEED))
    bits = nearness.agreement(decoys[:NEAREST, : world.everybody.shape[1]], world.everybody)
    return [
        *told_apart(real, decoys),
        by_values(real, decoys),
        *outlying(real, decoys),
        *by_who_knows(world, generator, real, decoys, random),
        float(np.mean(bits > nearness.usual)),
        float(np.median(bits)),
        float(bits.max()),
        seconds,
    ]


def looks(world: World) -> np.ndarray:
    """Return what is to be seen of the people held out, in the numbers of those the generator saw."""
    table = world.held.people.to_arrow()
    values = [form.encode(table.column(form.name)) for form in world.fitted.people.forms]
    held = NumberedTable(world.fitted.people.forms, np.column_stack(values))
    return replace(world.held, people=held).looks(world.fitted)


def told_apart(real: np.ndarray, decoys: np.ndarray) -> tuple[float, float]:
    """Return the cross-validated AUC of boosted trees and of a random forest."""
    both, is_decoy = np.concatenate([real, decoys]), np.arange(len(real) + len(decoys)) >= len(real)
    folds = StratifiedKFold(4, shuffle=True, random_state=0)
    boosted = cross_val_predict(boosting(), both, is_decoy, cv=folds, method="predict_proba")[:, 1]
    trees = RandomForestClassifier(150, min_samples_leaf=3, random_state=0)
    forest = cross_val_predict(trees, fill_missing(both), is_decoy, cv=folds, method="predict_proba")[:, 1]
    return two_sided(is_decoy, boosted), two_sided(is_decoy, forest)


def by_values(real: np.ndarray, decoys: np.ndarray) -> float:
    """Return the cross-validated AUC of who counts how often each value of a column occurs on either side."""
    both, is_decoy = np.concatenate([real, decoys]), np.arange(len(real) + len(decoys)) >= len(real)
    places = np.column_stack([np.unique(column, return_inverse=True)[1] for column in both.T])
    model = CategoricalNB(min_categories=places.max(axis=0) + 1)
    folds = StratifiedKFold(4, shuffle=True, random_state=0)
    return two_sided(
        is_decoy, cross_val_predict(model, places, is_decoy, cv=folds, method="predict_log_proba")[:, 1]
    )


def outlying(real: np.ndarray, decoys: np.ndarray) -> tuple[float, float]:
    """Return the AUC of two outlier scores."""
    both, is_decoy = np.concatenate([real, decoys]), np.arange(len(real) + len(decoys)) >= len(real)
    middle = np.nanmedian(np.where(np.isnan(both).all(axis=0), 0, both), axis=0)
    filled = np.where(np.isnan(both), middle, both)
    filled = (filled - filled.mean(axis=0)) / np.maximum(filled.std(axis=0), 1e-9)
    isolation = -IsolationForest(n_estimators=200, random_state=0).fit(filled).score_samples(filled)
    factor = -LocalOutlierFactor(n_neighbors=20).fit(filled).negative_outlier_factor_
    return two_sided(is_decoy, isolation), two_sided(is_decoy, factor)


def by_who_knows(
    world: World, generator: Generator, real: np.ndarray, decoys: np.ndarray, random: np.random.Generator
) -> tuple[float, float]:
    """Return AUC and recall among the top 5 % of an attacker who runs the generator, filter and all.

    They have the view: real people with the decoys in it. They make as many decoys from it, train on those
    against the view, and rank the view, each of its people by a model that was not trained on them.
    """
    own = generator(world, len(real), random)
    view = np.concatenate([real, decoys])
    is_decoy = np.arange(len(view)) >= len(real)
    scores = np.zeros(len(view))
    for train, test in StratifiedKFold(4, shuffle=True, random_state=1).split(view, is_decoy):
        people = np.concatenate([view[train], own])
        model = boosting().fit(people, np.arange(len(people)) >= len(train))
        scores[test] = model.predict_proba(view[test])[:, 1]
    # In a view decoys are one in thousands: the top 5 % of the real people say how many would be deleted.
    recalls = [
        np.mean(turned[is_decoy] > np.quantile(turned[~is_decoy], 0.95)) for turned in (scores, -scores)
    ]
    return two_sided(is_decoy, scores), float(max(recalls))


def boosting() -> HistGradientBoostingClassifier:
    """Return the boosted trees of the attackers."""
    return HistGradientBoostingClassifier(max_iter=200, learning_rate=0.06, max_leaf_nodes=15, random_state=7)


def two_sided(is_decoy: np.ndarray, scores: np.ndarray) -> float:
    """Return the AUC of a score or of its opposite, whichever tells more."""
    area = roc_auc_score(is_decoy, scores)
    return float(max(area, 1 - area))


def survival() -> str:
    """Return how likely some, and at least three, of a view's decoys are in a random share of its rows."""
    lines = ["| decoys | share of the rows | at least one | at least three |", "|---|---|---|---|"]
    for decoys in (50, 150):
        for share in (0.10, 0.05, 0.01):
            some, three = binom.sf([0, 2], decoys, share)
            lines.append(f"| {decoys} | {share:.0%} | {some:.4f} | {three:.4f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
