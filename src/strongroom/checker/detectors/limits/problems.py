"""What could not be understood does not leave by itself."""

from collections.abc import Iterator

from strongroom.checker.contents.found import FoundProblem, ProblemKind
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import Examined

_REVIEWED = {ProblemKind.HIDDEN_CONTENT}
_ADVICE = {
    ProblemKind.UNKNOWN_TYPE: "this type of file is not understood; hand in a table, a text or a PNG",
    ProblemKind.DISAGREEMENT: "the content is not what the name says; give the file its proper name",
    ProblemKind.UNREADABLE: "this cannot be read as what it seems to be",
    ProblemKind.TRAILING_BYTES: "there are bytes that belong to no part of the file; save it anew",
    ProblemKind.ENCRYPTED: "this is encrypted and cannot be checked; hand it in without a password",
    ProblemKind.ACTIVE_CONTENT: "this holds macros or programs; save it without them",
    ProblemKind.TOO_DEEP: "archives are nested too deeply; unpack them first",
    ProblemKind.TOO_LARGE: "this is larger, or unpacks to more, than is allowed",
    ProblemKind.CRASHED: "reading this failed or took too long",
    ProblemKind.HIDDEN_CONTENT: "this holds hidden content, which a person must see; show it or leave it out",
    ProblemKind.UNSAFE_NAME: "a name in the archive points outside it",
}


class Problems:
    """Fails closed: every problem a reader met is a finding."""

    name = "not-understood"
    protects_against = "content hidden from the other detectors by a format, a trick or a crash"

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:  # noqa: ARG002 - the protocol
        """Yield a finding for a problem."""
        artefact = examined.found
        if isinstance(artefact, FoundProblem):
            severity = Verdict.REVIEW if artefact.kind in _REVIEWED else Verdict.BLOCK
            message = _ADVICE[artefact.kind][0].upper() + _ADVICE[artefact.kind][1:] + "."
            yield Finding(
                self.name, severity, artefact.where, message, f"{artefact.kind.value}: {artefact.detail}"
            )
