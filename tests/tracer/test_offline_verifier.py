"""Evidence can be verified without us, by one file that shares nothing with the tracer, and not forged."""

import ast
import copy
import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from strongroom.cohort.member_mask import MemberMask
from strongroom.tracer import offline_verifier
from strongroom.tracer.attribution import Suspect
from strongroom.tracer.content_evidence import IssuedView
from strongroom.tracer.evidence_file import dossier
from strongroom.tracer.fingerprint import Code, IssuedFingerprint, MarkPlan, commitment, plan_marks
from strongroom.tracer.fingerprint.decoding.mark_reading import observe_column
from strongroom.tracer.offline_verifier import NotVerifiedError, verify
from strongroom.tracer.scoring import Sheet, score

DRAW = np.random.default_rng(8)
PEOPLE = 600
VALUES = np.round(DRAW.normal(5.7, 1.1, PEOPLE), 3)
RULE = replace(plan_marks("x", VALUES, strength=0.02), density=0.9)
PLAN, PLAN_KEY = MarkPlan({"x": RULE}), bytes(range(32))
KEYS = [DRAW.bytes(32) for _ in range(40)]


@pytest.fixture(scope="module")
def evidence():
    """The evidence against project 7 of 40, whose copy was found."""
    positions = Code(PLAN_KEY).marked("x", np.flatnonzero(RULE.markable(VALUES)), RULE.density)
    original = VALUES[positions.ordinals]
    low, high = (RULE.nudged(original, np.full(len(original), bit)) for bit in (False, True))
    seen = np.where(Code(KEYS[7]).bits(positions), high, low) + DRAW.normal(0, RULE.amplitude / 2, len(low))
    observed = observe_column(positions, seen, low, high, grid=RULE.step)
    everybody = MemberMask.of(np.ones(PEOPLE, bool))
    views = [
        IssuedView(f"p{n}", f"Institution {n}", 1, frozenset({"x"}), everybody, None,
                   IssuedFingerprint(PLAN, PLAN_KEY, key, f"p{n}/1",
                                     commitment(key, f"p{n}/1", PLAN.digest, PLAN_KEY)))
        for n, key in enumerate(KEYS)
    ]  # fmt: skip
    scores = score([Sheet(PLAN.digest, PLAN_KEY, (observed,))], views, bound=1e-9)
    assert scores.past == ("p7",)
    suspects = [Suspect("p7", "Institution 7", -9.0, "")]
    return json.loads(json.dumps(dossier(scores, suspects, bound=1e-9)))


def test_true_evidence_is_verified_to_the_digit(evidence):
    (found,) = verify(evidence)
    assert found.project == "p7"
    assert found.log10_e == pytest.approx(float(evidence["accused"][0]["log10_e"]), abs=1e-4)
    assert found.log10_e > found.log10_needed


def test_the_plans_key_is_part_of_the_commitment(evidence):
    (found,) = verify(evidence)
    assert found.plan_key_committed


def test_a_commitment_from_before_is_verified_and_said_to_be_without_the_plans_key(evidence):
    old = copy.deepcopy(evidence)
    accused = old["accused"][0]
    accused["commitment"] = commitment(KEYS[7], accused["release"], PLAN.digest)
    (found,) = verify(old)
    assert not found.plan_key_committed


def recorded(evidence, *, institution="Institution 7", recipients=40, traced_at=None):
    """Lines of a ledger that issued views to p0, p1, ... and, before `traced_at` of them, traced the file."""
    accused, facts = evidence["accused"][0], []
    for n in range(recipients):
        if n == traced_at:
            facts.append(("file.traced", "leak.csv", {"sha256": "ab", "suspects": ["p7"]}))
        made = accused["commitment"] if n == 7 else f"{n:064d}"
        name = institution if n == 7 else f"Institution {n}"
        facts.append(("project.added", f"p{n}", {"institution": name}))
        facts.append(("view.issued", f"p{n}", {"cohort": "ukb", "commitment": made}))
    facts.append(("view.issued", "other", {"cohort": "another", "commitment": "0" * 64}))
    return [
        json.dumps(
            {"index": n, "entry": {"kind": kind, "subject": subject, "facts": fact, "time": f"day {n}"}}
        )
        for n, (kind, subject, fact) in enumerate(facts)
    ]


def test_the_ledger_must_hold_the_commitment(evidence):
    made, lines = evidence["accused"][0]["commitment"], recorded(evidence)
    assert verify(evidence, ["{}", *lines, ""])[0].issued == "entry 15 of day 15"
    for old, new in ((made, "0" * 64), ("view.issued", "view.shown")):
        with pytest.raises(NotVerifiedError, match="ledger"):
            verify(evidence, [line.replace(old, new) for line in lines])
    with pytest.raises(NotVerifiedError, match="ledger"):
        verify(evidence, [])


def test_nobody_else_can_be_named_for_a_copy(evidence):
    for renamed in ({"project": "p8"}, {"institution": "Institution 8"}):
        forged = {**evidence, "accused": [{**evidence["accused"][0], **renamed}]}
        with pytest.raises(NotVerifiedError, match="another"):
            verify(forged, recorded(evidence))
    with pytest.raises(NotVerifiedError, match="another institution"):
        verify(evidence, recorded(evidence, institution="Institution 8"))


def test_nobody_who_had_a_copy_is_left_out_of_the_count(evidence):
    with pytest.raises(NotVerifiedError, match="39 recipients are counted, the ledger has 40"):
        verify({**evidence, "recipients": 39}, recorded(evidence))
    later = recorded(evidence, recipients=50, traced_at=40)
    assert verify({**evidence, "file_sha256": "ab"}, later)
    with pytest.raises(NotVerifiedError, match="the ledger has 50"):
        verify({**evidence, "file_sha256": "cd"}, later)


def test_the_library_is_not_of_the_accusers_choosing(evidence):
    for changed in ({"lone_share": "0.9"}, {"level_shares": [256, 0, 0, 0, 0]}, {"flips": ["0.0"]}):
        with pytest.raises(NotVerifiedError, match="published"):
            verify({**evidence, "code": {**evidence["code"], **changed}})


def other_key(accused):
    accused["project_key"] = KEYS[3].hex()


def other_plan_key(accused):
    accused["plan_key"] = KEYS[3].hex()


def other_release(accused):
    accused["release"] += "x"


def other_plan(accused):
    accused["plan"]["rules"]["x"]["density"] = "0.5"


def other_project(accused):
    accused["commitment"] = commitment(KEYS[3], accused["release"], PLAN.digest, PLAN_KEY)
    accused["project_key"] = KEYS[3].hex()


def a_cell_twice(accused):
    cells = accused["cells"]["x"]
    for name in cells:
        cells[name] += cells[name][:1]


def a_cell_that_is_not_marked(accused):
    cells = accused["cells"]["x"]
    free = set(range(10**6, 10**6 + 500)) - set(cells["ordinals"])
    coarse = offline_verifier._stream(PLAN_KEY, "x", 0, sorted(free))
    cells["ordinals"][0] = next(n for n, byte in zip(sorted(free), coarse, strict=True) if byte > 240)


def other_readings(accused):
    cells = accused["cells"]["x"]
    cells["shown"] = cells["shown"].translate(str.maketrans("01", "10"))


def more_trust(accused):
    accused["cells"]["x"]["reliability"] = "0" * len(accused["cells"]["x"]["ordinals"])


def a_larger_figure(accused):
    accused["log10_e"] = "99.0"


@pytest.mark.parametrize(
    "tamper",
    [other_key, other_plan_key, other_release, other_plan, other_project, a_cell_twice,
     a_cell_that_is_not_marked, other_readings, more_trust, a_larger_figure],
)  # fmt: skip
def test_whatever_is_changed_is_noticed(evidence, tamper):
    forged = copy.deepcopy(evidence)
    tamper(forged["accused"][0])
    with pytest.raises(NotVerifiedError):
        verify(forged)


def test_more_recipients_than_were_said_would_not_accuse(evidence):
    with pytest.raises(NotVerifiedError, match="less than"):
        verify({**evidence, "recipients": 10**300})


def test_it_runs_alone(evidence, tmp_path):
    path = Path(offline_verifier.__file__)
    (tmp_path / "evidence.json").write_text(json.dumps(evidence))
    command = [sys.executable, "-I", str(path), str(tmp_path / "evidence.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout[:20]) == (0, "verified: Institutio")
    (tmp_path / "leak.csv").write_bytes(b"a,b")
    of_it = {**evidence, "file_sha256": hashlib.sha256(b"a,b").hexdigest()}
    (tmp_path / "evidence.json").write_text(json.dumps(of_it))
    asked = [*command, "--file", str(tmp_path / "leak.csv")]
    assert subprocess.run(asked, capture_output=True, check=False, cwd=tmp_path).returncode == 0
    (tmp_path / "leak.csv").write_bytes(b"a,c")
    assert subprocess.run(asked, capture_output=True, check=False, cwd=tmp_path).returncode == 1
    for broken in (json.dumps({**evidence, "accused": []}), "[]", "{", '{"format'):
        (tmp_path / "evidence.json").write_text(broken)
        failed = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert (failed.returncode, failed.stdout) == (1, "")
        assert failed.stderr.startswith("NOT VERIFIED: ")


def test_it_imports_nothing_but_the_standard_library_and_cryptography():
    tree = ast.parse(Path(offline_verifier.__file__).read_text())
    whole = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    parts = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    rooms = {name.split(".")[0] for name in [*whole, *parts]}
    assert rooms - set(sys.stdlib_module_names) == {"cryptography"}
