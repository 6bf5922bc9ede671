"""Content that could not be read does not leave without a decision."""

from collections.abc import Iterator

from strongroom.checker.contents.found import FoundProblem, ProblemKind
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule
from strongroom.checker.table_types.examined import Examined


def _rule(name: str, sentence: str, advice: str) -> Rule:
    return Rule(f"not-understood/{name}", sentence, advice)


_REVIEWED = {ProblemKind.HIDDEN_CONTENT}
_RULES = {
    ProblemKind.UNKNOWN_TYPE: _rule(
        "unknown-type", "This type of file is not supported.", "Submit a table, a text or a PNG instead."
    ),
    ProblemKind.DISAGREEMENT: _rule(
        "wrong-name",
        "The content is not of the type that the file name says.",
        "Give the file the extension of its format.",
    ),
    ProblemKind.UNREADABLE: _rule(
        "unreadable",
        "The content cannot be read in the format it appears to have.",
        "Re-save it, or submit it in another supported format.",
    ),
    ProblemKind.TRAILING_BYTES: _rule(
        "extra-bytes",
        "The file has data outside its structure.",
        "Re-save it with the program that made it.",
    ),
    ProblemKind.ENCRYPTED: _rule(
        "encrypted", "The content is encrypted and cannot be checked.", "Submit it without a password."
    ),
    ProblemKind.ACTIVE_CONTENT: _rule(
        "active-content", "The file contains macros or programs.", "Save it without them."
    ),
    ProblemKind.TOO_DEEP: _rule(
        "nested-too-deeply", "Archives are nested too deeply.", "Unpack them before you submit them."
    ),
    ProblemKind.TOO_LARGE: _rule(
        "too-large",
        "The content is larger than the limit, or unpacks to more.",
        "Submit less, or ask the custodian to raise the limit.",
    ),
    ProblemKind.CRASHED: _rule(
        "reader-failed",
        "Reading the content failed or took too long.",
        "Re-save it in a simpler format, or ask the custodian.",
    ),
    ProblemKind.HIDDEN_CONTENT: _rule(
        "hidden-content", "The file has hidden content.", "Show or delete it, or wait for manual review."
    ),
    ProblemKind.UNSAFE_NAME: _rule(
        "unsafe-name",
        "A name in the archive points outside the archive.",
        "Pack the files again with relative names.",
    ),
}
NOT_JUDGED = _rule(
    "not-judged",
    "The check of this content failed, so it does not leave.",
    "Submit it in a simpler format, or ask the custodian.",
)
NOT_REBUILT = _rule(
    "not-rebuilt",
    "The checker cannot write a clean copy of this file, so it does not leave.",
    "Save it in another format.",
)


class Problems:
    """Fails closed: every problem a reader met is a finding."""

    name = "not-understood"
    protects_against = "content hidden from the other detectors by a format, a manipulated file or a crash"
    rules = (*_RULES.values(), NOT_JUDGED, NOT_REBUILT)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:  # noqa: ARG002 - the protocol
        """Yield a finding for a problem."""
        artefact = examined.found
        if isinstance(artefact, FoundProblem):
            severity = Verdict.REVIEW if artefact.kind in _REVIEWED else Verdict.BLOCK
            detail = f"{artefact.kind.value}: {artefact.detail}"
            yield _RULES[artefact.kind].finding(severity, artefact.where, detail=detail)
