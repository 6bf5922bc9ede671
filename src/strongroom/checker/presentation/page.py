"""The report as a page: for a researcher who wants to know why, and for a custodian who has to decide."""

from pathlib import Path
from typing import Any

from strongroom.checker.confidence import prior
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.report import FileReport, Report
from strongroom.pages import Strip, number_table, percent, render
from strongroom.sandbox.confinement import warning

_TEMPLATE = Path(__file__).with_name("report.html")
_HEADLINES = {
    Verdict.RELEASE: "These files may be released.",
    Verdict.REVIEW: "An output checker must review these files before they can be released.",
    Verdict.BLOCK: "These files cannot be released.",
}


def to_html(report: Report, *, title: str = "Airlock report", detailed: bool = False) -> str:
    """Return a report as an HTML page; `detailed` adds what only the custodian may see."""
    return render(
        _TEMPLATE,
        title=title,
        detailed=detailed,
        report=report,
        headline=_HEADLINES[report.verdict],
        probability=f"Probability of a leak, if {percent(prior())} of files have one",
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
        ("Read in", warning(report.isolation) or report.isolation or "nothing was read"),
    ]


def _file(file: FileReport, *, detailed: bool) -> dict[str, Any]:
    """Return what the page shows of a file, its strictest findings first."""
    facts = [
        ("Type", file.type),
        ("Bytes", f"{file.size:,}"),
        ("Probability of a leak", percent(file.leak_probability)),
        *_people(file),
        ("SHA-256", file.sha256 or "not read"),
    ]
    if detailed and file.isolation:
        facts.append(("Read in", file.isolation))
    facts += [("Examined", each) for each in file.examined]
    leaks = sorted(file.leaks, key=lambda leak: -leak.severity.strictness)
    return {
        "report": file,
        "facts": facts,
        "findings": [_finding(leak) for leak in leaks],
        "tally": _tally([leak.severity for leak in leaks]),
    }


def _people(file: FileReport) -> list[tuple[str, str]]:
    if file.people is None:
        return []
    return [("People exposed", f"{file.people.expected:,.0f}, {file.people.low:,} to {file.people.high:,}")]


def _tally(verdicts: list[Verdict]) -> list[tuple[Verdict, int]]:
    """Return how often each verdict occurs that does, the strictest first."""
    return [(each, verdicts.count(each)) for each in reversed(Verdict) if each in verdicts]


def _finding(finding: Finding) -> dict[str, Any]:
    """Return what the page shows of a finding, and of the further evidence folded under it."""
    return {
        "rule": finding.rule or finding.detector,
        "severity": finding.severity,
        "message": finding.message,
        "where": finding.where,
        "advice": finding.advice,
        "help": finding.help,
        "linked": finding.help.startswith(("https://", "http://")),
        "detail": finding.detail,
        "evidence": evidence(finding),
        "further": [_finding(each) for each in finding.further],
        "strip": _strip(finding),
    }


def _strip(finding: Finding) -> dict[str, Any] | None:
    """Return the picture and table of which parts of a table matched, or None where that is unknown."""
    known = next((each for each in (finding, *finding.further) if each.matched_bands), None)
    if known is None:
        return None
    columns, bands = known.matched_columns, known.matched_bands
    title = f"Matched part of the table: {sum(columns):,} of {len(columns):,} columns"
    reach = (
        f"{percent(min(bands))} to {percent(max(bands))} of the rows tested matched, by position in the table"
    )
    rows = [
        (f"{place / len(bands):.0%} to {(place + 1) / len(bands):.0%}", percent(share))
        for place, share in enumerate(bands)
    ]
    numbers = ", ".join(f"{number}" for number, each in enumerate(columns, start=1) if each)
    matched = "All columns match" if all(columns) else f"Columns {numbers} match"
    return {
        "picture": Strip(title, columns, bands, f"{matched}; {reach}"),
        "columns": matched,
        "table": number_table("Rows that match", ("position in the table", "rows tested that match"), rows),
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
