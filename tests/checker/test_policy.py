"""A custodian's rules are read exactly, or not at all."""

import pytest

from strongroom.checker.policy import Policy, default_policy, read_policy
from strongroom.errors import InputError


def test_settings_that_are_not_mentioned_keep_their_default(tmp_path):
    (tmp_path / "policy.yaml").write_text("picture_kb: 500\n")
    assert read_policy(tmp_path / "policy.yaml") == Policy(picture_kb=500)


def test_every_change_changes_the_hash():
    assert default_policy().hash == Policy().hash != Policy(rows_allowed=1).hash


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
        "picture_kbs: 500",
        "picture_kb: lots",
        "picture_kb: -1",
        "- a",
        "a: [",
        "rows_allowed: true",
        "isolation: none",
        "isolation: 0",
    ],
)
def test_a_rule_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "policy.yaml").write_text(text)
    with pytest.raises(InputError, match=r"policy\.yaml"):
        read_policy(tmp_path / "policy.yaml")
