"""Evidence against an innocent project: what an insider with every key may write is rejected: T-COURT-*.

The insider here is the custodian: they have the projects' keys and the ledger's, and enter in the ledger
whatever suits them, at any time. What they cannot change is the leaked file, what was committed to when the
views were issued, and the published rules.
"""

import copy
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from strongroom.canonical import digest
from strongroom.errors import InputError, RefusedError
from strongroom.portal.acts.transactions import act, ledger, seal
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.fingerprints import committed_values
from strongroom.portal.data.models import PlanCommitment
from strongroom.portal.data.views import add_project, write_project_view
from strongroom.portal.home import LEDGER_KEY, WITNESS_KEY, open_home
from strongroom.portal.oversight import tracing
from strongroom.portal.oversight.case import Case, EvidencePaths, write_evidence
from strongroom.portal.oversight.ledger_audit import export_ledger
from strongroom.portal.oversight.recognition import recognise_again
from strongroom.portal.oversight.trace_register import approve_trace, earlier_reads
from strongroom.tracer import evidence_file, offline_verifier
from strongroom.tracer.evidence_file import open_case
from strongroom.tracer.fingerprint import Code
from strongroom.tracer.offline_verifier import LEVELS, NotCheckedError, NotVerifiedError, verify
from strongroom.tracer.reading_sheet import SheetRow

COLUMNS = [
    "p31",
    "p21002_i0",
    "p50_i0",
    "p30690_i0",
    "p4080_i0_a0",
    "p48_i0",
    "p49_i0",
    "p30780_i0",
    "p30760_i0",
]


class Scene:
    """A home whose project "guilty" leaked a file; the custodian wants "innocent" accused."""

    def __init__(self, home, folder):
        self.home, self.folder, self.drawn = home, folder, {}
        for slug in ("guilty", "innocent"):
            add_project(
                home, slug=slug, institution=f"Institution of {slug}", cohort_name="synthetic",
                columns=COLUMNS, where="", by="ada",
            )  # fmt: skip
        write_project_view(home, slug="guilty", to=folder / "guilty", by="ada")
        copied = pl.read_parquet(folder / "guilty" / "participants.parquet").drop("eid")
        self.file = folder / "leak.csv"
        copied.sample(500, seed=1).write_csv(self.file)
        self.cases = []
        self.answer = self._traced()
        self.case = self.cases[-1]
        self.evidence = json.loads((folder / "case" / "evidence.json").read_text())
        self.key = home.verifier_key(LEDGER_KEY)

    def _traced(self):
        def kept(*given):
            self.cases.append(Case(*given))
            return self.cases[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tracing, "Case", kept)
            papers = tracing.Papers(evidence=self.folder / "case")
            return tracing.trace_file(self.home, self.file, by="ada", papers=papers)

    @property
    def sheets(self):
        (sheets,) = self.case.sheets.values()
        return sheets

    def verify(self, evidence, **more):
        return verify(evidence, **{"file": self.file, "keys": [self.key], **more})

    def entered(self, evidence, **facts):
        """Enter forged evidence in the ledger, as its custodian can, and prove that it is there."""
        forged, sheet = copy.deepcopy(evidence), evidence["sheet"]
        named = [each["project"] for each in forged["accused"]]
        hashes = {f"{sheet['plan'][:16]}/{sheet['size']}": digest(sheet)}
        with act(self.home, by="mallory") as record:
            made = {
                "read": record("file.read", "x", **{**self.case.facts, "sheets": hashes, **facts}),
                "traced": record("file.traced", "x", sha256=sheet["file_sha256"], suspects=named),
            }
        return self.proved(forged, **made)

    def proved(self, forged, **indices):
        sealed = seal(self.home)
        log = ledger(self.home)

        def proof(index):
            path = [each.hex() for each in log.prove(index, sealed.head.size).path]
            return {"index": index, "entry": log.entry(index).to_bytes().decode(), "path": path}

        for accused in forged["accused"]:
            for name in ("issued", "approved"):
                accused[name] = proof(accused[name]["index"])
        found = {name: proof(index) for name, index in indices.items()}
        return {**forged, **found, "checkpoint": str(sealed)}

    def against_innocent(self, rows):
        """Return evidence that opens these rows against the innocent project, with true openings."""
        sheets = replace(self.sheets, rows=tuple(rows))
        (name,) = self.case.plans
        plan = self.case.plans[name]
        (innocent,) = self.case._copies(["innocent"], name)
        size = 256
        row = find_cohort("synthetic")
        stored = bytes(PlanCommitment.objects.get().records)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(evidence_file, "smallest_size", lambda *_: (size, (innocent,)))
            opened = open_case(
                sheets, plan, [innocent], self.case.facts,
                values=committed_values(
                    self.home, row, open_cohort(self.home, row), plan.plan, plan.statement["values"]
                ),
                records=[stored[at : at + 32] for at in range(0, len(stored), 32)],
            )  # fmt: skip
        to = self.folder / f"forged{len(list(self.folder.iterdir()))}"
        issued = {"innocent": self.case._issued("innocent").entry}
        write_evidence(self.case, opened, issued=issued, traced=self.evidence["traced"]["index"], to=to)
        return self.entered(json.loads(EvidencePaths.at(to).evidence.read_text()))

    def bit(self, position, row, cell):
        """Return what the innocent project's copy holds in a cell."""
        if position not in self.drawn:
            (name,) = self.case.plans
            (innocent,) = self.case._copies(["innocent"], name)
            self.drawn[position] = Code(innocent.key).bit_bytes(position, 2_000)
        return int(self.drawn[position][row.person] < LEVELS[cell.level])


@pytest.fixture(scope="module")
def scene(_built_home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("court")
    shutil.copytree(_built_home, folder / "home")
    return Scene(open_home(folder / "home"), folder)


def rejected(scene, forged, why, **more):
    with pytest.raises(NotVerifiedError, match=why):
        scene.verify(forged, **more)


def test_the_true_evidence_is_verified_by_the_file_beside_it_alone(scene):
    assert [each.project for each in scene.answer.suspects] == ["guilty"]
    done = subprocess.run(
        [sys.executable, "-I", "-S", scene.folder / "case" / "verify_evidence.py",
         scene.folder / "case" / "evidence.json", "--file", scene.file, "--key", scene.key],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("verified: Institution of guilty, project guilty")
    assert "less than 1 in 10^12" in done.stdout


def test_the_how_to_for_a_court_holds_word_for_word(scene, tmp_path):
    """The command of docs/how-to/verify-evidence.md, with the papers it lists, without any library."""
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "verify-evidence.md").read_text(encoding="utf-8")
    (line,) = [each.split() for each in page.splitlines() if each.strip().startswith("python3 -I")]
    for each in (scene.folder / "case").iterdir():
        shutil.copy(each, tmp_path)
    shutil.copy(scene.file, tmp_path / "for-sale.csv")
    (tmp_path / "ledger.pub").write_text(scene.key + "\n")
    export_ledger(scene.home, to=tmp_path / "ledger.jsonl", by="ada")
    done = subprocess.run(
        [sys.executable, "-S", *line[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    shown = page.split("       verified: ")[1].split("\n\n")[0].splitlines()
    printed = done.stdout.removeprefix("verified: ").splitlines()
    assert len(printed) == len(shown)
    for wanted, found in zip(shown, printed, strict=True):
        # The same sentence about another case: the words after the first are compared, names and numbers not.
        words = [set(re.findall(r"(?<![\w-])[a-z]{4,}(?![\w-])", each)) for each in (wanted, found)]
        assert words[0] - {"ageing"} <= words[1] | {"participants", "others"}


def test_positions_of_people_who_are_not_in_the_file_are_rejected(scene):
    """The forgery of issue 15: one innocent project's key, and 900 positions that agree with it."""
    taken = {row.person for row in scene.sheets.rows}
    absent = [person for person in range(2_000) if person not in taken]
    rows = [
        SheetRow(row.row, person, tuple(
            None if cell is None else replace(cell, reads=scene.bit(position, SheetRow(0, person), cell))
            for position, cell in zip(scene.sheets.positions, row.cells, strict=True)
        ))
        for row, person in zip(scene.sheets.rows, absent, strict=False) if row.person is not None
    ]  # fmt: skip
    rejected(scene, scene.against_innocent(rows), "are not those of the participant|not those that the file")


def test_readings_that_agree_with_another_key_are_rejected(scene):
    rows = [
        replace(row, cells=tuple(
            None if cell is None else replace(cell, reads=scene.bit(position, row, cell))
            for position, cell in zip(scene.sheets.positions, row.cells, strict=False)
        ))
        for row in scene.sheets.rows
    ]  # fmt: skip
    rejected(scene, scene.against_innocent(rows), "does not read as the sheet says")


def test_the_rows_that_happen_to_agree_do_not_accuse(scene):
    def agrees(row):
        cells = zip(scene.sheets.positions, row.cells, strict=False)
        return [cell.reads == scene.bit(position, row, cell) for position, cell in cells if cell is not None]

    rows = [
        row
        if row.person is not None and sum(agrees(row)) >= 0.75 * len(agrees(row))
        else SheetRow(row.row, None)
        for row in scene.sheets.rows
    ]
    assert sum(row.person is not None for row in rows) > 30
    rejected(scene, scene.against_innocent(rows), "less than the 10.* required")


def test_cells_that_disagree_cannot_be_left_out(scene):
    rows = [
        replace(row, cells=tuple(
            cell if cell is not None and cell.reads == scene.bit(position, row, cell) else None
            for position, cell in zip(scene.sheets.positions, row.cells, strict=False)
        ))
        for row in scene.sheets.rows
    ]  # fmt: skip
    rejected(scene, scene.against_innocent(rows), "leaves out a cell")


def changed(scene, change, **facts):
    forged = copy.deepcopy(scene.evidence)
    change(forged)
    return scene.entered(forged, **facts)


def used(forged):
    return [each for each in forged["sheet"]["rows"] if each["person"] is not None]


def test_a_larger_bound_is_rejected(scene):
    for facts in ({"bound": "0.001"}, {"bound": "2e-09"}, {"traces": 3}, {"traces": 0}, {"files": 10}):
        rejected(scene, changed(scene, lambda _: None, **facts), "bound in the ledger is larger")


def test_changed_reliabilities_are_rejected(scene):
    def surer(forged):
        for row in used(forged):
            for cell in row["cells"]:
                if cell is not None:
                    cell["reliability"] += 1

    rejected(scene, changed(scene, surer), "reliability is not what the noise gives")


def test_other_candidate_values_are_rejected(scene):
    def swapped(forged):
        cell = next(each for each in used(forged)[0]["cells"] if each is not None)
        cell["low"], cell["high"] = cell["high"], cell["low"]

    def negative(forged):
        name = forged["sheet"]["columns"][0]["column"]
        forged["rules"][name]["rule"]["amplitude"] = "-" + forged["rules"][name]["rule"]["amplitude"]

    rejected(scene, changed(scene, swapped), "candidate values are not the plan's")
    rejected(scene, changed(scene, negative), "rule of column .* does not match the commitment")


def test_a_curve_or_noise_fitted_to_another_key_is_rejected(scene):
    def bent(forged):
        forged["sheet"]["columns"][0]["knots"] = [
            [repr(float(n)), repr(float(n))] for n in range(0, 1_000, 4)
        ]

    def precise(forged):
        forged["sheet"]["columns"][0]["noise"] = "0.0123"

    def wide(forged):
        forged["sheet"]["columns"][0]["usual_half"] = forged["sheet"]["columns"][0]["half"] = "7.777"

    rejected(scene, changed(scene, bent), "less than the 10.* required|reliability is not")
    rejected(scene, changed(scene, precise), "not written with two digits")
    rejected(scene, changed(scene, wide), "its step is not the plan's")


def test_other_values_than_the_cohorts_are_rejected(scene):
    def other(forged):
        record = next(iter(forged["records"]["leaves"].values()))
        cell = next(each for each in record if isinstance(each, dict))
        cell["value"] = repr(float(cell["value"]) + 1)

    rejected(scene, changed(scene, other), "records do not match the commitment")


def test_a_position_counts_once(scene):
    def twice(forged):
        one, other = used(forged)[:2]
        other["person"] = one["person"]

    def column_twice(forged):
        forged["sheet"]["columns"][1] = forged["sheet"]["columns"][0]

    rejected(scene, changed(scene, twice), "a participant has two rows")
    rejected(scene, changed(scene, column_twice), "have the same positions")


def test_swapped_rows_are_rejected(scene):
    def swapped(forged):
        one, other = used(forged)[:2]
        one["person"], other["person"] = other["person"], one["person"]

    def reordered(forged):
        rows = forged["sheet"]["rows"]
        rows[0], rows[1] = rows[1], rows[0]

    rejected(scene, changed(scene, swapped), "not those of the participant|is not opened")
    rejected(scene, changed(scene, reordered), "not those that the file's hash determines")


def test_more_or_fewer_rows_than_the_size_needs_are_rejected(scene):
    more = [each.plain() for each in scene.sheets.rows[len(scene.evidence["sheet"]["rows"]) :][:1]]
    rejected(
        scene, changed(scene, lambda forged: forged["sheet"]["rows"].extend(more)), "more rows are opened"
    )
    rejected(scene, changed(scene, lambda forged: forged["sheet"]["rows"].pop()), "fewer rows are opened")


def test_another_file_is_rejected(scene, tmp_path):
    other = tmp_path / "other.csv"
    other.write_bytes(scene.file.read_bytes() + b"\n")
    rejected(scene, scene.evidence, "of another file", file=other)

    def renamed(forged):
        forged["sheet"]["file_sha256"] = offline_verifier.hashlib.sha256(other.read_bytes()).hexdigest()

    rejected(scene, changed(scene, renamed), "ledger's entry on the reading is of another file", file=other)
    value = next(each for each in used(scene.evidence)[0]["cells"] if each is not None)["value"]
    other.write_bytes(scene.file.read_bytes().replace(value.encode(), b"7", 1))
    sha256 = offline_verifier.hashlib.sha256(other.read_bytes()).hexdigest()
    rejected(scene, changed(scene, renamed, sha256=sha256), "not those that the file's hash", file=other)


def test_a_sheet_that_was_not_entered_before_the_accusation_is_rejected(scene):
    forged = copy.deepcopy(scene.evidence)
    cells = used(forged)[0]["cells"]
    cells[next(at for at, cell in enumerate(cells) if cell is not None)] = None
    rejected(scene, forged, "not the one that was entered")
    late = scene.entered(scene.evidence)
    rejected(scene, {**late, "traced": scene.evidence["traced"]}, "checkpoint")
    early = scene.proved(
        copy.deepcopy(scene.evidence),
        read=late["read"]["index"],
        traced=scene.evidence["traced"]["index"],
    )
    rejected(scene, early, "after the accusation")


def test_a_ledger_that_another_key_signed_is_rejected(scene):
    rejected(scene, scene.evidence, "not signed by the key", keys=[scene.home.verifier_key(WITNESS_KEY)])
    note = scene.evidence["checkpoint"].split("\n")
    note[1] = str(int(note[1]) + 1)
    rejected(scene, {**scene.evidence, "checkpoint": "\n".join(note)}, "signature .* is false")
    entry = scene.evidence["read"]["entry"].replace('"recipients":2', '"recipients":1')
    rejected(
        scene, {**scene.evidence, "read": {**scene.evidence["read"], "entry": entry}}, "not in the ledger"
    )


def test_bits_fitted_to_the_file_after_the_view_was_issued_are_rejected(scene):
    """A key is made that agrees with the file, and a view is issued under it after the file was found."""

    def fitted(forged):
        leaf = next(iter(forged["accused"][0]["bits"]["leaves"].values()))
        leaf["bytes"] = "00" * 64

    rejected(scene, changed(scene, fitted), "bits do not match the commitment")
    forged = copy.deepcopy(scene.evidence)
    statement = forged["accused"][0]["statement"]
    statement["bits"] = "00" * 32
    rejected(scene, scene.entered(forged), "not those committed to when the view was issued")
    issued = ledger(scene.home).entry(forged["accused"][0]["issued"]["index"])
    with act(scene.home, by="mallory") as record:
        facts = {**issued.facts, "commitment": digest(statement)}
        forged["accused"][0]["issued"]["index"] = record("view.issued", "guilty", **facts)
    late = scene.proved(forged, read=forged["read"]["index"], traced=forged["traced"]["index"])
    rejected(scene, late, "issued after the file was read")


def test_another_project_or_institution_cannot_be_named(scene):
    def other(forged):
        forged["accused"][0]["project"] = "innocent"

    def institution(forged):
        forged["accused"][0]["institution"] = "Institution of innocent"

    rejected(scene, changed(scene, other), "issued to another project")
    rejected(scene, changed(scene, institution), "names another institution")


def test_recipients_and_earlier_traces_are_counted_by_the_ledger(scene, tmp_path):
    export_ledger(scene.home, to=tmp_path / "ledger.jsonl", by="ada")
    lines = (tmp_path / "ledger.jsonl").read_text().splitlines()
    assert scene.verify(scene.evidence, ledger=lines)
    fewer = changed(scene, lambda _: None, recipients=1)
    export_ledger(scene.home, to=tmp_path / "again.jsonl", by="ada")
    lines = (tmp_path / "again.jsonl").read_text().splitlines()
    rejected(scene, fewer, "1 recipients are counted, the ledger has 2", ledger=lines)
    again = changed(scene, lambda forged: None, revision=2, sheets={"x": "y", **scene.case.facts["sheets"]})
    export_ledger(scene.home, to=tmp_path / "third.jsonl", by="ada")
    lines = (tmp_path / "third.jsonl").read_text().splitlines()
    rejected(scene, again, "counts 1 traces", ledger=lines)


def test_what_cannot_be_checked_is_not_called_verified(scene, tmp_path):
    for missing in ({"file": None}, {"keys": []}):
        with pytest.raises(NotCheckedError):
            scene.verify(scene.evidence, **missing)
    command = [sys.executable, "-I", "-S", scene.folder / "case" / "verify_evidence.py"]
    done = subprocess.run(
        [*command, scene.folder / "case" / "evidence.json"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("NOT CHECKED, so not verified: ")


@pytest.mark.parametrize("how", ["rescaled", "blurred"])
def test_a_changed_copy_leaves_evidence_too(scene, tmp_path, how):
    copied = pl.read_parquet(scene.folder / "guilty" / "participants.parquet").drop("eid").head(1_500)
    draw = np.random.default_rng(1)
    for name in copied.columns[1:]:
        column = pl.col(name) * 2.54
        if how == "blurred":
            noise = draw.normal(0, 0.015 * float(copied[name].std()), copied.height)
            column = (pl.col(name) + pl.Series(noise)).round(3)
        copied = copied.with_columns(column)
    copied.write_csv(tmp_path / "changed.csv")
    papers = tracing.Papers(evidence=tmp_path / "case")
    answer = tracing.trace_file(scene.home, tmp_path / "changed.csv", by="ada", papers=papers)
    evidence = json.loads((tmp_path / "case" / "evidence.json").read_text())
    (found,) = scene.verify(evidence, file=tmp_path / "changed.csv").accused
    assert found.project == "guilty"
    assert found.cells == answer.case.opened > 1_000


def smoothed(table):
    """Return the table from its first principal components, as a denoised copy is."""
    columns = table.columns[1:]
    own = table.drop_nulls().select(columns).to_numpy().astype(float)
    scores = (own - own.mean(axis=0)) / own.std(axis=0)
    _, _, axes = np.linalg.svd(scores, full_matrices=False)
    kept = axes[: len(columns) - 2]
    made = (scores @ kept.T @ kept) * own.std(axis=0) + own.mean(axis=0)
    return pl.DataFrame({name: made[:, place].round(4) for place, name in enumerate(columns)})


def in_long_form(table):
    """Return one row for each value."""
    rows = table.with_row_index("row").drop(table.columns[0])
    return rows.unpivot(index="row", variable_name="what", value_name="value").sort("row")


def joined(table):
    """Return the table with two columns of another source."""
    own = np.random.default_rng(4).normal(5, 1, (table.height, 2)).round(2)
    return table.with_columns(other_a=pl.Series(own[:, 0]), other_b=pl.Series(own[:, 1]))


@pytest.mark.parametrize(("form", "opens"), [(smoothed, False), (in_long_form, False), (joined, True)])
def test_a_verdict_comes_with_evidence_or_with_the_reason_why_there_is_none(scene, tmp_path, form, opens):
    copied = pl.read_parquet(scene.folder / "guilty" / "participants.parquet").drop("eid").head(1_000)
    leaked = tmp_path / "leak.csv"
    form(copied).write_csv(leaked)
    papers = tracing.Papers(evidence=tmp_path / "case")
    answer = tracing.trace_file(scene.home, leaked, by="ada", papers=papers)
    assert [each.project for each in answer.suspects] == ["guilty"]
    assert bool(answer.case.opened) is opens
    if not opens:
        assert answer.case.remark.startswith("no evidence could be opened: ")
        return
    evidence = json.loads((tmp_path / "case" / "evidence.json").read_text())
    assert scene.verify(evidence, file=leaked).accused[0].project == "guilty"


def test_a_format_that_the_program_cannot_read_alone_is_not_called_verified(scene, tmp_path):
    leaked = tmp_path / "leak.parquet"
    pl.read_csv(scene.file).head(300).write_parquet(leaked)
    papers = tracing.Papers(evidence=tmp_path / "case")
    assert tracing.trace_file(scene.home, leaked, by="ada", papers=papers).suspects
    evidence = json.loads((tmp_path / "case" / "evidence.json").read_text())
    assert evidence["sheet"]["table"]["name"] == "strongroom/0"
    assert scene.verify(evidence, file=leaked).accused[0].project == "guilty"
    command = [sys.executable, "-I", "-S", tmp_path / "case" / "verify_evidence.py"]
    words = [tmp_path / "case" / "evidence.json", "--file", leaked, "--key", scene.key]
    done = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs strongroom, which is not installed here" in done.stderr


def test_no_key_and_few_of_the_marks_are_revealed(scene):
    said = json.dumps(scene.evidence)
    (name,) = scene.case.plans
    plan = scene.case.plans[name]
    (guilty,) = scene.case._copies(["guilty"], name)
    for key in (plan.key, guilty.key):
        assert key.hex() not in said
        assert str(list(key))[1:-1] not in said
    read = {each["column"] for each in scene.evidence["sheet"]["columns"]}
    unopened = set(plan.statement["values"]) - read
    assert all(each not in scene.evidence["rules"] for each in unopened)
    opened = {each["person"] for each in used(scene.evidence)}
    assert set(map(int, scene.evidence["records"]["leaves"])) == opened
    assert len(np.unique(list(opened))) < 120


def test_a_second_party_repeats_the_recognition_without_any_projects_key(scene, tmp_path, monkeypatch):
    def refused(*_, **__):
        raise AssertionError("a project's key was used")

    monkeypatch.setattr("strongroom.portal.data.fingerprints.project_key", refused)
    monkeypatch.setattr("strongroom.portal.oversight.case.project_key", refused)
    found = recognise_again(
        scene.home, scene.file, cohort="synthetic", to=tmp_path / "rows.csv", by="second party"
    )
    assert scene.case.entry in found.same
    rows = dict(line.split(",") for line in (tmp_path / "rows.csv").read_text().splitlines())
    for each in used(scene.evidence):
        assert rows[str(each["row"] + 1)] == str(each["person"])


def test_every_trace_raises_the_bar_of_the_next_and_the_same_trace_does_not(scene, tmp_path):
    """An answer says how much of a mark is left: many questions must not lead to a false one."""
    again = tracing.trace_file(scene.home, scene.file, by="ada")
    assert (again.case.traces, again.case.bound) == (scene.answer.case.traces, 1e-9)
    other = tmp_path / "other.csv"
    pl.read_csv(scene.file).head(400).write_csv(other)
    asked = len({json.dumps([each.facts["sha256"], each.facts["sheets"]]) for each in earlier_reads()})
    later = tracing.trace_file(scene.home, other, by="ada", files=5)
    assert later.case.traces == asked + 1
    assert later.case.bound == pytest.approx(1e-9 / (5 * later.case.traces**2))
    assert later.marks.log10_needed == pytest.approx(np.log10(2 / later.case.bound))


def test_more_traces_a_day_than_the_policy_allows_need_a_second_person(scene, tmp_path):
    (scene.home.path / "trace.yaml").write_text("files_a_day: 1\n")
    other = tmp_path / "another.csv"
    pl.read_csv(scene.file).head(30).write_csv(other)
    try:
        with pytest.raises(RefusedError, match="without a second person"):
            tracing.trace_file(scene.home, other, by="ada")
        approve_trace(scene.home, other, by="ada")
        with pytest.raises(RefusedError, match="without a second person"):
            tracing.trace_file(scene.home, other, by="ada")
        approve_trace(scene.home, other, by="grace")
        assert tracing.trace_file(scene.home, other, by="ada").case
        (scene.home.path / "trace.yaml").write_text("files_a_day: many\n")
        with pytest.raises(InputError, match="whole number"):
            tracing.trace_file(scene.home, other, by="ada")
    finally:
        (scene.home.path / "trace.yaml").unlink()
