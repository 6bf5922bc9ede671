"""A trace as a page to print, for people who investigate and people who go to court."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from strongroom.tracer.attribution import Attribution, Suspect, TraceVerdict
from strongroom.tracer.fingerprint.code import LEVEL_SHARES, LEVELS

_SAID = {
    TraceVerdict.INCONCLUSIVE: "The file holds participants of this cohort. Nobody can be named.",
    TraceVerdict.NOT_OURS: "No participant of this cohort was recognised in the file.",
}
_OF_A_BYTE = 256
# How often the bits of two copies agree that have nothing to do with each other: most are biased, on purpose.
_INNOCENT = sum(
    share * (level**2 + (_OF_A_BYTE - level) ** 2) for share, level in zip(LEVEL_SHARES, LEVELS, strict=True)
) / (_OF_A_BYTE**2 * sum(LEVEL_SHARES))
_POWER = re.compile(r"10\^(-?[\d,.]*\d)")
_STYLE = """
body { font: 11pt/1.5 Georgia, serif; max-width: 44em; margin: 2em auto; color: #111; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 1.6em; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25em .6em .25em 0;
border-bottom: 1px solid #ccc; vertical-align: top; } th { width: 30%; font-weight: 600; }
code, pre { font-size: .85em; overflow-wrap: anywhere; white-space: pre-wrap; } sup { line-height: 0; }
.said { border: 2px solid #111; padding: .6em 1em; font-size: 1.1em; } .said p { margin: .3em 0; }
section, .said, tr { break-inside: avoid; } h2 { break-after: avoid; } @page { margin: 2cm; }
@media print { body { margin: 0; max-width: none; } }
"""
_STEPS = """<ol>
<li>Ask the custodian for <code>evidence.json</code>, which <code>strongroom trace --evidence</code> writes
(the cells, the keys of the accused and the plan, no participant's value), for the ledger's export
(<code>strongroom ledger export</code>) and for two programs called <code>offline_verifier.py</code>, the
ledger's and the tracer's. Each is one file that can be read; both need Python 3.11 and the package
<code>cryptography</code>.</li>
<li>Verify the export with the ledger's program, against a checkpoint from somebody who kept one: nothing
was added, changed or taken out since.</li>
<li>Run the tracer's: <pre>python offline_verifier.py evidence.json --ledger ledger.jsonl --file LEAKED</pre>
It prints <code>verified</code>, whose copy, how many cells agree, the e-value and the ledger's entry, or
<code>NOT VERIFIED</code> and why. It checks that the evidence is of this file, recomputes the commitment
below from the revealed key, finds it in the ledger's entry on the issue of the view, with the project and the
institution, checks that no recipient is left out of the count, and recomputes every bit and the e-value.</li>
<li>Compare the date of that entry with when the file surfaced: the key was fixed before.</li>
<li>Read some of the cells that the evidence names again.</li>
</ol>"""


def report(answer: Attribution, *, name: str, sha256: str, at: datetime) -> str:
    """Return the page, self-contained HTML; `name` and `sha256` are the file's, `at` when it was traced."""
    body = [
        f"<h1>Trace of {escape(name)}</h1>",
        _said(answer),
        _facts(answer, sha256, at),
        *(_suspect(each, answer) for each in answer.suspects),
        _ids(answer),
        _decoys(answer),
        _cells(answer),
        _how(answer),
        _verify(answer),
        _limits(),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Trace of {escape(name)}</title><style>{_STYLE}</style></head>\n<body><main>"
        + "\n".join(body)
        + "</main></body></html>\n"
    )


def _said(answer: Attribution) -> str:
    """Return the conclusion, as it would be read out."""
    if not answer.suspects:
        return f'<div class="said"><p><strong>{_SAID[answer.verdict]}</strong></p></div>'
    copies = [f"{escape(each.institution)} (project {escape(each.project)})" for each in answer.suspects]
    whose = "the copy that was given to " + copies[0]
    if len(copies) > 1:
        whose = "copies that were given to " + ", ".join(copies[:-1]) + f" and {copies[-1]}"
    worst = max(each.log10_false_accusation for each in answer.suspects)
    return (
        f'<div class="said"><p><strong>The file was made from {whose}.</strong></p><p>The probability that a '
        f"file names anybody innocent so strongly, whatever was done to it, is at most {_power(worst)}"
        f"{_limit(answer)}.</p></div>"
    )


def _limit(answer: Attribution) -> str:
    marks = answer.marks
    if not marks.recipients:
        return ""
    bound = math.log10(marks.recipients) - marks.log10_needed
    return f"; the limit, set beforehand for the file as a whole, is {_power(bound)}"


def _power(log10: float) -> str:
    return f"10<sup>{log10:,.1f}</sup>".replace(".0<", "<").replace("-", "&minus;")


def _plain(said: str) -> str:
    """Return a sentence as HTML, its powers of ten raised."""
    return _POWER.sub(lambda found: _power(float(found[1].replace(",", ""))), escape(said))


def _rows(rows: Mapping[str, str]) -> str:
    cells = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{value}</td></tr>' for name, value in rows.items()
    )
    return f"<table>{cells}</table>"


def _facts(answer: Attribution, sha256: str, at: datetime) -> str:
    rows = {
        "Traced": escape(at.isoformat(timespec="seconds")),
        "SHA-256 of the file": f"<code>{escape(sha256)}</code>",
        "Rows, in all tables and texts found": f"{answer.rows:,}",
        "Participants recognised": f"{answer.participants:,}",
        "Columns recognised": f"{len(answer.columns)}: {escape(', '.join(answer.columns))}",
        "Verdict": answer.verdict.value,
    }
    if answer.reason:
        rows["Why nobody is named"] = _plain(answer.reason)
    if answer.remarks:
        rows["Not in this answer"] = "<br>".join(escape(each) for each in answer.remarks)
    return f"<h2>What was found</h2>{_rows(rows)}"


def _suspect(suspect: Suspect, answer: Attribution) -> str:
    rows = {"Chance of a false accusation": f"at most {_power(suspect.log10_false_accusation)}"}
    if suspect.marks_read:
        share = suspect.marks_agree / suspect.marks_read
        rows["Marked cells of this copy read in the file"] = f"{suspect.marks_read:,}"
        rows["Of these show what this copy shows"] = (
            f"{suspect.marks_agree:,} ({share:.1%}); a copy that has nothing to do with the file would "
            f"show about {_INNOCENT:.0%}"
        )
        if suspect.marks_clean not in {0, suspect.marks_read}:
            surest = suspect.clean_agree / suspect.marks_clean
            rows["Of those read almost certainly right"] = (
                f"{suspect.clean_agree:,} of {suspect.marks_clean:,} ({surest:.1%}); the others are blurred, "
                "or may be another person's"
            )
        rows["Counted in"] = f"all {answer.marks.recipients:,} recipients of a marked copy"
    else:
        rows["Evidence"] = _plain(suspect.evidence)
    if suspect.decoys:
        rows["Invented participants of this copy"] = ", ".join(f"{each}" for each in suspect.decoys)
    for number, said in enumerate(suspect.further, 1):
        rows[f"Further evidence {number} (not added)"] = _plain(said)
    return (
        f"<section><h2>{escape(suspect.institution)}, project {escape(suspect.project)}</h2>"
        f"{_rows(rows)}</section>"
    )


def _ids(answer: Attribution) -> str:
    why = (
        "In every copy people have other numbers, which its key gives. Evidence of another kind, stated by "
        "itself: nobody is accused by it."
    )
    return _beside("Ids in the file", why, [each.said for each in answer.ids])


def _decoys(answer: Attribution) -> str:
    why = "Evidence of another kind, stated by itself: nobody is accused by it and it is added to nothing."
    return _beside("Invented people in the file", why, answer.said_of_decoys)


def _beside(title: str, why: str, said: Sequence[str]) -> str:
    """Return a section of evidence beside the marks; nothing where there is none."""
    if not said:
        return ""
    lines = "".join(f"<li>{_plain(each)}</li>" for each in said)
    return f"<h2>{title}</h2><p>{why}</p><ul>{lines}</ul>"


def _cells(answer: Attribution) -> str:
    marks = answer.marks
    if not marks.recipients:
        return ""
    if not marks.cells:
        return "<h2>The fingerprint in the file</h2><p>No marked cell could be read.</p>"
    columns = {name: f"{count:,}" for name, count in sorted(marks.columns.items())}
    return (
        f"<h2>The fingerprint in the file</h2><p>{marks.cells:,} marked cells could be read, "
        f"{marks.clean:,} of them almost certainly right. An accusation takes an e-value of "
        f"{_power(marks.log10_needed)} ({marks.recipients:,} recipients over the limit); the highest is "
        f"{_power(marks.log10_best)}. Cells read, by column:</p>{_rows(columns)}"
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
    return f"<h2>How to verify this without us</h2>{_STEPS}<p>Commitment of each copy:</p>{_rows(rows)}"


def _limits() -> str:
    return (
        "<h2>What this does not say</h2><ul><li>It names a copy, not a person, and not whether the copy was "
        "sold, stolen or lost.</li><li>Whoever holds a copy, the custodian included, could have made the "
        "file "
        "from it to blame its holder.</li><li>Where and how the file was found needs evidence of its "
        "own.</li>"
        "<li>The probability is that of naming an innocent, not that of guilt.</li><li>Where many "
        "files were examined, each has the accepted probability anew: say how many there were.</li></ul>"
    )
