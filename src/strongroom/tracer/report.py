"""The report of a trace as a page to print; `report_text` and `report_pictures` have what is in it."""

from datetime import datetime
from pathlib import Path

from strongroom.pages import render
from strongroom.tracer import report_pictures
from strongroom.tracer.attribution import Attribution
from strongroom.tracer.report_text import DECOYS, FINGERPRINT, conclusion, sections

_TEMPLATE = Path(__file__).with_name("report.html")


def report(answer: Attribution, *, name: str, sha256: str, at: datetime) -> str:
    """Return the page; `name` and `sha256` are the file's, `at` when it was traced."""
    pictured = {
        FINGERPRINT: [report_pictures.columns(answer), report_pictures.others(answer)],
        DECOYS: [report_pictures.decoys(answer)],
    }
    return render(
        _TEMPLATE,
        title=f"Trace of {name}",
        conclusion=conclusion(answer),
        strength=report_pictures.strength(answer),
        sections=sections(answer, sha256=sha256, at=at),
        pictured=pictured,
    )
