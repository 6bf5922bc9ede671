"""A custodian's rules are read exactly, or not at all."""

import pytest

from strongroom.checker.policy import Policy, default_policy, read_policy
from strongroom.errors import InputError


def test_settings_that_are_not_mentioned_keep_their_default(tmp_path):
    (tmp_path / "policy.yaml").write_text("small_count: 10\n")
    assert read_policy(tmp_path / "policy.yaml") == Policy(small_count=10)


def test_every_change_changes_the_hash():
    assert default_policy().hash == Policy().hash != Policy(rows_allowed=1).hash


def test_settings_of_an_older_version_are_named_and_not_followed(tmp_path):
    (tmp_path / "policy.yaml").write_text("tables_kb: 1\nids_allowed: 9\nsmall_count: 8\n")
    read = read_policy(tmp_path / "policy.yaml")
    assert read.hash == Policy(small_count=8).hash
    assert "ids_allowed, tables_kb" in read.warning
    assert not default_policy().warning


def test_how_strict_a_custodian_is_scales_what_leaves_unseen():
    lenient, standard, strict = (Policy(strictness=each) for each in ("lenient", "standard", "strict"))
    assert lenient.tables_kb > standard.tables_kb > strict.tables_kb
    assert lenient.row_level_percent > standard.row_level_percent > strict.row_level_percent
    assert strict.class_disclosure
    assert not standard.class_disclosure
    assert len({each.hash for each in (lenient, standard, strict)}) == 3


def test_where_the_documentation_is_changes_no_rule(tmp_path):
    (tmp_path / "policy.yaml").write_text("docs_url: https://custodian.example/docs")
    read = read_policy(tmp_path / "policy.yaml")
    assert read.docs_url == "https://custodian.example/docs"
    assert read.hash == default_policy().hash


@pytest.mark.parametrize(
    "text",
    [
        "docs_url: 3",
        "docs_url: docs",
        "small_counts: 10",
        "small_count: lots",
        "small_count: -1",
        "- a",
        "a: [",
        "rows_allowed: true",
        "isolation: none",
        "isolation: 0",
        "strictness: harsh",
        "strictness: 1",
        "limits: 1",
    ],
)
def test_a_rule_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "policy.yaml").write_text(text)
    with pytest.raises(InputError, match=r"policy\.yaml"):
        read_policy(tmp_path / "policy.yaml")
