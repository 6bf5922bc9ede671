"""A trace as a page to print, for people who investigate and people who go to court."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from strongroom.tracer.attribution import Attribution, Suspect, TraceVerdict

_SAID = {
    TraceVerdict.ATTRIBUTED: "The file was made from the copies named below.",
    TraceVerdict.INCONCLUSIVE: "The file holds participants of this cohort. Nobody can be named.",
    TraceVerdict.NOT_OURS: "The file is not from this cohort.",
}
_STYLE = """
body { font: 11pt/1.5 Georgia, serif; max-width: 44em; margin: 2em auto; color: #111; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 1.6em; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25em .6em .25em 0;
border-bottom: 1px solid #ccc; vertical-align: top; } code { font-size: .85em; overflow-wrap: anywhere; }
section { break-inside: avoid; } @media print { body { margin: 0; } }
"""


def report(answer: Attribution, *, name: str, sha256: str, at: datetime) -> str:
    """Return the page, self-contained HTML; `name` and `sha256` are the file's, `at` when it was traced."""
    body = [
        f"<h1>Trace of {escape(name)}</h1>",
        f"<p><strong>{_SAID[answer.verdict]}</strong></p>",
        _facts(answer, sha256, at),
        *(_suspect(each, answer) for each in answer.suspects),
        _decoys(answer),
        _cells(answer),
        _how(answer),
        _verify(answer),
        _limits(),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>Trace of {escape(name)}</title><style>{_STYLE}</style></head>\n<body>"
        + "\n".join(body)
        + "</body></html>\n"
    )


def _rows(rows: Mapping[str, str]) -> str:
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{value}</td></tr>" for name, value in rows.items())
    return f"<table>{cells}</table>"


def _facts(answer: Attribution, sha256: str, at: datetime) -> str:
    rows = {
        "Traced": escape(at.isoformat(timespec="seconds")),
        "SHA-256 of the file": f"<code>{escape(sha256)}</code>",
        "Rows": f"{answer.rows:,}",
        "Participants recognised": f"{answer.participants:,}",
        "Columns recognised": f"{len(answer.columns)}: {escape(', '.join(answer.columns))}",
        "Verdict": answer.verdict.value,
    }
    if answer.reason:
        rows["Why nobody is named"] = escape(answer.reason)
    return f"<h2>What was found</h2>{_rows(rows)}"


def _suspect(suspect: Suspect, answer: Attribution) -> str:
    rows = {
        "Evidence": escape(suspect.evidence),
        "Chance of a false accusation": f"at most 10<sup>{suspect.log10_false_accusation:.1f}</sup>, "
        "over all "
        f"{answer.marks.recipients:,} recipients together",
    }
    if suspect.marks_read:
        rows["Marked cells read"] = f"{suspect.marks_read:,}"
        rows["Cells that show what this copy shows"] = f"{suspect.marks_agree:,}"
    if suspect.decoys:
        rows["Invented participants of this copy"] = ", ".join(f"{each}" for each in suspect.decoys)
    for number, said in enumerate(suspect.further, 1):
        rows[f"Further evidence {number} (not added)"] = escape(said)
    return (
        f"<section><h2>{escape(suspect.institution)}, project {escape(suspect.project)}</h2>"
        f"{_rows(rows)}</section>"
    )


def _decoys(answer: Attribution) -> str:
    if not answer.said_of_decoys:
        return ""
    lines = "".join(f"<li>{escape(said)}</li>" for said in answer.said_of_decoys)
    return (
        "<h2>Invented people in the file</h2><p>Evidence of another kind, stated by itself: nobody is "
        f"accused by it and it is added to nothing.</p><ul>{lines}</ul>"
    )


def _cells(answer: Attribution) -> str:
    marks = answer.marks
    if not marks.recipients:
        return ""
    columns = {name: f"{count:,} cells" for name, count in sorted(marks.columns.items())}
    return (
        f"<h2>The fingerprint in the file</h2><p>{marks.cells:,} marked cells could be read, "
        f"{marks.clean:,} of "
        f"them almost certainly right. An accusation takes an e-value of "
        f"10<sup>{marks.log10_needed:.1f}</sup>; "
        f"the highest found is 10<sup>{marks.log10_best:.1f}</sup>.</p>{_rows(columns)}"
    )


def _how(answer: Attribution) -> str:
    if not answer.marks.recipients:
        return (
            "<h2>How this was concluded</h2><p>The views carry no fingerprint. A project is named only "
            "if every "
            "other project is excluded by what it was never given. This takes for granted that one of the "
            "issued views is the source.</p>"
        )
    return (
        "<h2>How this was concluded</h2><p>In every copy, many values were moved by a little, up or down "
        "by a "
        "secret bit that only this copy's key gives. First the rows and columns of the file were recognised, "
        "and each marked cell was read as up or down, without any key. Only then were these readings "
        "compared "
        "with the bits of every recipient. For a recipient who is innocent the bits have nothing to do "
        "with the "
        "file, whatever was done to it: the e-value then has a mean of 1, and exceeds a number X with a "
        "probability of at most 1/X.</p>"
    )


def _verify(answer: Attribution) -> str:
    if answer.dossier is None:
        return ""
    committed: list[Mapping[str, Any]] = answer.dossier["accused"]
    rows = {
        f"{each['institution']}, project {each['project']}": f"<code>{escape(each['commitment'])}</code>"
        for each in committed
    }
    return (
        "<h2>How to verify this without us</h2><ol><li>Take the ledger's export and a checkpoint from "
        "somebody "
        "who kept one, and verify them with the ledger's offline verifier.</li><li>Find in it the entry "
        "on the "
        "issue of the view, from before the file surfaced, with the commitment below.</li><li>Run "
        "<code>python offline_verifier.py evidence.json --ledger ledger.jsonl</code> on the evidence that "
        "<code>strongroom trace --evidence</code> writes. It reveals the key of the accused, and "
        f"recomputes the commitment, every bit and the e-value.</li></ol>{_rows(rows)}"
    )


def _limits() -> str:
    return (
        "<h2>What this does not say</h2><ul><li>It names a copy, not a person, and not whether the copy was "
        "sold, stolen or lost.</li><li>Whoever holds a copy, the custodian included, could have made the "
        "file "
        "from it to blame its holder.</li><li>Where and how the file was found needs evidence of its "
        "own.</li>"
        "<li>The probability is that of naming an innocent, not that of guilt.</li><li>Files examined many "
        "share the accepted probability: say how many there were.</li></ul>"
    )
