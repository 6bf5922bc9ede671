"""What is read of passages about people: dates in any notation, codes beside them, strings of JSON."""

from datetime import date

from strongroom.checker.detectors.people.facts_in_text import dated_codes, passages_of


def test_a_code_goes_with_the_nearest_date_in_any_notation():
    passages = [
        "First I10 on 3 May 2011, then on 2014-01-30 E11.9.",
        "Coded J45 on 21/3/2009.",
        "On March 4th, 2012 it was K21.",
    ]
    found = dated_codes(passages).to_pylist()
    assert [(each["code"], each["date"]) for each in found] == [
        ("I10", date(2011, 5, 3)),
        ("E11.9", date(2014, 1, 30)),
        ("J45", date(2009, 3, 21)),
        ("K21", date(2012, 3, 4)),
    ]


def test_the_month_comes_first_where_a_second_number_is_no_month():
    days = dated_codes(["I10 on 3/4/2011.", "I11 on 3/24/2011."]).column("date").to_pylist()
    assert days == [date(2011, 3, 4), date(2011, 3, 24)]


def test_lines_of_one_paragraph_and_strings_of_code_are_passages_too():
    wrapped = list(passages_of("A nurse, born in\n1957, had I10.\n\nA baker, born in\n1961, had I11."))
    assert "A nurse, born in 1957, had I10." in wrapped[1]
    quoted = list(passages_of("[" + ", ".join(f'"A nurse born in 195{n}"' for n in range(6)) + "]"))
    assert quoted[-1][0] == "A nurse born in 1950"
