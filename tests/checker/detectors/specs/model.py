"""Models that keep training rows never leave; others are reviewed, except small ones."""

import json

import joblib
import numpy as np
from safetensors.numpy import save_file
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.tree import DecisionTreeRegressor
from tests.checker.detectors.spec import DetectorSpec, Example


def _numbers(bench):
    # Not the cohort's own, so that this detector alone has something to say.
    return bench.draw.normal(size=(200, 4)), bench.draw.normal(size=200)


def _neighbours(bench, folder):
    joblib.dump(KNeighborsRegressor().fit(*_numbers(bench)), folder / "knn.joblib", compress=3)
    return folder / "knn.joblib"


def _linear(bench, folder):
    joblib.dump(LinearRegression().fit(*_numbers(bench)), folder / "linear.joblib")
    return folder / "linear.joblib"


def _tree(bench, folder):
    joblib.dump(DecisionTreeRegressor(random_state=1).fit(*_numbers(bench)), folder / "tree.joblib")
    return folder / "tree.joblib"


def _tree_as_json(bench, folder):
    """Every leaf is a person: its path and value are the record."""
    tree = {"n": 1, "value": 31.9}
    for number in range(40):
        leaf = {"n": 1, "value": round(30 + number / 3, 1)}
        tree = {"feature": "bmi", "threshold": 20 + number / 4, "left": leaf, "right": tree}
    (folder / "tree.json").write_text(json.dumps({"model": "CART", "tree": tree}))
    return folder / "tree.json"


def _printed_tree(bench, folder):
    lines = [
        "node), split, n, deviance, yval",
        "      * denotes terminal node",
        "",
        "1) root 200 812.1 38.20",
    ]
    lines += ["  2) age< 52.5 198 790.0 37.90 *", "  3) age>=52.5 2 4.10 61.40 *"]
    (folder / "tree.txt").write_text("\n".join(lines) + "\n")
    return folder / "tree.txt"


def _embedding(bench, folder):
    table = bench.draw.normal(size=(len(bench.people) + 1, 4)).astype(np.float32)
    save_file({"embedding.weight": table}, folder / "net.safetensors")
    return folder / "net.safetensors"


def _small(bench, folder):
    save_file({"weight": bench.draw.normal(size=(3, 8)).astype(np.float32)}, folder / "net.safetensors")
    return folder / "net.safetensors"


def _coefficients(bench, folder):
    fitted = LinearRegression().fit(*_numbers(bench))
    rows = [f"x{number},{value:.4f}" for number, value in enumerate(fitted.coef_)]
    (folder / "coefficients.csv").write_text("\n".join(["term,estimate", *rows]) + "\n")
    return folder / "coefficients.csv"


SPEC = DetectorSpec(
    detector="model",
    rule=(
        "A fitted model is opened without loading it. Classes known to keep training rows (nearest "
        "neighbours, kernels, support vectors, Gaussian processes, survival fitters, R's fits with their "
        "model frame) are blocked, and so is any array in a model with one row per participant of the "
        "cohort or of the project. Trees with leaves of fewer than `small_count` people, every pickle, "
        "and every model of more than `model_numbers` numbers go to review."
    ),
    fires=(
        Example("a nearest-neighbour model, compressed", _neighbours),
        Example("a network with one embedding per person", _embedding),
        Example("a tree with leaves of single people", _tree),
        Example("the same written as JSON", _tree_as_json),
        Example("a tree as R prints it", _printed_tree),
        Example("a pickle of a harmless linear model", _linear),
    ),
    silent=(
        Example("the weights of a small layer as safetensors", _small),
        Example("a model's coefficients as a table", _coefficients),
    ),
    limits=(
        (
            "Up to `model_numbers` float32 weights pass without review; half of each weight's bits can be "
            "chosen freely without a visible change to the model, which is 2 kB at the default of 1,000."
        ),
        (
            "A model fitted on some of the participants has arrays of another length than all; "
            "`row-match` judges their values, and a person the model."
        ),
        (
            "Category lists of encoders are judged as tables: ids in them are found; other values that "
            "are unique to a person are left to the reviewer."
        ),
        (
            "A network that memorised people has no array of them; only its size is evidence, and it is "
            "left to the reviewer."
        ),
        (
            "Classes outside scikit-learn, SciPy, pandas, statsmodels, lifelines, XGBoost, LightGBM and "
            "PyTorch are not distinguished: a pickle that names one is blocked."
        ),
    ),
)
