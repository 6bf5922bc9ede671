"""Encodings in text are undone, however they are stacked, and honest text has none."""

import base64
import bz2
import codecs
import gzip
import hashlib
import json
import quopri
import uuid
import zlib
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.checker.contents.found import (
    FoundOpaque,
    FoundProblem,
    FoundTable,
    FoundText,
    Limits,
    Origin,
    ProblemKind,
)
from strongroom.checker.disguises.encodings.raw_numbers import raw_numbers, steadiest_width
from strongroom.checker.disguises.search_file import read_bytes

ROWS = 40
DRAW = np.random.default_rng(4)
TEXT = "age,sex,bmi,pressure,seen\n" + "".join(
    f"{a},{s},{b:.1f},{p},20{y}-0{m}-1{d}\n"
    for a, s, b, p, y, m, d in zip(
        DRAW.integers(40, 70, ROWS),
        DRAW.integers(0, 2, ROWS),
        DRAW.normal(27, 4, ROWS),
        DRAW.integers(100, 170, ROWS),
        DRAW.integers(10, 20, ROWS),
        DRAW.integers(1, 10, ROWS),
        DRAW.integers(0, 10, ROWS),
        strict=True,
    )
)
DATA = TEXT.encode()
BASE64 = base64.b64encode(DATA).decode()
LINES = [BASE64[at : at + 60] for at in range(0, len(BASE64), 60)]
PROSE = "The association was attenuated after adjustment for age, sex and assessment centre.\n" * 20


def read(text, name="t.txt", **limits):
    return list(read_bytes(text.encode() if isinstance(text, str) else text, name, limits=Limits(**limits)))


def decoded(found):
    return [each for each in found if isinstance(each, FoundTable) and each.origin is Origin.DECODED]


def opaque(found):
    return [each for each in found if isinstance(each, FoundOpaque)]


def base58(data):
    number, letters = int.from_bytes(data), ""
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    while number:
        number, rest = divmod(number, 58)
        letters = alphabet[rest] + letters
    return letters


def rot47(text):
    return "".join(chr(33 + (ord(c) + 14) % 94) if 33 <= ord(c) < 127 else c for c in text)


def uuencoded(data):
    lines = [
        codecs.encode(data[at : at + 45], "uu").decode().splitlines()[1] for at in range(0, len(data), 45)
    ]
    return "begin 644 t.csv\n" + "\n".join(lines) + "\n`\nend\n"


ENCODED = {
    "base64": BASE64,
    "base64 in lines": base64.encodebytes(DATA).decode(),
    "base64 for addresses": base64.urlsafe_b64encode(DATA).decode(),
    "base64 under prose": PROSE + BASE64 + "\n" + PROSE,
    "base64 in strings of code": "x = (\n"
    + "".join(f'    "{BASE64[at : at + 60]}"\n' for at in range(0, len(BASE64), 60))
    + ")\n",
    "base64 backwards": BASE64[::-1],
    "base64 three times": base64.b64encode(base64.b64encode(BASE64.encode())).decode(),
    "base32": base64.b32encode(DATA).decode(),
    "base32 in small letters": base64.b32encode(DATA).decode().lower(),
    "base58": base58(DATA),
    "ascii85": base64.a85encode(DATA, adobe=True).decode(),
    "base85": base64.b85encode(DATA).decode(),
    "hexadecimal": DATA.hex(),
    "hexadecimal dump": DATA.hex(" ").upper(),
    "hexadecimal in code": ", ".join(f"0x{byte:02x}" for byte in DATA),
    "hexadecimal backwards": DATA.hex()[::-1],
    "uuencode": uuencoded(DATA),
    "URL escapes": quote(TEXT),
    "URL escapes cut into lines": "\n".join(
        quote(TEXT)[at : at + 77] for at in range(0, len(quote(TEXT)), 77)
    ),
    "quoted-printable": "".join(f"={byte:02X}" for byte in DATA),
    "backslashes": "".join(f"\\x{byte:02x}" for byte in DATA),
    "unicode escapes": "".join(f"\\u{byte:04x}" for byte in DATA),
    "octal": "".join(f"\\{byte:03o}" for byte in DATA),
    "character references": "".join(f"&#{byte};" for byte in DATA),
    "character codes": ", ".join(map(str, DATA)),
    "bits": " ".join(f"{byte:08b}" for byte in DATA),
    "gzip in base64": base64.b64encode(gzip.compress(DATA)).decode(),
    "zlib in hexadecimal": zlib.compress(DATA).hex(),
    "raw deflate in base85": base64.b85encode(zlib.compress(DATA)[2:-4]).decode(),
    "UTF-16 in base64": base64.b64encode(TEXT.encode("utf-16")).decode(),
    "XOR in base64": base64.b64encode(bytes(byte ^ 0x5A for byte in DATA)).decode(),
    "ROT47": rot47(TEXT),
    "letters for digits": TEXT.split("\n", 1)[1].translate(str.maketrans("0123456789", "klmnopqrst")),
    "backwards": TEXT[::-1],
}


@pytest.mark.parametrize("name", ENCODED)
def test_a_table_is_found_in(name):
    tables = decoded(read(ENCODED[name]))
    assert any(each.table.num_rows >= ROWS - 1 and each.table.num_columns == 5 for each in tables)


@pytest.mark.parametrize("ending", [".csv", ".txt"])
def test_a_few_rows_turned_with_words_among_them_are_turned_again(ending):
    draw = np.random.default_rng(6)
    countries = ["Scotland", "England", "Republic of Ireland", "Prefer not to answer"] * 3
    rows = [
        f"{country},{draw.integers(10, 99) * 10},{draw.normal(40, 9):.3f},{draw.integers(1, 99) * 10}"
        for country in countries
    ]
    text = "\n".join(["country,v1,v2,v3", *rows, ""])[::-1]
    names = [each.table.column_names for each in decoded(read(text, f"t{ending}"))]
    assert ["country", "v1", "v2", "v3"] in names
    assert opaque(read(text, f"t{ending}"))


def test_codes_that_begin_with_a_nought_are_not_turned_beside_words():
    text = "\n".join(f"0{code},Hospital of the North,{code * 7}" for code in range(100, 140))
    assert not decoded(read(text))
    assert not opaque(read(text))


@pytest.mark.parametrize("ending", [".csv", ".txt"])
def test_codes_that_begin_with_a_nought_are_no_disguise_beside_units_with_a_capital(ending):
    text = "\n".join(f"0{code},mmolL,unitsL,{code * 7}" for code in range(100, 140))
    assert not opaque(read(text, f"t{ending}"))


@pytest.mark.parametrize("name", ["XOR in base64", "ROT47", "base58", "base85", "uuencode", "backwards"])
def test_what_no_analysis_writes_is_a_finding_by_itself(name):
    assert opaque(read(ENCODED[name]))


def test_a_long_text_carries_as_much_a_letter_as_a_short_one():
    key = bytes([22, 166, 114, 32, 225])
    data = TEXT.split("\n", 1)[1].encode() * 24
    mixed = bytes(each ^ key[place % len(key)] for place, each in enumerate(data)).hex()
    assert len(mixed) > 40_000
    assert any(each.table.num_rows > 10 * ROWS for each in decoded(read(mixed)))


@pytest.mark.parametrize("encode", [base64.b85encode, base64.a85encode])
@pytest.mark.parametrize("rows", [30, 31, 32, 33])
def test_lines_of_85_letters_end_before_the_words_below(encode, rows):
    letters = encode("\n".join(TEXT.split("\n")[:rows]).encode()).decode()
    lines = "\n".join(letters[at : at + 76] for at in range(0, len(letters), 76))
    assert decoded(read(f"run 1 done\n{lines}\nrun 2 done\n", "run.log"))


def test_letters_that_json_escapes():
    assert decoded(read(json.dumps({"state": base64.a85encode(DATA).decode()}), "t.json"))


@pytest.mark.parametrize("written", [TEXT, quopri.encodestring(DATA).decode()])
def test_a_table_in_a_string_of_json(written):
    found = read(json.dumps({"state": written}), "t.json")
    assert any(isinstance(each, FoundTable) and each.table.num_columns == 5 for each in found)


def test_base64_split_over_strings_of_json():
    pieces = [BASE64[at : at + 50] for at in range(0, len(BASE64), 50)]
    assert decoded(read(json.dumps({"note": "key", "parts": pieces}, indent=1), "t.json"))


def test_prose_in_a_turned_alphabet():
    prose = (
        "While the data were gathered by trained nurses, several hundred of the people were seen again. "
        "Nothing about this sentence matters except its common English words and their letters. "
        "Further considerations include hospital admissions, mortality, smoking status and body weight. "
    )
    found = read(codecs.encode(prose, "rot13"))
    assert prose in [each.text for each in found if isinstance(each, FoundText)]
    assert opaque(found)


def test_numbers_read_from_their_ends_are_looked_at():
    turned = "\n".join(f"{n * 10},{n + 0.25},{n * 3}"[::-1] for n in range(41, 60))
    found = read(turned)
    assert [each for each in decoded(found) if each.table.column(0).to_pylist()[0] == 410]
    assert not opaque(found)


def test_a_table_of_numbers_written_from_their_ends_is_turned():
    turned = "\n".join(f"{n * 10},{n + 0.25},{n * 3}"[::-1] for n in range(41, 60))
    [found] = decoded(read(turned, "t.csv"))
    assert found.table.column(0).to_pylist()[0] == 410


def test_soft_line_breaks_do_not_hide_rows():
    wide = "\n".join(",".join(str(n) for n in DRAW.integers(10_000, 99_999, 25)) for _ in range(ROWS))
    tables = decoded(read(quopri.encodestring(wide.encode()).decode()))
    assert (ROWS, 25) in [each.table.shape for each in tables]


def test_letters_of_85_that_end_lines_like_soft_breaks_are_not_torn_apart():
    letters = base64.b85encode(TEXT.encode() * 40).decode()
    at, lines = 0, []
    while at < len(letters):  # every tenth line ends with "=", by chance one in 85 does
        end = letters.find("=", at + 60, at + 76) + 1 if len(lines) % 10 == 0 else 0
        lines.append(letters[at : end or at + 76])
        at += len(lines[-1])
    assert sum(line.endswith("=") for line in lines) >= 3
    tables = decoded(read("\n".join(["run 1 done", *lines, "run 2 done"]), "run.log"))
    assert max(each.table.num_rows for each in tables) >= 40 * ROWS


@pytest.mark.parametrize("layout", ["<f8", ">f8", "<f4", "<i4", "<i8"])
def test_numbers_as_a_computer_keeps_them(layout):
    columns = np.column_stack([DRAW.normal(size, size / 10, 60) for size in (170, 27, 5_000)])
    [found] = decoded(read(base64.b64encode(columns.astype(layout).tobytes()).decode()))
    assert found.table.num_columns == 3
    assert np.allclose(found.table.column(2).to_numpy(), columns.astype(layout)[:, 2])


def test_the_width_of_rows_is_told_from_their_magnitudes():
    values = np.column_stack([DRAW.normal(10**n, 10**n / 10, 50) for n in range(4)])
    assert steadiest_width(values.ravel()) == 4
    assert steadiest_width(DRAW.normal(100, 10, 200)) == 1


@settings(max_examples=50, deadline=None)
@given(st.binary(min_size=64, max_size=400))
def test_noise_is_hardly_taken_for_numbers(noise):
    digest = b"".join(hashlib.sha256(noise + bytes([n])).digest() for n in range(4))
    assert raw_numbers(digest) is None


def test_what_decodes_to_nothing_is_counted():
    noise = np.random.default_rng(1).bytes(3_000)
    [found] = opaque(read(PROSE + base64.encodebytes(noise).decode()))
    assert 2_900 < found.compressed < 4_100


def test_numbers_in_an_alphabet_of_their_own_are_counted():
    hidden = TEXT.translate(str.maketrans("0123456789.,-", "#G%k@Zw!xQ?b&"))
    assert opaque(read(hidden))


def test_honest_text_holds_nothing():
    lock = "".join(f"a=={n} --hash=sha256:{hashlib.sha256(bytes([n])).hexdigest()}\n" for n in range(90))
    log = "".join(
        f"commit {hashlib.sha1(bytes([n])).hexdigest()}\nAuthor: a\n\n    Mend it\n\n" for n in range(90)
    )
    other = f"{uuid.UUID(int=5)} 10.1093/ije/dyab123 /usr/lib/python3/dist-packages/somewhere/else_entirely\n"
    found = read(lock + log + other + PROSE)
    assert not opaque(found)
    assert not decoded(found)
    assert not [each for each in found if isinstance(each, FoundProblem)]


def test_a_bare_list_of_digests_is_counted():
    assert opaque(read("\n".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(100))))


def test_decoding_has_a_depth_and_a_budget():
    deep = DATA
    for _ in range(6):
        deep = base64.b64encode(deep)
    assert ProblemKind.TOO_DEEP in {each.kind for each in read(deep) if isinstance(each, FoundProblem)}
    bomb = base64.b64encode(zlib.compress(bytes(20_000_000)))
    kinds = {each.kind for each in read(bomb) if isinstance(each, FoundProblem)}
    assert kinds == {ProblemKind.TOO_LARGE}


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("AZaz09+/=%\\x&#;<~>! \n"), max_size=600))
def test_no_text_makes_the_search_fail(text):
    problems = [each for each in read(text) if isinstance(each, FoundProblem)]
    assert not [each for each in problems if "the reader failed" in each.detail]


def test_bz2_in_base64_is_a_file_of_its_own():
    assert decoded(read(base64.b64encode(bz2.compress(DATA)).decode()))
