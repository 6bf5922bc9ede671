"""Fit `table_types.row_level_model` to the tables of the manifest and print how well it does.

    python -m benchmarks.exfiltration.shape.fit CORPUS [--learning]
    python benchmarks/refit.py --only row-level --corpus CORPUS [--check | --write]

CORPUS is a folder with the files that `manifest.csv` names (column `file`), fetched from the repositories and
commits it names; nothing is fetched here, and files that are absent or changed are counted and left out.
Tables derived from the row-level ones (`derived.py`) are fitted too, at half the weight of results. A figure
is of repositories that the fit did not use: ten folds of repositories, and from each fit the tables as long
as one that is judged are left out too, because repositories share data sets. `refit.py --check` judges the
held-out repositories. `--names` adds a feature of the columns' names, for comparison.
"""

import argparse
import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.exfiltration._fitted import statement
from benchmarks.exfiltration.shape.derived import derived_tables
from benchmarks.exfiltration.shape.tables import read_table
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from strongroom.checker.table_types.row_level_features import row_level_features
from strongroom.checker.table_types.row_level_model import FITTED, score
from strongroom.checker.table_types.typed_table import TypedTable
from strongroom.fitted import read_fitted

MANIFEST = Path(__file__).with_name("manifest.csv")
Floats = NDArray[np.float64]
_FOLDS = 10
_SEED = 16
_LONG = 200  # fixed: tables of more rows and the same number of them may be copies
_HELD = 0.95  # fixed: the aim of issue 16 is stated where 95 % of row-level tables are held
_FALSE_ALARMS = (0.03, 0.05, 0.08)  # fixed: shares of results held for which detection is printed
_DERIVED_WEIGHT = 0.5  # fixed: of derived tables to results; 0.3 and 1 give the same within a percent
_STATISTIC = re.compile(
    r"\b(n|p|mean|sd|se|ci|or|hr|rr|est\w*|coef\w*|beta|std\w*|lower|upper|lci|uci|pval\w*|rate|count|total|"
    r"auc|acc\w*|f1|rmse|mae|precision|recall|events?|term|model|stat\w*|percent|pct|median|cases|deaths)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Data:
    """One row per table: features, label, repository, how many rows the table has, and its split.

    Tables derived from a row-level table are labelled with their form.
    """

    features: Floats
    labels: NDArray[np.str_]
    repositories: NDArray[np.str_]
    rows: NDArray[np.int64]
    held_out: NDArray[np.bool_]

    @property
    def derived(self) -> NDArray[np.bool_]:
        """Which tables are derived ones."""
        return ~np.isin(self.labels, ("row_level", "results", "entities"))

    def where(self, kept: NDArray[np.bool_]) -> "Data":
        """Return the tables that are kept."""
        return Data(
            self.features[kept],
            self.labels[kept],
            self.repositories[kept],
            self.rows[kept],
            self.held_out[kept],
        )


def read(corpus: Path, *, names: bool) -> tuple[Data, list[str]]:
    """Return the tables of the manifest that lie in the corpus unchanged, and the names of the features."""
    found: list[tuple[list[float], dict[str, str]]] = []
    columns: list[str] = []
    draw = np.random.default_rng(_SEED)
    absent = 0
    for row in csv.DictReader(MANIFEST.open(encoding="utf-8")):
        path = corpus / row["file"]
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
            absent += 1
            continue
        table = read_table(path)
        features = row_level_features(table[0]) if table else {}
        if table and features:
            if names:
                called = [re.sub(r"[_.]", " ", column.name) for column in table[0].columns]
                features["names of statistics"] = float(
                    np.mean([bool(_STATISTIC.search(one)) for one in called])
                )
            columns = list(features)
            found.append((list(features.values()), row))
            if row["label"] == "row_level" and not names:
                found += _derived(table[0], row, draw)
    print(f"{len(found)} tables, {absent} absent or changed")
    rows = [row for _, row in found]
    return Data(
        np.array([values for values, _ in found], np.float64),
        np.array([row["label"] for row in rows]),
        np.array([row["repository"] for row in rows]),
        np.array([int(row["rows"]) for row in rows]),
        np.array([row["split"] == "held_out" for row in rows]),
    ), columns


def _derived(
    table: TypedTable, row: dict[str, str], draw: np.random.Generator
) -> Iterator[tuple[list[float], dict[str, str]]]:
    for form, derived in derived_tables(table, draw):
        if features := row_level_features(derived):
            yield list(features.values()), {**row, "label": form}


def fitted(data: Data) -> GradientBoostingClassifier:
    """Return trees fitted to the tables; a repository weighs as the root of its number of tables."""
    derived, recorded = data.derived, data.labels == "row_level"
    weights = np.zeros(len(data.labels))
    for kind in (derived, ~derived):
        _, places, counts = np.unique(data.repositories[kind], return_inverse=True, return_counts=True)
        weights[kind] = counts[places] ** -0.5
    results = weights[~(derived | recorded)].sum()
    weights[recorded] *= results / weights[recorded].sum()
    if derived.any():
        weights[derived] *= _DERIVED_WEIGHT * results / weights[derived].sum()
    target = recorded | derived
    model = GradientBoostingClassifier(
        n_estimators=150,
        learning_rate=0.08,
        max_depth=3,
        subsample=0.6,
        min_samples_leaf=12,
        random_state=_SEED,
    )
    return model.fit(data.features, target, weights)


def out_of_fold(data: Data, *, entities: bool, part: float = 1.0) -> Floats:
    """Return each table's log-odds by a fit that saw neither its repository nor a table of as many rows."""
    names = np.unique(data.repositories)
    order = np.random.default_rng(_SEED).permutation(names)
    odds = np.full(len(data.labels), np.nan)
    for fold in range(_FOLDS):
        judged = np.isin(data.repositories, order[fold::_FOLDS])
        rest = np.setdiff1d(order, order[fold::_FOLDS])
        used = np.isin(data.repositories, rest[: max(5, int(part * len(rest)))] if part < 1 else rest)
        copies = (data.rows > _LONG) & np.isin(data.rows, data.rows[judged])
        kept = used & ~copies & (entities | (data.labels != "entities"))
        odds[judged] = fitted(data.where(kept)).decision_function(data.features[judged])
    return odds


def figures(labels: NDArray[np.str_], odds: Floats) -> dict[str, float]:
    """Return AUC and the share of results and of entities held where 95 % of row-level tables are."""
    people, results, others = (odds[labels == name] for name in ("row_level", "results", "entities"))
    bar = float(np.quantile(people, 1 - _HELD))
    both = np.concatenate([people, results])
    truth = np.repeat([1, 0], [len(people), len(results)])
    return {
        "auc": float(roc_auc_score(truth, both)),
        "results held": float(np.mean(results >= bar)),
        "entities held": float(np.mean(others >= bar)),
        "bar": bar,
    }


def detected(data: Data, odds: Floats) -> Iterator[str]:
    """Yield how many row-level and derived tables are held where a share of results is."""
    results = odds[data.labels == "results"]
    forms = ["row_level", *np.unique(data.labels[data.derived])]
    for share in _FALSE_ALARMS:
        bar = float(np.quantile(results, 1 - share))
        held = [f"{form} {np.mean(odds[data.labels == form] >= bar):.3f}" for form in forms]
        yield f"   {share:.0%} of results held: {', '.join(held)}; log-odds {bar:.2f}"


def calibration(labels: NDArray[np.str_], odds: Floats) -> tuple[float, float, list[str], float]:
    """Return slope and intercept of the logistic calibration, its bins, and the Brier score."""
    judged = np.isin(labels, ("row_level", "results"))
    truth = labels[judged] == "row_level"
    platt = LogisticRegression(C=1e6).fit(odds[judged, None], truth)
    chance = platt.predict_proba(odds[judged, None])[:, 1]
    places = np.digitize(chance, [0.05, 0.2, 0.5, 0.8, 0.95])
    bins = [
        f"{chance[places == one].mean():.2f} -> {truth[places == one].mean():.2f} (n {np.sum(places == one)})"
        for one in range(6)
        if np.any(places == one)
    ]
    return float(platt.coef_[0, 0]), float(platt.intercept_[0]), bins, float(brier_score_loss(truth, chance))


def stored(
    model: GradientBoostingClassifier, names: list[str], slope: float, intercept: float
) -> dict[str, Any]:
    """Return the model as JSON can hold it; the value of an inner node is the mean of the tables it holds."""
    prior = float(model.init_.class_prior_[1])
    trees = []
    for tree in (stage[0].tree_ for stage in model.estimators_):
        values = _means(tree) * model.learning_rate
        leaves = tree.children_left < 0
        trees.append(
            {
                "feature": np.where(leaves, -1, tree.feature).tolist(),
                "cut": [round(float(cut), 7) for cut in tree.threshold],
                "left": tree.children_left.tolist(),
                "right": tree.children_right.tolist(),
                "value": [round(float(value), 6) for value in values],
            }
        )
    start = float(np.log(prior / (1 - prior)))
    return {"features": names, "start": start, "slope": slope, "intercept": intercept, "trees": trees}


def _means(tree: Any) -> Floats:
    values = tree.value[:, 0, 0].copy()
    for node in range(tree.node_count - 1, -1, -1):
        left, right = tree.children_left[node], tree.children_right[node]
        if left >= 0:
            weights = tree.weighted_n_node_samples[[left, right]]
            values[node] = np.average(values[[left, right]], weights=weights)
    return np.asarray(values, np.float64)


def fit(corpus: Path) -> dict[str, Any]:
    """Return the model fitted to the tables of development, and how well it does, as it is stored."""
    everything, names = read(corpus, names=False)
    data = everything.where(~everything.held_out)
    odds = out_of_fold(data, entities=False)
    slope, intercept, _, brier = calibration(data.labels, odds)
    model = fitted(data.where(data.labels != "entities"))
    content = stored(model, names, slope, intercept)
    _same(content, model, data)
    used = data.where(np.isin(data.labels, ("row_level", "results")))
    digest = hashlib.sha256(MANIFEST.read_bytes()).hexdigest()
    of = f"{len(used.labels)} public tables of {len(np.unique(used.repositories))} repositories"
    said = statement(
        __file__,
        data=f"{of}; manifest sha256 {digest}",
        held_out=_scores(data.labels, odds) | {"brier": round(brier, 4)},
    )
    return {"fitted": said} | content


def check(corpus: Path) -> dict[str, float]:
    """Return how well the stored model does on the held-out repositories."""
    everything, names = read(corpus, names=False)
    last = everything.where(everything.held_out & ~everything.derived)
    content = read_fitted(FITTED)
    chances = [score(content, dict(zip(names, row, strict=True))).probability for row in last.features]
    return _scores(last.labels, np.array(chances))


def text(content: Mapping[str, Any]) -> str:
    """Return a model as it is stored."""
    return json.dumps(content, separators=(",", ":")) + "\n"


def _scores(labels: NDArray[np.str_], odds: Floats) -> dict[str, float]:
    return {name: round(each, 4) for name, each in figures(labels, odds).items() if name != "bar"}


def main() -> None:
    """Print how well the model does on repositories that a fit did not use."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    for name in ("--names", "--learning"):
        parser.add_argument(name, action="store_true")
    asked = parser.parse_args()
    everything, names = read(asked.corpus, names=asked.names)
    data = everything.where(~everything.held_out)
    for label in np.unique(data.labels):
        chosen = data.labels == label
        print(f"{label}: {chosen.sum()} tables, {len(np.unique(data.repositories[chosen]))} repositories")
    for entities in (False, True):
        odds = out_of_fold(data, entities=entities)
        print("entities", "negative:" if entities else "left out:", _shown(figures(data.labels, odds)))
        long = data.rows >= 20
        print("   of 20 rows and more:", _shown(figures(data.labels[long], odds[long])))
        if not entities:
            slope, intercept, bins, brier = calibration(data.labels, odds)
            print("   calibration", bins, f"Brier {brier:.3f}; slope {slope:.2f}, intercept {intercept:.2f}")
            print(*detected(data, odds), sep="\n")
    for part in (0.1, 0.2, 0.4, 0.7) if asked.learning else ():
        print(
            f"   {part:.0%} of repositories:",
            _shown(figures(data.labels, out_of_fold(data, entities=False, part=part))),
        )
    model = fitted(data.where(data.labels != "entities"))
    ranked = sorted(zip(model.feature_importances_, names, strict=True), reverse=True)[:10]
    print("   features:", ", ".join(f"{name} {share:.2f}" for share, name in ranked))


def _same(content: dict[str, Any], model: GradientBoostingClassifier, data: Data) -> None:
    """Refuse a stored form that does not give the fit's own probabilities."""
    for values, odds in zip(data.features[:50], model.decision_function(data.features[:50]), strict=True):
        reading = score(content, dict(zip(content["features"], values, strict=True)))
        wanted = 1 / (1 + np.exp(-(content["slope"] * odds + content["intercept"])))
        if abs(reading.probability - wanted) > 1e-2:
            message = f"stored {reading.probability}, fitted {wanted}"
            raise ValueError(message)


def _shown(found: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in found.items())


if __name__ == "__main__":
    main()
