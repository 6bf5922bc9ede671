"""The custodian's settings: what is given counts, the rest keeps its default, and a slip is an error."""

import pytest

from strongroom.disclosure.answer_noise import DEFAULT_RULE
from strongroom.disclosure.gateway.settings import read_query_settings
from strongroom.errors import InputError


def settings(tmp_path, text):
    path = tmp_path / "queries.yaml"
    path.write_text(text, encoding="utf-8")
    return read_query_settings(path).rule


def test_settings_that_are_given_count_and_others_keep_their_defaults(tmp_path):
    rule = settings(tmp_path, "smallest: 20\nnoise: 12.5\nstep: 10.0\n")
    assert rule.to_json() == DEFAULT_RULE.to_json() | {"smallest": 20, "noise": 12.5, "step": 10}
    assert isinstance(rule.step, int)
    assert settings(tmp_path, "") == DEFAULT_RULE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("smalest: 20", "unknown settings: smalest"),
        ("[1, 2]", "unknown settings: no settings"),
        ("smallest: [1", "not valid YAML"),
        ("smallest: yes", "must be numbers"),
        ("smallest: ten", "must be numbers"),
        ("smallest: 10.5", "smallest must be a whole number"),
        ("smallest: .inf", "cannot convert"),
        ("step: .nan", "cannot convert"),
        ("noise: .nan", "noise must be between"),
        ("smallest: 0", "at least 1"),
        ("noise: 0.1", "noise must be between"),
        ("groups_each: 51", "at most 50"),
        ("outermost: 0.5", "below 0.5"),
        ("similar: 21", "at most 20"),
        ("guessed: 0.4", "coin toss"),
    ],
)
def test_a_slip_in_the_settings_is_an_error_that_names_the_file(tmp_path, text, message):
    with pytest.raises(InputError, match=message) as refused:
        settings(tmp_path, text)
    assert refused.value.file == str(tmp_path / "queries.yaml")


def test_settings_that_cannot_be_read_are_an_error(tmp_path):
    with pytest.raises(InputError):
        read_query_settings(tmp_path / "none.yaml")
