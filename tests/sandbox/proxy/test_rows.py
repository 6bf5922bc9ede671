from strongroom.sandbox.proxy.rows import Counted, counted, counted_html


def test_lines_with_numbers_are_rows():
    assert counted("id  age\n1  60\n2  61.5\n\nmean\n") == Counted(2, 4, 28)


def test_numbers_on_one_line_are_counted_one_by_one():
    assert counted(", ".join(str(number) for number in range(500))).values == 500


def test_a_row_of_a_table_is_one_line():
    rows = "".join(f"<tr>\n<td>{each}</td>\n<td>x</td></tr>" for each in range(7))
    assert counted_html(f"<table border='1'>{rows}</table>")[:2] == (7, 7)


def test_lines_within_a_cell_and_paragraphs_are_lines():
    assert counted_html("<table><tr><td>1\n2\n3</td></tr></table>").rows == 3
    assert counted_html("<p>1</p><p>2</p><ul><li>3</li><li>4</li></ul>5<br>6").rows == 6


def test_two_forms_of_one_output_count_once():
    assert Counted(3, 9, 5).or_more(Counted(2, 10, 4)) == Counted(3, 10, 5)
    assert Counted(1, 2, 3).plus(Counted(1, 1, 1)) == Counted(2, 3, 4)
