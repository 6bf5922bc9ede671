"""The page of `told-people`."""

import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example

_APPEAL = (
    "We appeal the decision. The patient had an age of 61, a weight of 81.2 and a sodium of 139. "
    "The patient had an age of 48, a weight of 67.9 and a sodium of 141. "
    "The patient had an age of 70, a weight of 90.4 and a sodium of 136.\n"
)
_STARRED = _APPEAL.replace(". The", " (n/a)*?!. The")
_REPORT = (
    "Participants had a mean age of 61.2 years (SD 8.1). Women had a lower risk (HR 0.81, 95% CI 0.74 to 0.89). "
    "The patient and public involvement group met 4 times in 2 years. Patients with 3 or more drugs were excluded.\n"
)
_REVISIONS = "\n".join(
    f"- I{10 + n % 60} was revised on {2009 + n % 9}-0{1 + n % 9}-1{n % 7}; see appendix {n}."
    for n in range(40)
)


def _text(content):
    def make(bench, folder):
        (folder / "report.txt").write_text(content, encoding="utf-8")
        return folder / "report.txt"

    return make


def _vignettes(bench, folder):
    """Twelve people's diagnoses with their dates in prose."""
    events = pl.from_arrow(bench.cohort.events["hesin_diag"].read(["diag_icd10", "epistart"])).drop_nulls()
    cases = enumerate(events.sample(12, seed=3).rows())
    return _text("\n\n".join(f"Case {n}. First admitted with {code} on {day}." for n, (code, day) in cases))(
        bench, folder
    )


SPEC = DetectorSpec(
    detector="told-people",
    rule=(
        "The lines and the paragraphs of a text are compared with participants: phrases that are values "
        "of the cohort (occupations, diagnoses), years and numbers as the rows of a table, and codes with "
        "dates as events. A text whose passages agree with participants beyond chance is blocked. It goes "
        "to review when `people_told` or more of its sentences begin with one person in the same words "
        "(the patient had, participant 7 was) and give different numbers."
    ),
    fires=(
        Example("Three patients described in an appeal", _text(_APPEAL)),
        Example("Twelve people's diagnoses with their dates, in prose", _vignettes),
        Example("The same with other signs before the full stops", _text(_STARRED)),
    ),
    silent=(
        Example("Results for groups", _text(_REPORT)),
        Example("Revisions of a list of codes", _text(_REVISIONS)),
    ),
    limits=(
        (
            "A single case, cases without numbers, cases without values of the cohort worded differently each time, and cases in "
            "another language pass."
        ),
    ),
)
