"""PyTorch, safetensors and ONNX: every tensor, no byte between them, nothing outside the file."""

import io
import json
import struct
import zipfile

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from safetensors.numpy import load, save
from tests.checker.formats.found import model, problems, read, tables, words

from strongroom.checker.contents.found import Limits, Origin, ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes

WEIGHTS = np.arange(12, dtype=np.float32).reshape(3, 4)


def _text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def _numbers(values):
    return b"(" + b"".join(b"J" + struct.pack("<i", value) for value in values) + b"t"


def torch(tensor, *, offset=0, size=None, strides=None, kind="FloatStorage", more=None):
    """Return a file as torch.save writes it, of one tensor; its pickle is written by hand."""
    size = tensor.shape if size is None else size
    strides = [step // tensor.itemsize for step in tensor.strides] if strides is None else strides
    storage = b"(" + _text("storage") + f"ctorch\n{kind}\n".encode() + _text("0") + _text("cpu")
    storage += b"J" + struct.pack("<i", tensor.size) + b"tQ"
    rebuilt = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"J" + struct.pack("<i", offset)
    rebuilt += _numbers(size) + _numbers(strides) + b"\x89ccollections\nOrderedDict\n)RtR"
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("m/data.pkl", b"\x80\x02}(" + _text("weight") + rebuilt + b"u.")
        archive.writestr("m/data/0", tensor.tobytes())
        archive.writestr("m/version", b"3\n")
        for name, data in (more or {}).items():
            archive.writestr(name, data)
    return sink.getvalue()


def values(table):
    return np.column_stack([np.asarray(column) for column in table.columns])


def test_tensors_are_taken_from_their_storages():
    found = read(torch(WEIGHTS), "m.pt")
    assert not problems(found)
    assert np.array_equal(values(tables(found)["weight"]), WEIGHTS)
    assert model(found).format == "PyTorch"
    turned = read(torch(WEIGHTS, size=(4, 3), strides=(1, 4)), "m.pt")
    assert np.array_equal(values(tables(turned)["weight"]), WEIGHTS.T)
    halves = torch((WEIGHTS.view(np.uint32) >> 16).astype(np.uint16), kind="BFloat16Storage")
    assert np.array_equal(values(tables(read(halves, "m.pt"))["weight"]), WEIGHTS)


def test_what_no_tensor_shows_of_a_storage_is_seen():
    found = read(torch(WEIGHTS, size=(2,), strides=(1,)), "m.pt")
    assert tables(found)["storage 0"]["f0"].to_pylist() == list(range(12))


@pytest.mark.parametrize(
    "wrong",
    [
        {"offset": 1},
        {"offset": -1},
        {"size": (4, 4)},
        {"size": (2**31 - 1, 2**31 - 1), "strides": (0, 0)},
        {"strides": (-4, 1)},
        {"strides": (1_000_000, 1)},
        {"strides": (1,)},
        {"kind": "UntypedStorage"},
    ],
)
def test_tensors_that_reach_beyond_their_storage_are_refused(wrong):
    assert ProblemKind.UNREADABLE in problems(read(torch(WEIGHTS, **wrong), "m.pt"))


def test_programs_beside_tensors_are_told():
    found = read(torch(WEIGHTS, more={"m/code/__torch__.py": b"import os"}), "m.pt")
    assert ProblemKind.ACTIVE_CONTENT in problems(found)
    assert ProblemKind.ACTIVE_CONTENT in problems(
        read(torch(WEIGHTS, more={"m/version2": bytes(99)}), "m.pt")
    )
    with pytest.raises(UnreadableError):
        rebuild_bytes(torch(WEIGHTS), "m.pt", limits=Limits())


def test_safetensors_leave_without_metadata():
    data = save({"a": WEIGHTS, "b": np.arange(5)}, metadata={"note": "eid 1000001"})
    found = read(data, "m.safetensors")
    assert np.array_equal(values(tables(found)["a"]), WEIGHTS)
    assert found[1].origin is Origin.MODEL
    assert "eid 1000001" in words(found)
    [copy] = rebuild_bytes(data, "m.safetensors", limits=Limits()).files
    assert b"1000001" not in copy.data
    assert np.array_equal(load(copy.data)["a"], WEIGHTS)


def tensors(header, body):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def one(**changed):
    return {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changed}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (tensors(one(), bytes(9)), ProblemKind.TRAILING_BYTES),
        (tensors(one(data_offsets=[4, 12]), bytes(12)), ProblemKind.TRAILING_BYTES),
        (tensors(one() | {"b": one()["a"]}, bytes(8)), ProblemKind.TRAILING_BYTES),
        (tensors(one(), bytes(7)), ProblemKind.UNREADABLE),
        (tensors(one(shape=[10**12]), bytes(8)), ProblemKind.UNREADABLE),
        (tensors(one(shape=[-2]), bytes(8)), ProblemKind.UNREADABLE),
        (tensors(one(dtype="F99"), bytes(8)), ProblemKind.UNKNOWN_TYPE),
        (tensors(one(more=1), bytes(8)), ProblemKind.UNKNOWN_TYPE),
        (tensors(b'{"a": 1, "a": 2}', b""), ProblemKind.UNREADABLE),
        (tensors(b"{" + b"[" * 50_000, b""), ProblemKind.UNREADABLE),
    ],
)
def test_headers_that_do_not_account_for_every_byte_are_refused(data, kind):
    assert kind in problems(read(data, "m.safetensors"))


def network(**options):
    node = helper.make_node("Gemm", ["x", "w"], ["y"], name="dense")
    shape = [helper.make_tensor_value_info(name, 1, [1, 4]) for name in ("x", "y")]
    graph = helper.make_graph([node], "net", shape[:1], shape[1:], [numpy_helper.from_array(WEIGHTS, "w")])
    return helper.make_model(graph, **options)


def test_onnx_tensors_and_words_are_judged_and_descriptions_stay():
    data = network(doc_string="eid 1000001").SerializeToString()
    found = read(data, "m.onnx")
    assert not problems(found)
    assert np.array_equal(values(tables(found)["w"]), WEIGHTS)
    assert "eid 1000001" in words(found)
    assert model(found).classes == ("onnx.Gemm",)
    [copy] = rebuild_bytes(data, "m.onnx", limits=Limits()).files
    assert b"1000001" not in copy.data
    assert np.array_equal(
        numpy_helper.to_array(onnx.load_from_string(copy.data).graph.initializer[0]), WEIGHTS
    )


def test_onnx_lists_in_nodes_are_tables():
    proto = network()
    proto.graph.node.append(helper.make_node("SVMClassifier", ["x"], ["z"], support_vectors=list(range(20))))
    found = read(proto.SerializeToString(), "m.onnx")
    assert any(table.num_rows == 20 for table in tables(found).values())
    assert "onnx.SVMClassifier" in model(found).classes


def test_onnx_fields_nobody_knows_and_data_elsewhere_are_told():
    data = network().SerializeToString()
    unknown = data + b"\xfa\x3f\x0beid 1000001"
    assert ProblemKind.HIDDEN_CONTENT in problems(read(unknown, "m.onnx"))
    with pytest.raises(UnreadableError):
        rebuild_bytes(unknown, "m.onnx", limits=Limits())
    proto = network()
    proto.graph.initializer[0].data_location = onnx.TensorProto.EXTERNAL
    assert ProblemKind.UNSAFE_NAME in problems(read(proto.SerializeToString(), "m.onnx"))
    assert problems(read(data[:-20], "m.onnx"))
    assert problems(read(b"\x08\x01", "m.onnx")) == {ProblemKind.UNREADABLE}
