"""What a national download looks like: other delimiters, decimal commas, dates in another order."""

from datetime import date, datetime

import pytest

from strongroom.cohort.dictionary import Field, Role, ValueType
from strongroom.cohort.dictionary.date_format import is_date_format, strptime_format
from strongroom.errors import IngestError


@pytest.mark.parametrize(("name", "mark"), [("p.csv", ";"), ("p.csv", "\t"), ("p.txt", ","), ("p.tsv", "|")])
def test_another_delimiter_is_recognised(take_in, name, mark):
    rows = "eid,p34_i0,note\n1,1950,a\n2,1951,b\n".replace(",", mark)
    taken = take_in(rows, name=name)
    assert taken.cohort.participants.read(["p34_i0"]).column(0).to_pylist() == [1950, 1951]


def test_a_decimal_comma_is_named_and_where_it_is(take_in):
    with pytest.raises(IngestError, match=r"decimal comma.*with a point") as caught:
        take_in("eid;p21001_i0\n1;24.5\n2;24,5\n")
    assert (caught.value.row, caught.value.column) == (2, "p21001_i0")


def dated(kind, written):
    return (Field.named("seen_on", kind, Role.MEASUREMENT, format=written),)


@pytest.mark.parametrize("written", ["DD/MM/YYYY", "DD.MM.YYYY", "YYYY/MM/DD"])
def test_dates_are_read_as_the_dictionary_says(take_in, written):
    texts = [
        written.replace("DD", day).replace("MM", month).replace("YYYY", "2008")
        for day, month in (("04", "03"), ("4", "3"))
    ]
    rows = "eid,seen_on\n" + "".join(f"{n},{text}\n" for n, text in enumerate([*texts, "", "NA"], 1))
    taken = take_in(rows, fields=dated(ValueType.DATE, written))
    read = taken.cohort.participants.read(["seen_on"]).column(0).to_pylist()
    assert read == [date(2008, 3, 4), date(2008, 3, 4), None, None]
    assert taken.cohort.dictionary.resolve("seen_on").format == written


def test_times_too(take_in):
    taken = take_in("eid,seen_on\n1,04.03.2008 17:05\n", fields=dated(ValueType.DATETIME, "DD.MM.YYYY HH:MM"))
    assert taken.cohort.participants.read(["seen_on"]).column(0).to_pylist() == [
        datetime.fromisoformat("2008-03-04T17:05")
    ]


@pytest.mark.parametrize("text", ["30/02/2008", "13/13/2008", "2008-03-04", "04/03/2008x"])
def test_what_is_not_written_so_is_refused(take_in, text):
    with pytest.raises(IngestError, match="is not a date written DD/MM/YYYY") as caught:
        take_in(f"eid,seen_on\n1,04/03/2008\n2,{text}\n", fields=dated(ValueType.DATE, "DD/MM/YYYY"))
    assert caught.value.row == 2
    assert text not in str(caught.value)


def test_a_date_in_another_order_names_the_dictionarys_format(take_in):
    with pytest.raises(IngestError, match=r"for example format: DD/MM/YYYY"):
        take_in("eid,p53_i0\n1,04/03/2008\n")


def test_a_run_lists_up_to_twenty_faults(take_in):
    rows = "".join(f"{n},{'x' if n % 2 else 1950}\n" for n in range(1, 101))
    with pytest.raises(IngestError) as caught:
        take_in("eid,p34_i0\n" + rows)
    assert caught.value.row == 1
    assert str(caught.value).count("row ") == 20
    assert "row 39, column p34_i0: is not a whole number" in str(caught.value)


def test_ids_are_checked_against_their_type(take_in):
    with pytest.raises(IngestError, match="ids that are not whole numbers"):
        take_in("eid,p34_i0\nA1,1950\n", fields=(Field.named("eid", ValueType.INTEGER, Role.ID),))
    assert take_in("eid,p34_i0\nA1,1950\n").report.participants == 1


def test_a_described_column_that_no_file_has_is_reported(take_in):
    report = take_in("eid,p34_i0,note\n1,1950,a\n").report
    assert "smoker" in report.absent
    assert not {"p34_i0", "note", "p21001"} & set(report.absent)


@pytest.mark.parametrize(
    ("written", "directives"),
    [
        ("DD/MM/YYYY", "%d/%m/%Y"),
        ("YYYY-MM-DDTHH:MM:SS", "%Y-%m-%dT%H:%M:%S"),
        ("MM.DD.YYYY HH:MM", "%m.%d.%Y %H:%M"),
    ],
)
def test_a_format_is_strptimes(written, directives):
    assert is_date_format(written)
    assert strptime_format(written) == directives


@pytest.mark.parametrize("written", ["DD/MM", "DD/MM/YY", "DD/MM/YYYY/DD", "%d", "DD/MM/YYYY HH", "day", ""])
def test_what_is_no_format(written):
    assert not is_date_format(written)
