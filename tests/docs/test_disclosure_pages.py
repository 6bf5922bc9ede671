"""The notebook page runs as it stands, and the reference has every function, policy and threshold."""

import re
from pathlib import Path

from strongroom import disclosure
from strongroom.disclosure import POLICIES

DOCS = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "disclosure-rules.md").read_text(encoding="utf-8")
POLICY = re.compile(
    r"^\| `([\w-]+)` \| (\d+) \| (\d*)[^|]*\| (\w+) \| (\d+) % \| (\d), ([\d.]+); (\d+) % \|", re.MULTILINE
)


def test_the_code_of_the_notebook_page_runs(capsys):
    page = (DOCS / "how-to" / "check-in-a-notebook.md").read_text(encoding="utf-8")
    names = {}
    for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(code, names)
    printed = capsys.readouterr().out
    assert printed.startswith(
        "fail\n- too few people (1 cell): suppress or merge these groups, and round the rest\n"
    )
    assert "one number per person" in printed


def test_every_policy_stands_in_the_reference_with_its_thresholds():
    documented = {row[0]: row[1:] for row in POLICY.findall(REFERENCE)}
    assert documented.keys() == POLICIES.keys()
    for name, rule in POLICIES.items():
        smallest, step, zero, one_class, contributors, share, p = documented[name]
        assert int(smallest) == rule.smallest
        assert int(step or 1) == rule.step
        assert (zero == "shown") == rule.zero
        assert int(one_class) == round(100 * rule.one_class)
        assert (int(contributors), float(share)) == (rule.contributors, rule.share)
        assert int(p) == round(100 * rule.p)


def test_every_function_stands_in_the_reference():
    functions = [name for name in disclosure.__all__ if name.startswith("check_")]
    assert all(f"`{name}`" in REFERENCE for name in [*functions, "suppress", "round_counts", "perturb"])
