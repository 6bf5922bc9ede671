"""Which models are blocked, which a person sees, and which small ones pass."""

import io
import json
import types
import zipfile

import h5py
import joblib
import numpy as np
import pytest
from safetensors.numpy import save
from sklearn import cluster, gaussian_process, kernel_ridge, linear_model, naive_bayes, neighbors, svm, tree
from sklearn.preprocessing import QuantileTransformer

from strongroom.checker.contents.found import FoundModel, FoundText
from strongroom.checker.detectors.statistics.model_classes import keeps_rows
from strongroom.checker.detectors.statistics.models import Models
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.finding import Verdict, worst
from strongroom.checker.policy import LIMITS, Policy
from strongroom.checker.table_types.examined import Examined

DRAW = np.random.default_rng(1)
ROWS, TARGET = DRAW.normal(size=(60, 3)), DRAW.normal(size=60)


def evidence(people=2_000, **limits):
    """Return what the detector looks at: how many people there are, and the rules."""
    cohort = types.SimpleNamespace(manifest=types.SimpleNamespace(participants=people))
    policy = Policy(limits=type(LIMITS)(**limits))
    return types.SimpleNamespace(cohort=cohort, known_ids=(), orders=(), policy=policy)


def verdict(data, name, **options):
    found = [
        each for part in read_bytes(data, name) for each in Models().run(Examined(part), evidence(**options))
    ]
    return worst([each.severity for each in found])


def dumped(model):
    sink = io.BytesIO()
    joblib.dump(model, sink)
    return sink.getvalue()


KEEPING = [
    neighbors.KNeighborsRegressor(),
    neighbors.KernelDensity(),
    gaussian_process.GaussianProcessRegressor(optimizer=None),
    kernel_ridge.KernelRidge(),
    svm.SVR(),
    svm.OneClassSVM(),
    cluster.DBSCAN(),
    QuantileTransformer(n_quantiles=50),
]


@pytest.mark.parametrize("model", KEEPING, ids=lambda model: type(model).__name__)
def test_models_that_keep_rows_are_blocked(model):
    assert verdict(dumped(model.fit(ROWS, TARGET)), "m.joblib") is Verdict.BLOCK


@pytest.mark.parametrize("model", [linear_model.Ridge(), naive_bayes.GaussianNB()])
def test_other_pickles_are_for_a_person(model):
    assert verdict(dumped(model.fit(ROWS, TARGET > 0)), "m.joblib") is Verdict.REVIEW


def test_tiny_leaves_are_told_and_large_ones_are_not():
    def messages(**options):
        fitted = tree.DecisionTreeRegressor(random_state=1, **options).fit(ROWS, TARGET)
        parts = read_bytes(dumped(fitted), "m.joblib")
        return " ".join(each.message for part in parts for each in Models().run(Examined(part), evidence()))

    assert "leaves" in messages()
    assert "leaves" not in messages(min_samples_leaf=10)


@pytest.mark.parametrize(
    ("rows", "expected"), [(500, Verdict.BLOCK), (502, Verdict.BLOCK), (400, Verdict.REVIEW)]
)
def test_a_row_for_every_participant_is_blocked(rows, expected):
    data = save({"embedding": DRAW.normal(size=(rows, 8)).astype(np.float32)})
    assert verdict(data, "m.safetensors", people=500) is expected


def test_small_weights_pass_and_large_ones_are_for_a_person():
    small, large = (save({"w": DRAW.normal(size=(size, 4))}) for size in (20, 400))
    assert verdict(small, "m.safetensors") is Verdict.RELEASE
    assert verdict(large, "m.safetensors") is Verdict.REVIEW
    assert verdict(small, "m.safetensors", model_numbers=10) is Verdict.REVIEW


def keras(config):
    weights = io.BytesIO()
    with h5py.File(weights, "w") as file:
        file["layers/dense/vars/0"] = np.ones((30, 50), np.float32)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", weights.getvalue())
    return sink.getvalue()


def test_keras_archives_are_models():
    found = list(read_bytes(keras({"class_name": "Sequential", "config": {}}), "m.keras"))
    [model] = [each for each in found if isinstance(each, FoundModel)]
    assert model.numbers == 1_500
    assert verdict(keras({"class_name": "Sequential"}), "m.keras") is Verdict.REVIEW
    program = read_bytes(
        keras({"layers": [{"class_name": "Lambda", "config": {"function": "4wEAAAA"}}]}), "m.keras"
    )
    assert any("contains code" in getattr(each, "detail", "") for each in program)


def test_trees_as_text_are_for_a_person():
    boosted = "tree\nversion=v4\nnum_class=1\n\nTree=0\nnum_leaves=3\nleaf_count=1 20 30\n"
    found = list(Models().run(Examined(FoundText("m.txt", boosted)), evidence()))
    assert [each.severity for each in found] == [Verdict.REVIEW] * 2
    other = json.dumps({"learner": {"gradient_booster": {"model": {}}}, "version": [2, 0, 3]})
    assert (
        worst([each.severity for each in Models().run(Examined(FoundText("m.json", other)), evidence())])
        is Verdict.REVIEW
    )
    assert not list(Models().run(Examined(FoundText("x.txt", "tree\nof life")), evidence()))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sklearn.svm._classes.SVC", True),
        ("sklearn.svm._classes.LinearSVC", False),
        ("statsmodels.regression.linear_model.OLSResults", True),
        ("lifelines.fitters.coxph_fitter.CoxPHFitter", True),
        ("lm$residuals", True),
        ("lm$coefficients", False),
        ("lmerMod", True),
        ("ggplot$data", False),
        ("numpy.ndarray", False),
    ],
)
def test_what_keeps_rows(name, expected):
    assert keeps_rows(name) is expected
