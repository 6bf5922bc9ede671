"""The report as a page: for a researcher who wants to know why, and for a custodian who has to decide.

One file, no script, nothing fetched: it can be mailed, printed and kept.
"""

from html import escape
from pathlib import Path

from strongroom.checker.report import FileReport, Finding, Report, Verdict

_STYLE = Path(__file__).with_name("page.css")
_HEADLINES = {
    Verdict.RELEASE: "This may leave.",
    Verdict.REVIEW: "A person has to look at this before it may leave.",
    Verdict.BLOCK: "This does not leave.",
}
_SURE = {
    Verdict.RELEASE: "How sure the verdict is",
    Verdict.REVIEW: "How likely it carries participants' data, before a person has looked",
    Verdict.BLOCK: "How sure the verdict is",
}
# A shape beside the colour, for eyes that do not tell them apart.
_SIGNS = {Verdict.RELEASE: "&#10003;", Verdict.REVIEW: "&#9679;", Verdict.BLOCK: "&#10007;"}
_BAR_WIDTH, _BAR_HEIGHT = 320, 14


def to_html(report: Report, *, title: str = "Airlock report", detailed: bool = False) -> str:
    """Return a report as an HTML page; `detailed` adds what only the custodian may see."""
    counts = {verdict: sum(file.verdict is verdict for file in report.files) for verdict in Verdict}
    summary = ", ".join(f"{number:,} {verdict.value}" for verdict, number in counts.items() if number)
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{_badge(report.verdict)} <strong>{_HEADLINES[report.verdict]}</strong></p>",
        _bar(report.confidence, _SURE[report.verdict]),
        "<dl>",
        _term("Files", f"{len(report.files):,} ({summary})" if summary else "none"),
        _term("Checked in", f"{report.seconds:.1f} seconds"),
        _term("Rules of the custodian, SHA-256", report.policy_hash),
        "</dl>",
        _contents(report.files) if len(report.files) > 1 else "",
        *(_file(file, number, detailed=detailed) for number, file in enumerate(report.files, start=1)),
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}: {report.verdict.value}</title>\n"
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in body if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _contents(files: tuple[FileReport, ...]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="#file-{number}">{escape(file.path)}</a></th>'
        f'<td>{_badge(file.verdict)}</td><td class="number">{file.confidence:.2f}</td>'
        f'<td class="number">{file.size:,}</td></tr>\n'
        for number, file in enumerate(files, start=1)
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("file", "verdict"))
    head += "".join(f'<th scope="col" class="number">{name}</th>' for name in ("confidence", "bytes"))
    return _table("The files", head, rows)


def _file(file: FileReport, number: int, *, detailed: bool) -> str:
    return "\n".join(
        [
            f'<section aria-labelledby="file-{number}">',
            f'<h2 id="file-{number}">{escape(file.path)} {_badge(file.verdict)}</h2>',
            "<dl>",
            _term("Type", file.type),
            _term("Bytes", f"{file.size:,}"),
            _term("SHA-256", file.sha256 or "not read"),
            _term("Confidence", f"{file.confidence:.2f}"),
            *([_term("Read in", file.isolation)] if detailed and file.isolation else []),
            "</dl>",
            _findings(file.findings, detailed=detailed),
            _changes(file.changes),
            "</section>",
        ]
    )


def _findings(findings: tuple[Finding, ...], *, detailed: bool) -> str:
    if not findings:
        return "<p>Nothing was found that keeps this file from leaving.</p>"
    names = ["severity", "finding", "where", "evidence"]
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = "".join(_finding(finding, detailed=detailed) for finding in findings)
    return _table("Findings", head, rows)


def _finding(finding: Finding, *, detailed: bool) -> str:
    said = escape(finding.message)
    if detailed and finding.detail:
        said += f"<br><small>For the custodian: {escape(finding.detail)}</small>"
    return (
        f"<tr><td>{_badge(finding.severity)}</td><td><strong>{escape(finding.detector)}</strong><br>{said}</td>"
        f"<td>{escape(finding.where)}</td><td>{_evidence(finding)}</td></tr>\n"
    )


def _evidence(finding: Finding) -> str:
    """Say the numbers behind a finding; nothing for a rule that has none."""
    said = []
    if finding.participants:
        said.append(f"{finding.participants:,} participants")
    if finding.rows:
        said.append(f"{finding.rows:,} rows, {finding.chance:,.2f} by chance")
    if finding.bits:
        said.append(f"{finding.bits:,.0f} bits each")
    return "<br>".join(said)


def _changes(changes: tuple[str, ...]) -> str:
    if not changes:
        return ""
    items = "".join(f"<li>{escape(change)}</li>" for change in changes)
    return f"<p>The released copy was made anew. What changed:</p><ul>{items}</ul>"


def _badge(verdict: Verdict) -> str:
    return f'<span class="verdict {verdict.value}">{_SIGNS[verdict]} {verdict.value}</span>'


def _bar(share: float, label: str) -> str:
    filled = round(_BAR_WIDTH * share)
    said = f"{escape(label)}: {share:.0%}"
    return (
        f'<svg role="img" aria-label="{said}" width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}">'
        f'<rect width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}" rx="4" fill="currentColor" opacity=".15"/>'
        f'<rect width="{filled}" height="{_BAR_HEIGHT}" rx="4" fill="currentColor" opacity=".7"/></svg>'
        f"<p>{said}</p>"
    )


def _table(caption: str, head: str, rows: str) -> str:
    return (
        f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}</tbody></table>"
    )


def _term(name: str, value: str) -> str:
    return f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"
