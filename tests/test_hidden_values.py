"""What is printed of an object, in a log or a traceback, holds no participant's value and no key."""

import re
from dataclasses import fields, is_dataclass
from importlib import import_module
from pkgutil import walk_packages

import pyarrow as pa
import pytest

import strongroom.checker
import strongroom.cohort
import strongroom.matching
import strongroom.risk
import strongroom.tracer
from strongroom.checker import KnownIds, Report, Verdict, check
from strongroom.checker.contents.found import FileContent, FoundReading, FoundSource, FoundTable, FoundText
from strongroom.checker.contents.id_query import PossibleIds
from strongroom.checker.detectors import JudgedFile
from strongroom.checker.finding import Finding
from strongroom.checker.history import EarlierRequest
from strongroom.checker.table_types.examined import examine

SECRET = "4711-Kowalczyk"
HOLDS_VALUES = re.compile(r"pyarrow\.lib\.(Table|\w*Array|RecordBatch)\b|\b(ndarray|bytes|memoryview)\b")
HOLDS_NONE = re.compile(r"Callable|Iterator|wrapped_key")  # a wrapped key is stored in the open


def printed_fields(package):
    """Yield the fields that the classes of a package show when they are printed, with their types."""
    for info in walk_packages(package.__path__, f"{package.__name__}."):
        if "cohort.synthetic" in info.name:
            continue
        module = import_module(info.name)
        for kind in vars(module).values():
            if not isinstance(kind, type) or kind.__module__ != info.name or "__repr__" not in vars(kind):
                continue
            for field in fields(kind) if is_dataclass(kind) else ():
                if field.repr:
                    yield f"{info.name}.{kind.__name__}.{field.name}: {field.type}"


TOOLS = (strongroom.checker, strongroom.cohort, strongroom.matching, strongroom.risk, strongroom.tracer)


@pytest.mark.parametrize("package", TOOLS, ids=lambda package: package.__name__)
def test_no_class_prints_the_table_array_or_bytes_it_holds(package):
    """An error report that shows one object must not publish the rows, or the key, that it holds."""
    printed = list(printed_fields(package))
    assert len(printed) > 20
    assert [
        each
        for each in printed
        if HOLDS_VALUES.search(each.partition(": ")[2]) and not HOLDS_NONE.search(each)
    ] == []


TABLE = pa.table({"name": [SECRET, "b"], "age": [4197326, 52]})
FOUND = [
    FoundTable("a.csv", TABLE, possible_ids=(PossibleIds(0, "numbers", 0, SECRET.encode()),)),
    FoundReading("a.csv", TABLE),
    FoundText("a.txt", f"{SECRET} smokes."),
    FoundSource("a.svg", f"<text>{SECRET}</text>"),
]


@pytest.mark.parametrize("found", FOUND, ids=lambda found: type(found).__name__)
def test_nothing_found_in_a_file_is_printed(found):
    """A detector that fails is shown with its arguments by some error trackers."""
    content = FileContent("text/csv", (found,))
    for shown in (found, examine(found), content, JudgedFile("a", content.artefacts)):
        assert SECRET not in repr(shown)
        assert "4197326" not in repr(shown)


def test_columns_of_an_examined_table_are_not_printed():
    """Detectors pass columns on by themselves, with all their cells."""
    examined = examine(FOUND[0])
    for shown in (
        examined.typed,
        *examined.typed.columns,
        examined.comparable,
        *examined.comparable.all_cells(),
    ):
        assert SECRET not in repr(shown)
        assert "4197326" not in repr(shown)


def test_requests_and_findings_for_the_custodian_are_not_printed():
    """A finding's detail is for the custodian, and a log has other readers."""
    report = Report((), 0.1, "policy", tables=(FOUND[0],))
    finding = Finding("d", Verdict.BLOCK, "a.csv", "A sentence.", detail=f"Row of {SECRET}.")
    earlier = EarlierRequest("request 3", own=True, tables=(FOUND[0],))
    for shown in (report, finding, earlier):
        assert SECRET not in repr(shown)


def test_the_report_of_a_file_does_not_print_what_it_says(extracts, tmp_path):
    """The whole way: ids of participants in a file are blocked, and the report shows none of them."""
    ids = extracts.cohort.ids()[:40]
    cells = [(each, f"{SECRET} {row}") for row, each in enumerate(ids)]
    (tmp_path / "list.csv").write_text("id,note\n" + "".join(f"{each},{note}\n" for each, note in cells))
    known = KnownIds("the cohort's own ids", extracts.cohort.ids())
    report = check([tmp_path / "list.csv"], cohort=extracts.cohort, index=extracts.index, known_ids=[known])
    assert report.verdict is Verdict.BLOCK
    for shown in (report, *report.files[0].findings, known):
        assert SECRET not in repr(shown)
        assert not any(str(each) in repr(shown) for each in ids)
