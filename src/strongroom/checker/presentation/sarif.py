"""SARIF 2.1.0 (OASIS 2020): the exchange format of findings, which code hosts and editors display."""

from typing import Any
from urllib.parse import quote

from strongroom.checker.detectors import protections
from strongroom.checker.report import FileReport, Finding, Report, Verdict

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Verdict.RELEASE: "note", Verdict.REVIEW: "warning", Verdict.BLOCK: "error"}


def to_sarif(report: Report, *, detailed: bool = False) -> dict[str, Any]:
    """Return a report as a SARIF log of one run; `detailed` adds what only the custodian may see.

    Every file is an artifact with its SHA-256; a file without findings has one result of kind "pass".
    """
    found = {finding.detector for file in report.files for finding in file.findings}
    against = protections()
    names = sorted(found | against.keys())
    driver = {
        "name": "strongroom",
        "rules": [{"id": name, "shortDescription": {"text": against.get(name, name)}} for name in names],
    }
    results = [
        result
        for number, file in enumerate(report.files)
        for result in _results(file, number, names, detailed=detailed)
    ]
    run = {
        "tool": {"driver": driver},
        "artifacts": [_artifact(file) for file in report.files],
        "results": results,
        "properties": {
            "verdict": report.verdict.value,
            "confidence": round(report.confidence, 3),
            "policy": report.policy_hash,
        },
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _artifact(file: FileReport) -> dict[str, Any]:
    return {
        "location": {"uri": quote(file.path)},
        "length": file.size,
        "mimeType": file.type,
        **({"hashes": {"sha-256": file.sha256}} if file.sha256 else {}),
        "properties": {"verdict": file.verdict.value, "confidence": round(file.confidence, 3)},
    }


def _results(file: FileReport, number: int, rules: list[str], *, detailed: bool) -> list[dict[str, Any]]:
    place = {"physicalLocation": {"artifactLocation": {"uri": quote(file.path), "index": number}}}
    if not file.findings:
        message = {"text": "Nothing was found that keeps this file from leaving."}
        return [{"kind": "pass", "level": "none", "message": message, "locations": [place]}]
    return [_result(finding, place, rules, detailed=detailed) for finding in file.findings]


def _result(finding: Finding, place: dict[str, Any], rules: list[str], *, detailed: bool) -> dict[str, Any]:
    inside = {"logicalLocations": [{"fullyQualifiedName": finding.where}]}
    known = {"detector", "severity", "where", "message"}
    facts = finding.to_json(detailed=detailed)
    return {
        "ruleId": finding.detector,
        "ruleIndex": rules.index(finding.detector),
        "kind": "fail",
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [place | inside],
        "properties": {name: value for name, value in facts.items() if name not in known},
    }
