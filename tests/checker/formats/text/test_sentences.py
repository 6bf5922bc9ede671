"""People told in sentences become rows; prose about results does not."""

from strongroom.checker.formats.text.ragged_lines import ragged_tables
from strongroom.checker.formats.text.sentences import sentence_tables

PEOPLE = [(61, 81.2, 139), (48, 67.9, 141), (70, 90.4, 136), (55, 72.3, 138), (66, 101.7, 140)]


def told(people):
    return " ".join(f"The patient had age of {a}, weight of {w} and sodium of {s}." for a, w, s in people)


def test_a_sentence_a_person_is_a_row_a_person():
    ((_, table),) = sentence_tables(told(PEOPLE))
    assert [tuple(row.values()) for row in table.to_pylist()] == PEOPLE


def test_sentences_run_over_lines():
    ((_, table),) = sentence_tables(told(PEOPLE).replace(", ", ",\n"))
    assert table.num_rows == len(PEOPLE)


def test_what_is_not_told_of_somebody_is_missing():
    text = told(PEOPLE) + " The patient had weight of 70.1 and sodium of 137 and height of 171."
    ((_, table),) = sentence_tables(text)
    assert table.num_rows == len(PEOPLE)
    assert table.column("age of").null_count == 0


def test_numbers_in_words_are_numbers():
    text = told(PEOPLE).replace("61", "sixty-one").replace("48", "forty eight")
    ((_, table),) = sentence_tables(text)
    assert table.column("age of").to_pylist()[:2] == [61, 48]


def test_results_for_groups_are_no_rows():
    text = (
        "Men had a hazard ratio of 1.21 (95% CI 1.08 to 1.36). Among women it was 0.97 (0.88 to 1.07). "
        "After 5 years 12 of 100 had died. Smoking doubled the risk (HR 2.01, 1.83 to 2.21, p < 0.001)."
    )
    assert list(sentence_tables(text)) == []


def test_lines_of_bare_numbers_with_gaps_are_a_table():
    lines = ["61 81.2 139", "48 67.9", "70 90.4 136", "55", "66 101.7 140", "59 77"] * 2
    ((line, table),) = ragged_tables("Printed:\n" + "\n".join(lines))
    assert (line, table.shape) == (2, (12, 3))
    assert table.column(2).null_count == 6


def test_half_a_matrix_is_none():
    lines = [" ".join(["0.5"] * width) for width in range(1, 13)]
    assert list(ragged_tables("\n".join(lines))) == []
