"""Scripts of pages: compared with people, counted in no budget, because no copy contains them."""

import base64
import random

from strongroom.checker.contents.found import FoundOpaque, FoundText, Limits
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.registry import rebuild_bytes
from strongroom.checker.information_content import UNEXPLAINED, incompressible_bytes

LIBRARY = base64.b64encode(random.Random(3).randbytes(60_000)).decode()


def page(script):
    return f"<html><p>Mean age was 57 years.</p><script>{script}</script></html>".encode()


def test_a_library_of_a_page_is_no_opaque_content_and_no_copy_contains_it():
    data = page(f"var bundle = '{LIBRARY}';")
    found = list(read_bytes(data, "page.html"))
    texts = [each for each in found if isinstance(each, FoundText)]
    assert not any(isinstance(each, FoundOpaque) for each in found)
    assert any(each.left_out and LIBRARY in each.text for each in texts)
    assert incompressible_bytes(texts, ["texts"] * len(texts))[UNEXPLAINED] == 0
    [copy] = rebuild_bytes(data, "page.html", limits=Limits()).files
    assert b"Mean age" in copy.data
    assert LIBRARY.encode() not in copy.data


def test_rows_in_a_script_are_still_found():
    rows = "\\n".join(f"{1_000_000 + n},{40 + n}" for n in range(8))
    found = list(read_bytes(page(f"var csv = 'eid,age\\n{rows}'"), "page.html"))
    assert any(isinstance(each, FoundText) and "1000007" in each.text for each in found)


def test_words_of_a_plot_that_a_script_draws_count_because_the_copy_shows_them():
    plot = f'[{{"type": "scatter", "x": [1, 2], "y": [3, 4], "text": ["{LIBRARY[:400]}", "b"]}}]'
    found = list(read_bytes(page(f"Plotly.newPlot('a', {plot})"), "page.html"))
    counted = [each for each in found if isinstance(each, FoundText) and not each.left_out]
    assert any(LIBRARY[:400] in each.text for each in counted)
