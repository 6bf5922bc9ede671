"""What is encoded is decoded; what cannot be is shown to a person."""

import base64
import hashlib

import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example

_COLUMNS = 8
_SCRAMBLED = str.maketrans("0123456789.,-\n", "#G%k@Zw!xQ?b&~")


def _extract(bench, rows):
    return bench.people.sample(rows, seed=1).select(pl.nth(range(_COLUMNS))).write_csv().encode()


def _encrypted_in_base64(bench, folder):
    data = _extract(bench, 300)
    stream = b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(len(data) // 32 + 1))
    hidden = base64.encodebytes(bytes(a ^ b for a, b in zip(data, stream, strict=False))).decode()
    (folder / "methods.txt").write_text(f"We fitted a Cox model.\n\nAppendix\n{hidden}\n")
    return folder / "methods.txt"


def _own_alphabet(bench, folder):
    text = _extract(bench, 300).decode().split("\n", 1)[1].translate(_SCRAMBLED)
    (folder / "notes.txt").write_text("\n".join(text[at : at + 70] for at in range(0, len(text), 70)))
    return folder / "notes.txt"


def _under_a_key(bench, folder):
    turned = bytes(byte ^ 0x5A for byte in _extract(bench, 100))
    (folder / "key.txt").write_text(turned.hex())
    return folder / "key.txt"


def _prose(bench, folder):
    text = "The association was attenuated after adjustment for age, sex and centre (Table 2).\n" * 30
    (folder / "paper.txt").write_text(text + "doi:10.1093/ije/dyab123\n")
    return folder / "paper.txt"


def _lock_file(bench, folder):
    lines = [
        f"package-{n}==1.{n} \\\n    --hash=sha256:{hashlib.sha256(bytes([n])).hexdigest()}"
        for n in range(200)
    ]
    (folder / "requirements.txt").write_text("\n".join(lines))
    return folder / "requirements.txt"


SPEC = DetectorSpec(
    detector="opaque",
    rule=(
        "Long tokens in base64, base32, base58, base85, hexadecimal and uuencode, escapes of any kind, "
        "repeated keys of up to 16 bytes, rotated alphabets and reversed text are decoded, and the result "
        "is judged like any file. Content that is long, dense and decodes to nothing intelligible, text "
        "that is not language, numbers or code, and everything enciphered goes to review; large content "
        "is blocked."
    ),
    fires=(
        Example("an encrypted table in base64 below an honest text", _encrypted_in_base64),
        Example("numbers written in an alphabet of their own", _own_alphabet),
        Example("a table XORed with one byte, in hexadecimal", _under_a_key),
    ),
    silent=(
        Example("prose with a DOI", _prose),
        Example("a lock file of 200 digests", _lock_file),
    ),
    limits=(
        "Less than 128 compressed bytes per text pass: 1,000 yes-or-no answers.",
        (
            "Digests beside a word that explains them (sha256, commit, integrity) are not counted; a "
            "payload written as a lock file passes, 32 bytes a line."
        ),
        (
            "A few rows of numbers written backwards, or in other digits too, pass where hardly any "
            "begins with a zero, or where no words in capitals occur beside them."
        ),
        "Words chosen from a list to encode bits read as prose and pass, about one byte a word.",
    ),
)
