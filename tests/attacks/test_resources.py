"""Attacks on memory and time: lying lengths, streams that unpack to far more, requests that never end."""

import os
import time
import tracemalloc
import zlib
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from strongroom.checker import check_request, run_detectors
from strongroom.checker.confined import prefetch
from strongroom.checker.confined.prefetch import readers_at_once
from strongroom.checker.confined.reader import judge_file
from strongroom.checker.confined.request_budget import RequestBudget
from strongroom.checker.confined.snapshot import Opened
from strongroom.checker.contents.found import FileContent, FoundProblem, FoundTable, Limits, ProblemKind
from strongroom.checker.contents.frames import FrameError, read_artefact, read_frames
from strongroom.checker.contents.id_query import NO_IDS
from strongroom.checker.detectors import JudgedFile
from strongroom.checker.finding import Verdict
from strongroom.checker.policy import default_policy
from strongroom.checker.report import FileReport
from strongroom.sandbox.arrow_stream import StreamError, read_table
from strongroom.sandbox.queries.channel import ChannelError, receive

LONG = 1 << 31


def stream_of(table: pa.Table, compression: str | None = None) -> bytes:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


BOMBS = {
    "zstd": lambda: stream_of(pa.table({"a": pa.array([0.0] * 1_000_000)}), "zstd"),
    "lz4": lambda: stream_of(pa.table({"a": pa.array([0.0] * 1_000_000)}), "lz4"),
    "zstd dictionary": lambda: stream_of(pa.table({"a": pa.array(["x" * 99]).dictionary_encode()}), "zstd"),
    "no values": lambda: stream_of(pa.table({"a": pa.nulls(20_000_000)})),
    "runs": lambda: stream_of(
        pa.table({"a": pa.RunEndEncodedArray.from_arrays(pa.array([1 << 24], pa.int32()), pa.array([1.0]))})
    ),
    "one long word": lambda: stream_of(
        pa.table({
            "a": pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["x" * 100_000]))
        })
    ),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_rows_that_take_far_more_memory_than_they_have_bytes_are_refused(bomb):
    body = BOMBS[bomb]()
    before = pa.total_allocated_bytes()
    with pytest.raises(StreamError):
        read_table(body)
    assert pa.total_allocated_bytes() - before < 2 * len(body)
    header = {"frame": "table", "where": "t", "origin": "CELLS", "rows": None}
    with pytest.raises(FrameError):
        read_artefact(header, body)


@pytest.mark.parametrize("where", ["header", "body", "batch"])
def test_a_lying_length_takes_no_memory(where):
    class Ends:
        """A child that announces two gigabytes and ends."""

        def __init__(self) -> None:
            kind = b'{"frame":"batch"}' if where == "batch" else b'{"frame":"text"}'
            lengths = (1 << 19 if where == "header" else len(kind), LONG)
            self.data = b"".join(each.to_bytes(8, "little") for each in lengths) + kind

        def readinto(self, buffer: memoryview) -> None:
            if len(buffer) > len(self.data):
                raise FrameError("ended")
            buffer[:], self.data = self.data[: len(buffer)], self.data[len(buffer) :]

    tracemalloc.start()
    try:
        with pytest.raises(FrameError):
            list(read_frames(Ends(), limit=2 * LONG))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_query_engine_that_lies_about_its_answer_takes_no_memory():
    for size in (LONG, 1 << 62):
        ours, theirs = os.pipe()
        os.write(theirs, b'{"done": true, "bytes": %d}\nabc' % size)
        os.close(theirs)
        tracemalloc.start()
        with os.fdopen(ours, "rb") as stream, pytest.raises(ChannelError):
            receive(stream)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
        tracemalloc.stop()


def pdf(content: bytes, filters: bytes) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(content), filters, content),
    ]
    written, places = b"%PDF-1.5\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        written
        + b"xref\n0 5\n0000000000 65535 f \n%strailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            table,
            len(written),
        )
    )


@pytest.mark.parametrize("times", [1, 2])
def test_a_small_pdf_does_not_unpack_to_hours_of_drawing(tmp_path, times):
    content = b"0 0 m 9 9 l S\n" * 3_000_000
    for _ in range(times):
        content = zlib.compress(content, 9)
    path = tmp_path / "bomb.pdf"
    path.write_bytes(pdf(content, b"[" + b"/FlateDecode " * times + b"]"))
    found = judge_file(path, id_query=NO_IDS, limits=Limits(cpu_seconds=20)).artefacts
    problems = [each for each in found if isinstance(each, FoundProblem)]
    assert [each.kind for each in problems] == [ProblemKind.TOO_LARGE]


def test_a_small_file_has_less_time_than_a_large_one():
    limits = Limits()
    assert limits.for_size(1_035).cpu_seconds <= 60
    assert limits.for_size(1 << 30).cpu_seconds == limits.cpu_seconds


def test_a_request_cannot_hold_its_check_for_as_long_as_all_its_files_may(tmp_path, monkeypatch):
    used = 0.0

    def busy(path: Path, copy: Path, _query: object, limits: Limits) -> Opened:
        nonlocal used
        used += limits.cpu_seconds
        return Opened(copy, FileContent("text/csv", ()))

    monkeypatch.setattr(prefetch, "open_file", busy)
    files = []
    for number in range(9):
        path = tmp_path / f"{number}.csv"
        path.write_text("a\n1\n")
        files.append((path, path.name))
    limits = Limits(cpu_seconds=60, request_cpu_seconds=150)
    budget = RequestBudget(limits, lambda: used)
    opened = [
        each for batch in prefetch.opened_ahead(files, tmp_path, lambda _: NO_IDS, budget) for each in batch
    ]
    problems = [found for _, each in opened for found in each.content.artefacts]
    assert used <= 150 + 60
    assert len(problems) >= 5
    assert all("request's time" in each.detail for each in problems)


def test_readers_that_were_started_again_do_not_give_time_back():
    said = iter([5.0, 105.0, 0.0, 60.0])
    budget = RequestBudget(Limits(request_cpu_seconds=150), lambda: next(said))
    assert [budget.problem("a") is None for _ in range(3)] == [True, True, False]


def test_a_machine_with_little_memory_reads_one_file_at_a_time(monkeypatch):
    monkeypatch.setattr(prefetch, "cores", lambda: 64)
    for memory, readers in ((1 << 30, 1), (16 << 30, 5), (1 << 40, 32)):
        monkeypatch.setattr(prefetch, "available_memory", lambda memory=memory: memory)
        assert readers_at_once(Limits()) == readers


class NeverEnding:
    """A detector that a file keeps busy for ever."""

    name = "never-ending"

    def run(self, *_):
        while True:
            with suppress(Exception):
                time.sleep(0.01)

    def run_request(self, *_):
        return self.run()


@pytest.mark.parametrize("many", [1, run_detectors.LIMITS.least_files])
def test_a_file_that_keeps_a_detector_busy_is_blocked_also_in_this_process(monkeypatch, many):
    monkeypatch.setattr(run_detectors, "DETECTORS", (NeverEnding(),))
    monkeypatch.setattr(run_detectors, "cores", lambda: 2)
    files = [(f"{number}", (FoundTable(f"{number}", pa.table({"a": [1]})),)) for number in range(many)]
    judged = run_detectors.judge_files(files, SimpleNamespace(added=()), seconds=0.2)
    assert {finding.severity for each in judged for finding in each.findings} == {Verdict.BLOCK}
    assert len([each for each in judged if each.findings]) == many


def test_files_that_keep_a_detector_of_requests_busy_are_blocked(monkeypatch):
    monkeypatch.setattr(check_request, "REQUEST_DETECTORS", (NeverEnding(),))
    files = [JudgedFile("a.csv", (), None, 1)]
    report = FileReport("a.csv", "", 1, "text/csv", (), 1.0)
    judged = [check_request._Judged(Path("a.csv"), FileContent("text/csv", ()), report)]
    evidence = SimpleNamespace(policy=default_policy())
    (across,) = check_request._across_files(judged, files, evidence, seconds=0.2)
    assert across.verdict is Verdict.BLOCK
