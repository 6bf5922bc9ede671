"""ACRO's published examples are what its pages print, and the library's words for them need no ACRO."""

import numpy as np
import pytest
from benchmarks.privacy._acro_data import charities, nursery, synthetic

from benchmarks.privacy import _acro_cases, acro
from strongroom.disclosure import Status


@pytest.fixture(autouse=True)
def _a_peer_that_passes_everything(monkeypatch):
    monkeypatch.setattr(_acro_cases, "ask", lambda _: {"status": "pass", "cells": []})


def test_the_tables_are_those_printed():
    draw = np.random.default_rng(1)
    families = _acro_cases.cross_table(nursery(draw), ["recommend"], ["parents"])
    assert families.tolist() == [[1440] * 3, [858, 1484, 1924], [0, 0, 2], [2022, 1264, 758], [0, 132, 196]]
    assert (
        _acro_cases.cross_table(charities(draw), ["year"], ["grant_type"]).tolist() == [[15, 59, 71, 8]] * 6
    )
    assert [len(synthetic(columns).values) for columns in (1, 2, 3, 4)] == [27, 81, 279, 873]


def test_the_library_says_what_acros_pages_say():
    for name, word, run in acro.published(np.random.default_rng(3)):
        said = run().our_status
        assert said is {"fail": Status.FAIL, "pass": Status.PASS, "": Status.FAIL}[word], name


def test_what_gives_a_person_away_is_refused():
    for name, _, run in acro.let_through(np.random.default_rng(4)):
        assert run().our_status is Status.FAIL, name


def test_a_cell_that_acro_hides_and_the_library_shows_is_counted(monkeypatch, capsys):
    monkeypatch.setattr(_acro_cases, "ask", lambda _: {"status": "fail", "cells": [[0, 0]]})
    assert acro._parity(np.random.default_rng(3)) > 0
    assert "| 1 |" in capsys.readouterr().out
