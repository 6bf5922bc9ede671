"""Dummy tables of a project: the view's shape, on the record, and nobody's."""

import polars as pl
import pytest
from typer.testing import CliRunner

from strongroom.cli.app import application
from strongroom.errors import RefusedError, UsageError
from strongroom.portal.data.dummies import write_dummies
from strongroom.portal.data.views import add_project, write_project_view
from strongroom.portal.projects.actions import revoke_project

COLUMNS = ["p31", "p21022", "p21001_i0", "hesin_diag.*"]


@pytest.fixture
def heart(cohort_home):
    add_project(
        cohort_home,
        slug="heart",
        institution="Northgate",
        cohort_name="synthetic",
        columns=COLUMNS,
        by="ada",
    )
    return cohort_home


def test_dummies_have_the_shape_of_the_view_and_hold_nobody(heart, tmp_path):
    _, files = write_project_view(heart, slug="heart", to=tmp_path / "view", by="ada")
    dummies = write_dummies(heart, slug="heart", to=tmp_path / "dummy", by="bo", people=2_000)
    assert {file.name for file in dummies} == {file.name for file in files}
    for file in files:
        real, made = pl.read_parquet(file), pl.read_parquet(tmp_path / "dummy" / file.name)
        assert made.schema == real.schema
        assert not set(made["eid"]) & set(real["eid"])
    # What goes together in people does not in a dummy.
    made = pl.read_parquet(tmp_path / "dummy" / "participants.parquet")
    assert abs(made.select(pl.corr("p21022_i0", "p21001_i0")).item()) < 0.15


def test_dummies_are_refused_where_they_cannot_be(heart, tmp_path):
    (tmp_path / "dummy").mkdir()
    (tmp_path / "dummy" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError):
        write_dummies(heart, slug="heart", to=tmp_path / "dummy", by="bo", people=5)
    with pytest.raises(UsageError):
        write_dummies(heart, slug="heart", to=tmp_path / "other", by="bo", people=0)
    revoke_project(heart, slug="heart", reason="ended", by="ada")
    with pytest.raises(RefusedError):
        write_dummies(heart, slug="heart", to=tmp_path / "other", by="bo", people=5)
    assert not (tmp_path / "other").exists()


def test_the_command_writes_and_says_where(heart, tmp_path):
    to = tmp_path / "dummy"
    command = ["dummy", "heart", "--to", str(to), "--home", str(heart.path), "--participants", "50"]
    told = CliRunner().invoke(application(), command)
    assert told.exit_code == 0
    assert "50 invented participants" in told.output
    assert len(pl.read_parquet(to / "participants.parquet")) == 50
