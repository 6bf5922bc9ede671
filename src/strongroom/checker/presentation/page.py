"""The report as a page: for a researcher who wants to know why, and for a custodian who has to decide."""

from pathlib import Path
from typing import Any

from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.report import FileReport, Report
from strongroom.pages import percent, render

_TEMPLATE = Path(__file__).with_name("report.html")
_STRICTEST_FIRST = (Verdict.BLOCK, Verdict.REVIEW, Verdict.RELEASE)
_HEADLINES = {
    Verdict.RELEASE: "These files may be released.",
    Verdict.REVIEW: "An output checker must review these files before they can be released.",
    Verdict.BLOCK: "These files cannot be released.",
}
_CONFIDENCE = {
    Verdict.RELEASE: "Confidence in this verdict",
    Verdict.REVIEW: "Probability, before review, that they contain participants' data",
    Verdict.BLOCK: "Confidence in this verdict",
}


def to_html(report: Report, *, title: str = "Airlock report", detailed: bool = False) -> str:
    """Return a report as an HTML page; `detailed` adds what only the custodian may see."""
    return render(
        _TEMPLATE,
        title=title,
        detailed=detailed,
        report=report,
        headline=_HEADLINES[report.verdict],
        confidence=_CONFIDENCE[report.verdict],
        facts=_facts(report),
        files=[_file(file, detailed=detailed) for file in report.files],
        percent=percent,
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    counts = _tally([file.verdict for file in report.files])
    summary = ", ".join(f"{number:,} {verdict.value}" for verdict, number in counts)
    return [
        ("Files", f"{len(report.files):,} ({summary})" if summary else "none"),
        ("Bytes", f"{sum(file.size for file in report.files):,}"),
        ("Checked in", f"{report.seconds:.1f} seconds"),
        ("SHA-256 of the custodian's rules", report.policy_hash),
    ]


def _file(file: FileReport, *, detailed: bool) -> dict[str, Any]:
    """Return what the page shows of a file, its strictest findings first."""
    facts = [
        ("Type", file.type),
        ("Bytes", f"{file.size:,}"),
        ("Confidence", percent(file.confidence)),
        ("SHA-256", file.sha256 or "not read"),
    ]
    if detailed and file.isolation:
        facts.append(("Read in", file.isolation))
    findings = sorted(file.findings, key=lambda finding: _STRICTEST_FIRST.index(finding.severity))
    return {
        "report": file,
        "facts": facts,
        "findings": [_finding(finding) for finding in findings],
        "tally": _tally([finding.severity for finding in findings]),
    }


def _tally(verdicts: list[Verdict]) -> list[tuple[Verdict, int]]:
    """Return how often each verdict occurs that does, the strictest first."""
    return [(each, verdicts.count(each)) for each in _STRICTEST_FIRST if each in verdicts]


def _finding(finding: Finding) -> dict[str, Any]:
    """Return what the page shows of a finding, and of the further evidence folded under it."""
    return {
        "rule": getattr(finding, "rule", "") or finding.detector,
        "severity": finding.severity,
        "message": finding.message,
        "where": finding.where,
        "advice": getattr(finding, "advice", ""),
        "help": getattr(finding, "help", ""),
        "detail": finding.detail,
        "evidence": evidence(finding),
        "further": [_finding(each) for each in getattr(finding, "further", ())],
    }


def evidence(finding: Finding) -> str:
    """Return the numbers behind a finding in words; empty for a rule that has none."""
    parts = []
    if finding.participants:
        parts.append(f"{finding.participants:,} participants")
    if finding.rows:
        parts.append(f"{finding.rows:,} rows")
    if finding.rows and (finding.participants or finding.chance):
        parts.append(f"{finding.chance:,.2f} rows expected by chance")
    if finding.bits:
        parts.append(f"{finding.bits:,.0f} bits of evidence each")
    return "; ".join(parts)
