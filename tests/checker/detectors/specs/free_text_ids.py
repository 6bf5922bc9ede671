"""The page of `free-text-ids`."""

from tests.checker.detectors.spec import DetectorSpec, Example


def _text(*lines):
    def make(bench, folder):
        (folder / "notes.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "notes.txt"

    return make


# Published examples, or made to satisfy the check digit; none was ever given out.
_NUMBERS = (
    "943 476 5919",
    "999 000 0018",
    "999 000 0026",
    "999 000 0034",
    "999 000 0042",
    "999 000 0050",
    "999 000 0069",
)

SPEC = DetectorSpec(
    detector="free-text-ids",
    rule=(
        "Texts, text columns and long whole numbers are searched for identifiers of health and tax "
        "systems. Those with a check digit count only where it is valid more often than by chance (a "
        "random ten-digit number is a valid NHS number once in 11); then they are blocked. More than "
        "`contacts_allowed` e-mail addresses, postcodes or telephone numbers, several dates of birth, and "
        "sentences about fewer than `small_count` people go to review."
    ),
    fires=(
        Example("Health service numbers in a note", _text("Checked by hand:", *_NUMBERS)),
        Example("A sentence about one person", _text("One patient who died in hospital was a carrier.")),
        Example("Dates of birth", _text("A: DOB 03/04/1951", "B: DOB 30/11/1962")),
    ),
    silent=(
        Example("An author's address", _text("Contact: a.author@example.org, London WC2B 5AH")),
        Example("Results in prose", _text("Of 4,210 participants with diabetes 812 had a stroke.")),
    ),
    limits=(
        (
            "People's names are not recognised, nor are identifiers without a check digit from systems "
            "not listed."
        ),
        (
            "Fewer than three identifiers of a kind pass. Of texts longer than 2 MB, samples from the "
            "whole text are searched."
        ),
    ),
)
