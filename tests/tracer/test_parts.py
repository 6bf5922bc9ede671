"""A part of a trace that fails is stated, without the file's values, and stops nothing."""

from strongroom.tracer.parts import Parts


def test_a_part_that_works_gives_its_result():
    parts = Parts()
    assert parts.run("Counting", lambda: 3) == 3
    assert parts.failed == []


def test_a_part_that_fails_is_stated_without_the_values_in_its_error():
    parts = Parts()
    assert parts.run("Counting", lambda: int("a participant's value")) is None
    (sentence,) = parts.failed
    assert sentence.startswith("Counting failed and is missing from this answer (ValueError in test_parts.py")
    assert "participant's" not in sentence
