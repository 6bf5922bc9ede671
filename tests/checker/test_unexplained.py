"""Whatever code data are written in, their words cost bits that language and source code do not."""

import random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.information_content import UNEXPLAINED, incompressible_bytes
from strongroom.checker.unexplained import OTHER, places_of, unexplained_bits, words_of

PROSE = (
    "The hazard ratio was adjusted for age, sex and smoking status; confidence intervals are robust. "
    "Die Ergebnisse wurden nach Alter und Geschlecht standardisiert. "
    "Les résultats sont présentés avec leur intervalle de confiance. "
)
CODE = (
    "def fit_model(frame, outcome='sbp'):\n    return smf.ols(f'{outcome} ~ age + sex', data=frame).fit()\n"
)
PAYLOAD = random.Random(1).randbytes(5_001)
SYLLABLES = [one + two for one in "bcdfghjklmnprstvw" for two in "aeiou"]


def syllables(payload):
    return "".join(SYLLABLES[each >> 4] + SYLLABLES[16 + (each & 15)] for each in payload)


def signs(payload):
    return "".join(chr(33 + each % 15) + chr(33 + each // 18) for each in payload)


def in_words(write, size=1):
    return lambda payload: " ".join(write(payload[at : at + size]) for at in range(0, len(payload), size))


CODES = {
    "syllables": in_words(lambda part: SYLLABLES[part[0] % 64]),
    "words of six letters": in_words(syllables, 3),
    "capitals": in_words(lambda part: syllables(part).upper()),
    "pairs of signs": in_words(signs),
    "another script": in_words(lambda part: chr(0x4E00 + part[0])),
    "names with hexadecimal digits": in_words(lambda part: f"var_{part.hex()}", 4),
}


def unexplained(*texts):
    return unexplained_bits(words_of(texts)) / 8


@pytest.mark.parametrize("code", CODES)
def test_data_are_unexplained_in_any_code(code):
    assert unexplained(CODES[code](PAYLOAD)) > len(PAYLOAD) / 4


@pytest.mark.parametrize("text", [PROSE, CODE], ids=["prose", "code"])
def test_language_and_code_are_explained_however_long(text):
    assert unexplained(text * 200) < len(text) * 200 / 50


def test_words_between_data_do_not_explain_them():
    payload = CODES["words of six letters"](PAYLOAD).split()
    between = (PROSE * 1_000).split()
    mixed = " ".join(
        " ".join(between[5 * at : 5 * at + 5]) + " " + word for at, word in enumerate(payload[:1_000])
    )
    assert unexplained(mixed) > unexplained(" ".join(payload[:1_000])) * 0.9


def test_a_name_is_explained_by_its_first_use():
    once = unexplained("qzxvbkt")
    assert once > 0
    assert unexplained("qzxvbkt " * 1_000) < once + 1_000 / 8 + 1


def test_public_identifiers_and_numbers_are_explained():
    draw = random.Random(3)
    genes = [f"ENSG{draw.randrange(10**11):011d}" for _ in range(500)]
    variants = [f"rs{draw.randrange(10**8)} 7:{draw.randrange(10**8)}:A:G" for _ in range(500)]
    numbers = [f"{draw.gauss(0, 1):.4f} (95% {draw.random():.3f}-{draw.random():.3f})" for _ in range(500)]
    assert unexplained(*genes, *variants, *numbers) < 50


@given(st.text(max_size=60), st.text(max_size=60))
def test_more_text_is_never_less_unexplained(one, other):
    # A word more can make naming the others cheaper by no bit.
    assert unexplained(one, other) >= unexplained(one) - 1e-9


@given(st.text(max_size=200))
def test_every_character_has_a_place(text):
    places = places_of(text)
    assert len(places) == len(text)
    assert int(places.max(initial=0)) <= OTHER


def test_a_tables_labels_count_once_and_its_texts_in_full():
    labels = [["TREM2:Q9NZC2:v1", "GBP4:Q96PP9:v1"][place % 2] for place in range(5_000)]
    texts = CODES["words of six letters"](PAYLOAD).split()
    repeated = FoundTable("labels.csv", pa.table({"protein": labels}))
    hidden = FoundTable("texts.csv", pa.table({"remark": texts}))
    assert incompressible_bytes([repeated], ["tables"])[UNEXPLAINED] < 50
    assert incompressible_bytes([hidden], ["tables"])[UNEXPLAINED] > len(PAYLOAD) / 4
