"""Classes 41 and 42: models that keep what they were fitted on, by their nature or on purpose."""

from typing import Any

import numpy as np
from benchmarks.exfiltration._attacks import writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack
from numpy.typing import NDArray

_STORING = (
    "neighbours",
    "svm",
    "gaussian process",
    "kernel density",
    "quantile transformer",
    "one-hot ids",
    "tree",
)
_PLANTED = (
    "low bits npz",
    "low bits safetensors",
    "embedding safetensors",
    "embedding onnx",
    "tree leaf per person",
)


@attack(41, model=_STORING, most=1_000)
def storing_model(leak: Leak, *, model: str) -> Handed:
    """Class 41: a fitted model whose file holds its training rows, or their ids as categories."""
    import joblib  # noqa: PLC0415 - only this attack pays for it

    joblib.dump(_fitted(model, leak), leak.path("model.joblib"))
    return leak.hand_in(leak.path("model.joblib"))


@attack(42, how=_PLANTED, most=1_000)
def planted_model(leak: Leak, *, how: str) -> Handed:
    """Class 42: a network whose weights' lowest bits hold the table, or with one embedding row a person."""
    rows = _filled(leak).astype(np.float32)
    weights = leak.draw.normal(0, 0.05, (256, 256)).astype(np.float32)
    target = leak.path("model.npz")
    if how.startswith("low bits"):
        held = _with_low_bits(weights, writers.csv_bytes(leak.disguised), leak.draw)
        if how.endswith("npz"):
            np.savez(target, w0=held, b0=weights[0])
            return leak.hand_in(target)
        return leak.hand_in(_safetensors(leak, {"layer.0.weight": held, "layer.0.bias": weights[0]}))
    if how == "embedding safetensors":
        return leak.hand_in(
            _safetensors(leak, {"embed.weight": rows, "head.weight": weights[: rows.shape[1]]})
        )
    if how == "embedding onnx":
        return leak.hand_in(_onnx(leak, rows, weights))
    import joblib  # noqa: PLC0415
    from sklearn.tree import DecisionTreeRegressor  # noqa: PLC0415 - slow to load

    tree = DecisionTreeRegressor(min_samples_leaf=1).fit(rows[:, 1:], rows[:, 0])
    joblib.dump(tree, leak.path("tree.joblib"))
    return leak.hand_in(leak.path("tree.joblib"), cells=len(rows))


def _fitted(model: str, leak: Leak) -> Any:
    from sklearn import gaussian_process, neighbors, preprocessing, svm, tree  # noqa: PLC0415 - slow to load

    rows = _filled(leak)
    scaled = preprocessing.StandardScaler().fit_transform(rows)
    target = rows[:, 0] > np.median(rows[:, 0])
    target[0], target[-1] = True, False
    return {
        "neighbours": lambda: neighbors.KNeighborsClassifier(min(5, len(rows))).fit(rows, target),
        "svm": lambda: svm.SVC().fit(scaled, target),
        "gaussian process": lambda: gaussian_process.GaussianProcessRegressor(optimizer=None).fit(
            scaled, target
        ),
        "kernel density": lambda: neighbors.KernelDensity().fit(rows),
        "quantile transformer": lambda: preprocessing.QuantileTransformer(n_quantiles=len(rows)).fit(rows),
        "one-hot ids": lambda: preprocessing.OneHotEncoder().fit(leak.ids.to_numpy().reshape(-1, 1)),
        "tree": lambda: tree.DecisionTreeRegressor(min_samples_leaf=1).fit(rows[:, 1:], rows[:, 0]),
    }[model]()


def _filled(leak: Leak) -> NDArray[np.float64]:
    numbers = leak.numbers.to_numpy()
    known = ~np.isnan(numbers)
    means = np.where(known, numbers, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known, numbers, means).astype(np.float64)


def _with_low_bits(weights: NDArray[np.float32], payload: bytes, draw: Any) -> NDArray[np.float32]:
    bits = np.unpackbits(np.frombuffer(payload, np.uint8)).astype(np.uint32)
    width = 8  # the lowest eight of a mantissa's 23 bits change no prediction
    bits = np.pad(bits, (0, -bits.size % width)).reshape(-1, width)
    words = (bits << np.arange(width, dtype=np.uint32)).sum(axis=1, dtype=np.uint32)
    side = max(weights.shape[0], int(np.ceil(np.sqrt(words.size))))
    flat = draw.normal(0, 0.05, side * side).astype(np.float32).view(np.uint32)
    flat[: words.size] = flat[: words.size] & np.uint32(0xFFFFFF00) | words
    return flat.view(np.float32).reshape(side, side)


def _safetensors(leak: Leak, tensors: dict[str, NDArray[np.float32]]) -> Any:
    from safetensors.numpy import save_file  # noqa: PLC0415 - only this attack pays for it

    save_file(
        {name: np.ascontiguousarray(held) for name, held in tensors.items()}, leak.path("model.safetensors")
    )
    return leak.path("model.safetensors")


def _onnx(leak: Leak, rows: NDArray[np.float32], weights: NDArray[np.float32]) -> Any:
    import onnx  # noqa: PLC0415 - only this attack pays for it
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    held = [numpy_helper.from_array(rows, "embed"), numpy_helper.from_array(weights[: rows.shape[1]], "head")]
    nodes = [
        helper.make_node("Gather", ["embed", "k"], ["z"]),
        helper.make_node("MatMul", ["z", "head"], ["y"]),
    ]
    taken = helper.make_tensor_value_info("k", TensorProto.INT64, [None])
    given = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, weights.shape[1]])
    onnx.save(
        helper.make_model(helper.make_graph(nodes, "net", [taken], [given], held)), leak.path("model.onnx")
    )
    return leak.path("model.onnx")
