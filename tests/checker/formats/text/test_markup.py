"""Rich text and XML: their words and tables are read, what is active is told, and the copy is plain."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.checker.contents.found import FoundProblem, FoundTable, FoundText, Limits, ProblemKind
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.registry import rebuild_bytes

RTF = (
    rb"{\rtf1\ansi{\fonttbl{\f0 Times New Roman;}}{\*\generator Word;}\f0 Table 1. It\'s \u233?\par "
    rb"\trowd age\cell bmi\cell n\cell\row 63\cell 27.1\cell 1\cell\row{\v 51\cell 23.2\cell 2\cell\row}}"
)
XML = b"""<?xml version="1.0"?><people><!-- made 2026 --><p id="1"><age>63</age><bmi unit="kg">27.1</bmi></p>
<p id="2"><age>51</age><bmi unit="kg">23.2</bmi></p></people>"""


def read(data, name):
    return list(read_bytes(data, name, limits=Limits()))


def problems(data, name):
    return {each.kind for each in read(data, name) if isinstance(each, FoundProblem)}


def test_words_and_rows_of_rich_text_are_read_hidden_or_not():
    found = read(RTF, "t.rtf")
    [table] = [each.table for each in found if isinstance(each, FoundTable)]
    assert table.to_pydict() == {"age": [63, 51], "bmi": [27.1, 23.2], "n": [1, 2]}
    text = next(each.text for each in found if isinstance(each, FoundText))
    assert "Times" not in text
    assert "\u00e9" in text
    assert not problems(RTF, "t.rtf")


def test_rich_text_leaves_as_text():
    [copy] = rebuild_bytes(RTF, "t.rtf", limits=Limits()).files
    assert copy.name == "t.rtf.txt"
    assert b"age\tbmi\tn\n63\t27.1\t1\n" in copy.data
    assert b"generator" not in copy.data


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (RTF[:-1] + rb"{\pict 89504e47}}", ProblemKind.ACTIVE_CONTENT),
        (RTF[:-1], ProblemKind.UNREADABLE),
        (RTF + b"63,27.1", ProblemKind.TRAILING_BYTES),
        (RTF[:-1] + b"\x00}", ProblemKind.UNREADABLE),
    ],
)
def test_rich_text_that_holds_more_is_told(data, kind):
    assert kind in problems(data, "t.rtf")


def test_elements_side_by_side_are_rows():
    found = read(XML, "t.xml")
    [table] = [each.table for each in found if isinstance(each, FoundTable) and each.where == "t.xml > p"]
    assert table.to_pydict() == {"id": [1, 2], "age": [63, 51], "bmi": [27.1, 23.2], "bmi unit": ["kg", "kg"]}
    assert "made 2026" in next(each.text for each in found if isinstance(each, FoundText))
    [copy] = rebuild_bytes(XML, "t.xml", limits=Limits()).files
    assert b"made 2026" not in copy.data
    assert b'<p id="2"><age>51</age>' in copy.data


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<?xml version="1.0"?><a><script>1</script></a>',
    ],
)
def test_entities_and_programs_in_xml(data):
    assert problems(data, "t.xml") == {ProblemKind.ACTIVE_CONTENT}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_any_rest_of_a_file_never_raises(rest):
    for start, name in ((rb"{\rtf1 ", "t.rtf"), (b"<?xml version='1.0'?><a>", "t.xml")):
        assert not [
            each for each in read(start + rest, name) if "reader failed" in getattr(each, "detail", "")
        ]
