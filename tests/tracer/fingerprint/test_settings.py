"""The custodian's settings: what they may say, and that a misspelt one is no setting."""

import pytest

from strongroom.errors import InputError
from strongroom.tracer.fingerprint.settings import MarkSettings, Risk, read_settings


def written(tmp_path, text):
    (tmp_path / "fingerprint.yaml").write_text(text)
    return tmp_path / "fingerprint.yaml"


def test_an_empty_file_says_nothing(tmp_path):
    assert read_settings(written(tmp_path, "")) == MarkSettings()


def test_every_setting_is_read(tmp_path):
    text = """
strength: 0.01
sensitive: 0.005
high_risk: 0.03
columns: {p30690_i0: 0.02}
never: [p50, grip]
limits: {p30750_i0: [48]}
formulas: {ratio: p48 / p49}
dosages: [rs1]
categories: {p1239_i0: [2, 1], p1249: [3, 4, 0.2]}
dates: 7
"""
    read = read_settings(written(tmp_path, text), Risk.HIGH)
    assert read.factor == pytest.approx(3)
    assert read.never == ("p50", "grip")
    assert read.categories == {"p1239_i0": (1.0, 2.0), "p1249": (3.0, 4.0, 0.2)}
    assert read.dates == 7
    assert read.digest != MarkSettings().digest


@pytest.mark.parametrize(
    "text",
    [
        "strenght: 0.01", "strength: 0", "strength: 1", "strength: strong", "never: p50", "- a",
        "columns: [a]",
        "formulas: {a: 'open(b)'}", "categories: {a: [1, 2, 3]}", "categories: {a: [1, 1]}",
        "categories: {a: [1, 2, 0.1, 0.1]}", "dates: 15", "dates: -1", "dates: 1.5", "dates: true",
        "limits: {a: x}", "{", "never: [1]", "risk: high",
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(tmp_path, text):
    with pytest.raises(InputError):
        read_settings(written(tmp_path, text))


def test_equal_settings_have_one_digest_whatever_their_risk_is_not():
    assert MarkSettings().digest == MarkSettings().digest
    assert MarkSettings(risk=Risk.HIGH).digest != MarkSettings().digest
    assert MarkSettings(dates=7).digest != MarkSettings().digest
