"""The checker as the judge of what a session shows: the same rules as for files that leave."""

import base64
from collections.abc import Sequence
from pathlib import Path

from strongroom.checker import FileReport, Verdict
from strongroom.portal.data.vault import incoming
from strongroom.portal.home import Home
from strongroom.portal.outputs.actions import Desk, airlock, judge
from strongroom.sandbox.proxy.bundles import HTML, PICTURES, Part
from strongroom.sandbox.proxy.desk import Judging

_PICTURE = "picture"


def session_judge(home: Home, slug: str) -> Judging:
    """Return what judges outputs of a project's session, with the rules for files that leave.

    Text may not be shown if the checker blocks it. What it would send for manual review is shown: nobody can
    review a screen while it is read, and the session's totals bound it. A picture must pass without review,
    as figures of statistics do: what is reviewed there are single points.
    """

    def judged(parts: Sequence[Part]) -> str | None:
        with incoming(home) as directory:
            shown = directory / "shown"
            shown.mkdir(mode=0o700)
            _write(parts, shown)
            report = judge(home, [shown], through=airlock(project=slug), desk=Desk(directory))
        rules = {rule for file in report.files for rule in _refused(file)}
        return ", ".join(sorted(rules)[:3]) or None

    return judged


def _refused(file: FileReport) -> set[str]:
    """Return the rules by which a file may not be shown."""
    picture = file.path.startswith(_PICTURE)
    refusing = {Verdict.BLOCK, Verdict.REVIEW} if picture else {Verdict.BLOCK}
    return {each.rule or each.detector for each in file.findings if each.severity in refusing}


def _write(parts: Sequence[Part], directory: Path) -> None:
    """Write texts to one file of each kind, since pieces may belong together, and each picture to its own."""
    for kind, name in ((HTML, "output.html"), ("text/plain", "output.txt")):
        texts = [part.data for part in parts if part.type == kind]
        if texts:
            (directory / name).write_text("\n".join(texts), encoding="utf-8", errors="replace")
    pictures = [part for part in parts if part.type in PICTURES]
    for number, picture in enumerate(pictures):
        suffix = picture.type.partition("/")[2].replace("jpeg", "jpg")
        (directory / f"{_PICTURE}{number}.{suffix}").write_bytes(base64.b64decode(picture.data))
