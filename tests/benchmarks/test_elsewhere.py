"""Peers in an environment of their own: whether it is there, and one that ends without an answer."""

import sys
from pathlib import Path

import pytest

from benchmarks import elsewhere


def test_an_environment_that_is_half_installed_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(elsewhere, "_PYTHON", Path(sys.executable))
    monkeypatch.setattr(elsewhere, "_NAMED", None)
    monkeypatch.setattr(elsewhere, "_PLACE", tmp_path)
    assert not elsewhere.available()
    (tmp_path / ".ready").touch()
    assert elsewhere.available()
    monkeypatch.setattr(elsewhere, "_PYTHON", tmp_path / "python")
    assert not elsewhere.available()


def test_a_peer_answers_or_is_said_to_have_ended(tmp_path):
    peer = tmp_path / "peer.py"
    peer.write_text("print(input().replace('asked', 'told'))\n")
    assert elsewhere.ask(peer, {"asked": 1}, python=Path(sys.executable)) == {"told": 1}
    silent = tmp_path / "silent.py"
    silent.write_text("input()\n")
    with pytest.raises(RuntimeError, match=r"silent\.py ended without an answer"):
        elsewhere.ask(silent, {"asked": 1}, python=Path(sys.executable))
