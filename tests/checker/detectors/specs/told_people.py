"""The page of `told-people`."""

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


def _text(content):
    def make(bench, folder):
        (folder / "report.txt").write_text(content, encoding="utf-8")
        return folder / "report.txt"

    return make


SPEC = DetectorSpec(
    detector="told-people",
    rule=(
        "A text goes to review when `people_told` or more of its sentences begin with one person in the "
        "same words (the patient had, participant 7 was) and give different numbers. Their values are "
        "also compared with participants, sentence by sentence, as rows of a table."
    ),
    fires=(
        Example("Three patients described in an appeal", _text(_APPEAL)),
        Example("The same with other signs before the full stops", _text(_STARRED)),
    ),
    silent=(Example("Results for groups", _text(_REPORT)),),
    limits=(
        (
            "A single case, cases without numbers, cases worded differently each time, and cases in "
            "another language pass."
        ),
    ),
)
