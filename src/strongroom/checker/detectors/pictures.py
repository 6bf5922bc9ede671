"""A plot is small, has few colours and flat areas; what is otherwise may carry more than it shows."""

from collections.abc import Iterator

from strongroom.checker.artefacts import Artefact, FoundPicture
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.report import Finding, Verdict

_SPECKLED = 200


class Pictures:
    """A budget of bytes and colours, and a look for bits in disguise. What a picture shows is not read."""

    name = "picture"
    protects_against = (
        "data hidden in a picture's low bits: drawn plots stay far below the budget, carriers do not"
    )

    def run(self, artefact: Artefact, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a picture over budget."""
        if not isinstance(artefact, FoundPicture):
            return
        policy = evidence.policy
        large = artefact.size > policy.picture_kb * 1024 or artefact.colours > policy.picture_colours
        if large or artefact.speckle > _SPECKLED:
            yield Finding(
                detector=self.name,
                severity=Verdict.REVIEW,
                where=artefact.where,
                message="This picture holds more than a drawn plot needs; a person has to look at it.",
                detail=f"{artefact.colours:,} colours, {artefact.size:,} bytes, "
                f"{artefact.width} x {artefact.height} pixels, "
                f"{artefact.speckle / 10:.0f} % of them speckled.",
            )
