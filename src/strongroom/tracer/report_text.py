"""What the report of a trace says, as plain text: for people who investigate and for courts.

`report` draws it. In these texts `10^x` is a power of ten and `...` between backticks is code.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from strongroom.tracer.attribution import Attribution, Suspect, TraceVerdict
from strongroom.tracer.fingerprint.code import LEVEL_SHARES, LEVELS
from strongroom.tracer.wording import at_most

Fact = tuple[str, str]
"""A label and its value."""

_CONCLUSIONS = {
    TraceVerdict.INCONCLUSIVE: (
        "The file contains data from this cohort. The source could not be determined."
    ),
    TraceVerdict.NOT_OURS: "No participant of this cohort was recognised in the file.",
}
_OF_A_BYTE = 256  # fixed: levels and their shares are in 256ths
# derived: how often the bits of two unrelated copies agree, p^2 + (1 - p)^2 averaged over the levels of bias.
_UNRELATED_AGREEMENT = sum(
    share * (level**2 + (_OF_A_BYTE - level) ** 2) for share, level in zip(LEVEL_SHARES, LEVELS, strict=True)
) / (_OF_A_BYTE**2 * sum(LEVEL_SHARES))
FINGERPRINT, DECOYS = "The fingerprint in the file", "Decoys in the file"
"""Titles of the sections that have pictures."""
NOT_COVERED = (
    "It names a copy, not a person. It does not show whether the copy was sold, stolen or lost.",
    "It takes the register for correct: a mistake in which copy went to which project is not covered.",
    (
        "Anyone with access to a copy, including the custodian, could have made the file to incriminate its "
        "holder."
    ),
    (
        "That no other participant fits a row as well is taken on trust: the evidence opens only those whose "
        "rows are used. `strongroom trace --recognise-only`, on the custodian's system, repeats the "
        "recognition for a second party without any project's key."
    ),
    "Where and how the file was found needs separate evidence.",
    "The probability is that of naming an innocent recipient; it is not the probability of guilt.",
    (
        "Traces made on this system count into the limit, and variants of the file as far as they were "
        "declared (`--files`). Copies of the system, and attempts elsewhere, do not."
    ),
)
REPLY = (
    "Before this report is used against the institution or a person, they should be given it, the evidence "
    "and the leaked file, or access to them, and time to answer: who had the copy, who else had access, "
    "whether it was passed on or lost, and whether the reading of single cells or the register is disputed. "
    "Their answer belongs in the file of the case."
)
VERIFICATION_STEPS = (
    (
        "Ask the custodian for the folder written by `strongroom trace --evidence`: `evidence.json`, the "
        "program `verify_evidence.py` and `VERIFY.txt`. The evidence has no key. It has values of those "
        "participants whose rows it opens: treat it like the leaked file."
    ),
    (
        "Ask somebody else than the custodian, such as the ledger's witness, for the ledger's verifier key, "
        "and compare the program with the published one. It is a single readable file and needs only Python "
        "3.11."
    ),
    (
        "Run `python3 -I verify_evidence.py evidence.json --file LEAKED --key KEY --ledger ledger.jsonl`. "
        "It prints `verified`, or `NOT VERIFIED` and the reason. It reads the cells again from the file, "
        "computes both candidate values of each from the committed values and plan, finds the commitments "
        "and the reading in the signed ledger, and computes the e-value."
    ),
    (
        "`--ledger` is the exported ledger (`strongroom ledger export`; verify it with its program): "
        "with it, every recipient and every earlier trace is counted."
    ),
    "Compare the date of the entry on the view with the date on which the file surfaced.",
)


@dataclass(frozen=True)
class Section:
    """A section of the report: paragraphs, points and facts; the points are steps if `ordered`."""

    title: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    points: tuple[str, ...] = ()
    ordered: bool = False


def conclusion(answer: Attribution) -> tuple[str, ...]:
    """Return the conclusion in one or two sentences, the first of which states the source."""
    if not answer.suspects:
        return (_CONCLUSIONS[answer.verdict],)
    copies = [f"{each.institution} (project {each.project})" for each in answer.suspects]
    source = "the copy given to " + copies[0]
    if len(copies) > 1:
        source = "copies given to " + ", ".join(copies[:-1]) + f" and {copies[-1]}"
    weakest = max(each.log10_false_accusation for each in answer.suspects)
    return (
        f"The file was made from {source}.",
        (
            "The probability that a file incriminates any innocent recipient this strongly, whatever was "
            "done to "
            f"it, is {at_most(weakest)}{_limit(answer)}."
        ),
    )


def sections(answer: Attribution, *, sha256: str, at: datetime) -> list[Section]:
    """Return the sections of the report in order; `sha256` is the file's, `at` when it was traced."""
    found = [
        _facts(answer, sha256, at),
        *(_suspect(each, answer) for each in answer.suspects),
        _ids(answer),
        _decoys(answer),
        _marks(answer),
        _examples(answer),
        _method(answer),
        _verification(answer),
        Section("What this does not show", points=NOT_COVERED),
        Section("Right of reply", (REPLY,)) if answer.suspects else None,
        _appendix(answer),
    ]
    return [each for each in found if each is not None]


def _limit(answer: Attribution) -> str:
    marks = answer.marks
    if not marks.recipients:
        return ""
    bound = math.log10(marks.recipients) - marks.log10_needed
    return f"; the limit set in advance for the whole file is {at_most(bound).removeprefix('at most ')}"


def _facts(answer: Attribution, sha256: str, at: datetime) -> Section:
    rows = [
        ("Traced", at.isoformat(timespec="seconds")),
        ("SHA-256 of the file", f"`{sha256}`"),
        ("Rows in all tables and texts found", f"{answer.rows:,}"),
        ("Participants recognised", f"{answer.participants:,}"),
        ("Columns recognised", f"{len(answer.columns)}: {', '.join(answer.columns)}"),
        ("Verdict", answer.verdict.value),
        *_case(answer),
    ]
    if answer.reason:
        rows.append(("Why no source is named", answer.reason))
    rows += [("Not covered by this answer", each) for each in answer.remarks]
    return Section("What was found", facts=tuple(rows))


def _case(answer: Attribution) -> list[Fact]:
    case = answer.case
    if case is None:
        return []
    rows = [
        ("Cohort", f"{case.cohort}, revision {case.revision}"),
        ("Ledger entry on what was read, made before any key was used", f"entry {case.entry}"),
        ("Traces made on this system so far, this one included", f"{case.traces:,}"),
        ("Limit for this file, which these reduce", at_most(math.log10(case.bound))),
    ]
    if case.files > 1:
        rows.append(("Variants of the file declared to have been made", f"{case.files:,}"))
    if case.remark:
        rows.append(("Evidence", case.remark))
    return rows


def _copy(suspect: Suspect, answer: Attribution) -> list[Fact]:
    copies = () if answer.case is None else answer.case.copies
    return [
        fact
        for each in copies
        if each.project == suspect.project
        for fact in (
            ("Copy", f"view {each.view}, issued {each.issued_at}"),
            ("Ledger entry on its issue", f"entry {each.entry}"),
            ("Commitment in that entry", f"`{each.commitment}`"),
        )
    ]


def _suspect(suspect: Suspect, answer: Attribution) -> Section:
    rows = [
        ("Probability of a false accusation", at_most(suspect.log10_false_accusation)),
        *_copy(suspect, answer),
    ]
    if suspect.marks_read:
        share = suspect.marks_agree / suspect.marks_read
        rows += [
            ("Marked cells of this copy read in the file", f"{suspect.marks_read:,}"),
            (
                "Of these, cells that match this copy",
                (
                    f"{suspect.marks_agree:,} ({share:.1%}); an unrelated copy would match about "
                    f"{_UNRELATED_AGREEMENT:.0%}"
                ),
            ),
        ]
        if suspect.marks_clean not in {0, suspect.marks_read}:
            rows.append(("Of the confidently read cells", _clean(suspect)))
        rows.append(("Compared with", f"all {answer.marks.recipients:,} recipients of a marked copy"))
    else:
        rows.append(("Evidence", suspect.evidence))
    if suspect.decoys:
        rows.append(("Decoys of this copy, by id", ", ".join(f"{each}" for each in suspect.decoys)))
    rows += [
        (f"Further evidence {number} (not included in the probability)", sentence)
        for number, sentence in enumerate(suspect.further, 1)
    ]
    return Section(f"{suspect.institution}, project {suspect.project}", facts=tuple(rows))


def _clean(suspect: Suspect) -> str:
    if suspect.clean_agree == suspect.marks_clean:
        return f"all {suspect.marks_clean:,} match"
    share = suspect.clean_agree / suspect.marks_clean
    return (
        f"{suspect.clean_agree:,} of {suspect.marks_clean:,} match ({share:.1%}); the other cells are noisy "
        "or "
        "may belong to another participant"
    )


def _ids(answer: Attribution) -> Section | None:
    why = (
        "Every copy gives its participants ids of its own, derived from its key. This is separate evidence: "
        "it accuses nobody."
    )
    found = tuple(each.sentence for each in answer.ids)
    return Section("Ids in the file", (why,), points=found) if found else None


def _decoys(answer: Attribution) -> Section | None:
    why = (
        "Decoys are invented participants. This is separate evidence: it accuses nobody and is not included "
        "in any other figure."
    )
    found = answer.decoy_sentences
    return Section(DECOYS, (why,), points=found) if found else None


def _marks(answer: Attribution) -> Section | None:
    marks = answer.marks
    if not marks.recipients:
        return None
    if not marks.cells:
        return Section(FINGERPRINT, ("No marked cell could be read.",))
    text = (
        f"{marks.cells:,} marked cells could be read, {marks.clean:,} of them confidently. An accusation "
        f"requires an e-value of 10^{marks.log10_needed:,.1f} ({marks.recipients:,} recipients divided by "
        "the "
        f"limit); the highest is {_e_value(marks.log10_best)}."
    )
    return Section(FINGERPRINT, (text, *_runner_up(answer)))


def _runner_up(answer: Attribution) -> tuple[str, ...]:
    accused = {each.project for each in answer.suspects}
    others = {name: score for name, score in answer.scores.items() if name not in accused}
    if not accused or not others:
        return ()
    name = max(others, key=lambda each: others[each])
    return (f"Of the projects not accused, {name} has the highest: {_e_value(others[name])}.",)


def _examples(answer: Attribution) -> Section | None:
    case = answer.case
    if case is None or not case.opened:
        return None
    text = (
        f"The evidence opens {case.opened:,} marked cells, chosen by their row alone. These are the first, "
        "without values, which are in the evidence. Every marked cell has two possible values; which of "
        "them a copy has is its bit."
    )
    cost = (
        f"To a holder of the accused copy, the evidence shows about {case.exposed:,} of its marks, which "
        "they could remove: those of the cells opened and of 63 other participants around each."
    )
    facts = tuple(
        (
            f"Row {each.row:,}, column {each.column} ({each.name})",
            (
                f"the file shows the {_side(each.read_higher)} value (wrong with a probability of about "
                f"{each.wrong:.1%}), the copy has the {_side(each.holds_higher)}"
            ),
        )
        for each in case.examples
    )
    return Section("Cells compared", (text, cost), facts)


def _side(higher: bool) -> str:  # noqa: FBT001 - a value of two
    return "higher" if higher else "lower"


def _e_value(log10: float) -> str:
    """Write an e-value; a very large one as a lower bound, its exact size is in the appendix."""
    return "more than 10^1,000" if log10 > 1_000 else f"10^{log10:,.1f}"  # noqa: PLR2004 - four digits


def _method(answer: Attribution) -> Section:
    if not answer.marks.recipients:
        text = (
            "The views carry no fingerprint. A project is named only if every other project is excluded by "
            "data it was never given. This assumes that one of the issued views is the source."
        )
    else:
        text = (
            "In every copy, many values were shifted slightly up or down by a secret bit derived from that "
            "copy's key. First, without any key, the rows and columns of the file were recognised and each "
            "marked cell was read as up or down. Only then were these readings compared with the bits of "
            "every recipient. The bits of an innocent recipient are independent of the file, whatever was "
            "done to it: their e-value has a mean of 1 and exceeds a number X with a probability of at most "
            "1/X (Markov's inequality)."
        )
    return Section("How this was concluded", (text,))


def _verification(answer: Attribution) -> Section | None:
    if answer.case is None or not answer.case.opened:
        return None
    return Section("How to verify this independently", points=VERIFICATION_STEPS, ordered=True)


def _appendix(answer: Attribution) -> Section | None:
    if not answer.suspects:
        return None
    text = (
        "The exact bound on the probability of a false accusation, as the calculation gives it. Beyond one "
        "in "
        '10^12 the figure says nothing about the real world: the possibilities listed under "What this does '
        'not show", such as a stolen copy or a mistake in the register, are far more likely.'
    )
    figures = tuple(
        (f"{each.institution}, project {each.project}", f"10^{each.log10_false_accusation:,.1f}")
        for each in answer.suspects
    )
    return Section("Appendix: exact figures", (text,), figures)
