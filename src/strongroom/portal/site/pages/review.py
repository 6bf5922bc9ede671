"""What the review page shows: files with their findings, and tables with the cells in question."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from strongroom.portal.outputs.settings import policy_of
from strongroom.portal.outputs.submission_models import Submission
from strongroom.portal.site.serving_home import the_home


@dataclass
class ShownCell:
    """A cell, and the number of the finding that is about it; 0 for none."""

    text: str
    numeric: bool
    finding: int = 0


@dataclass
class ShownFile:
    """A file of a submission: its verdict, its findings, and the parts of its preview."""

    number: int
    name: str
    size: int
    context: str
    verdict: str = ""
    findings: list[dict[str, Any]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    examined: list[str] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    copy: Mapping[str, int] | None = None
    vote: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether its copy is a picture that the page can show."""
        return self.copy is not None and self.name.lower().endswith((".png", ".jpg", ".jpeg", ".gif"))


@dataclass
class ShownReport:
    """All files, and the one that is chosen with its neighbours."""

    files: list[ShownFile]
    chosen: ShownFile | None = None
    previous: ShownFile | None = None
    following: ShownFile | None = None
    confidence: float = 0.0
    people: Mapping[str, Any] | None = None

    @property
    def place(self) -> int:
        """The place of the chosen file, from 1."""
        return self.files.index(self.chosen) + 1 if self.chosen else 0


def shown(submission: Submission, document: Mapping[str, Any], chosen: str, *, detailed: bool) -> ShownReport:
    """Return what a page shows; details of findings only for those who check.

    Of what a job made, its members learn a verdict and one rule for each file: the script chose the rest.
    """
    report = {} if submission.request is None else submission.request.report
    judged = {file["path"]: file for file in report.get("files", [])}
    files = [
        _file(file, judged.get(file.name, {}), document, detailed=detailed) for file in submission.files.all()
    ]
    found = ShownReport(files, confidence=report.get("confidence", 0.0), people=report.get("people"))
    for place, file in enumerate(files):
        if file.name == chosen or (place == 0 and not chosen):
            found.chosen = file
            found.previous = files[place - 1] if place else None
            found.following = files[place + 1] if place + 1 < len(files) else None
    return found


def _file(file: Any, judged: Mapping[str, Any], document: Mapping[str, Any], *, detailed: bool) -> ShownFile:
    findings = [
        _finding(each, place, detailed=detailed) for place, each in enumerate(judged.get("findings", []), 1)
    ]
    if file.submission.job_id is not None and not detailed:
        findings = [{**each, "message": f"Rule {each['rule']}.", "where": file.name} for each in findings[:1]]
    preview = document.get("files", {}).get(file.name, {"parts": []})
    parts = [_part(part, findings) for part in preview["parts"]]
    return ShownFile(
        number=file.pk,
        name=file.name,
        size=file.size,
        context=file.context,
        verdict=judged.get("verdict", ""),
        findings=findings,
        changes=judged.get("changes", []),
        examined=judged.get("examined", []),
        parts=parts,
        copy=document.get("copies", {}).get(file.name),
    )


def _finding(finding: Mapping[str, Any], place: int, *, detailed: bool) -> dict[str, Any]:
    kept = {name: finding[name] for name in ("rule", "detector", "severity", "where", "message", "advice")}
    detail = finding.get("detail", "") if detailed else ""
    return {**kept, "number": place, "detail": detail, "columns": finding.get("matched_columns", [])}


def _part(part: dict[str, Any], findings: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a part of the preview, with the cells that a finding is about marked by its number."""
    if part["kind"] != "table":
        return part
    about = [each for each in findings if each["where"] == part["where"]]
    small = next((each["number"] for each in about if each["detector"] == "small-cells"), 0)
    matched = next((each for each in about if any(each["columns"])), None)
    marks = [
        matched["number"] if matched and place < len(matched["columns"]) and matched["columns"][place] else 0
        for place in range(len(part["header"]))
    ]
    fewest = policy_of(the_home()).small_count

    def cell(text: str, numeric: bool, mark: int) -> ShownCell:  # noqa: FBT001 - a column's own
        is_small = small and text.isdigit() and 0 < int(text) < fewest
        return ShownCell(text, numeric, small if is_small else mark)

    rows = [[cell(*each) for each in zip(row, part["numeric"], marks, strict=True)] for row in part["rows"]]
    return {**part, "cells": rows, "head": list(zip(part["header"], part["numeric"], strict=True))}
