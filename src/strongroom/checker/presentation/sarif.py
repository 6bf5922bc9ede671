"""SARIF 2.1.0 (OASIS 2020): the exchange format of findings, which code hosts and editors display."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from strongroom.checker.detectors import protections
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.report import FileReport, Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Verdict.RELEASE: "note", Verdict.REVIEW: "warning", Verdict.BLOCK: "error"}


def to_sarif(report: Report, *, detailed: bool = False) -> dict[str, Any]:
    """Return a report as a SARIF log of one run; `detailed` adds what only the custodian may see.

    Every file is an artifact with its SHA-256; a file without findings has one result of kind "pass". Each
    leak is one result; its further evidence is in `relatedLocations`.
    """
    findings = [finding for file in report.files for finding in file.findings]
    pages = {each.detector: each.help for each in findings if each.help.startswith("http")}
    against = protections()
    names = sorted({each.detector for each in findings} | against.keys())
    driver = {"name": "strongroom", "rules": [_rule(name, against, pages) for name in names]}
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


def _rule(name: str, against: Mapping[str, str], pages: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": name,
        "shortDescription": {"text": against.get(name, name)},
        **({"helpUri": pages[name]} if name in pages else {}),
    }


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
        message = {"text": "No finding keeps this file from leaving."}
        return [{"kind": "pass", "level": "none", "message": message, "locations": [place]}]
    return [_result(finding, place, rules, detailed=detailed) for finding in file.leaks]


def _result(finding: Finding, place: dict[str, Any], rules: list[str], *, detailed: bool) -> dict[str, Any]:
    shown_elsewhere = {"detector", "severity", "where", "message", "further"}
    facts = finding.to_json(detailed=detailed)
    further = [
        place | _inside(each) | {"message": {"text": f"{each.rule}: {each.message}"}}
        for each in finding.further
    ]
    return {
        "ruleId": finding.detector,
        "ruleIndex": rules.index(finding.detector),
        "kind": "fail",
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message} {finding.advice}".strip()},
        "locations": [place | _inside(finding)],
        **({"relatedLocations": further} if further else {}),
        "properties": {name: value for name, value in facts.items() if name not in shown_elsewhere},
    }


def _inside(finding: Finding) -> dict[str, Any]:
    return {"logicalLocations": [{"fullyQualifiedName": finding.where}]}
