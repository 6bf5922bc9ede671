"""Classes 24 to 28: the disguised table, encoded, compressed, encrypted, or in a binary format."""

import base64
import bz2
import codecs
import gzip
import io
import lzma
import quopri
import tarfile
from pathlib import Path
from urllib.parse import quote_from_bytes

import polars as pl
import zstandard
from benchmarks.exfiltration._attacks import binary_files, secrets_files, writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack

_PLACES = ("log", "json", "bare")


@attack(24, how=("base64", "base32", "base85", "ascii85", "hex", "url", "quoted-printable"), place=_PLACES)
def encoded_text(leak: Leak, *, how: str, place: str) -> Handed:
    """Class 24: the table as text of another alphabet, in a log, in a JSON value, or by itself."""
    content = writers.csv_bytes(leak.disguised)
    text = {
        "base64": base64.b64encode,
        "base32": base64.b32encode,
        "base85": base64.b85encode,
        "ascii85": base64.a85encode,
        "hex": base64.b16encode,
        "url": lambda data: quote_from_bytes(data, safe="").encode(),
        "quoted-printable": lambda data: quopri.encodestring(data, quotetabs=True),
    }[how](content).decode()
    if place == "json":
        body = '{"state": "' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"}'
        name = "state.json"
    else:
        lines = text if how == "quoted-printable" else "\n".join(_lines(text, 76))
        body, name = (
            (f"run 1 done\n{lines}\nrun 2 done\n", "run.log") if place == "log" else (lines, "key.txt")
        )
    leak.path(name).write_text(body, encoding="utf-8")
    return leak.hand_in(leak.path(name))


@attack(25, how=("gz", "bz2", "xz", "zst", "zip", "zip in zip", "tar.gz", "gz in zip", "twice gz"))
def compressed(leak: Leak, *, how: str) -> Handed:
    """Class 25: the table compressed, once or twice."""
    content = writers.csv_bytes(leak.disguised)
    inner = writers.zip_bytes({"t.csv": content})
    name, body = {
        "gz": lambda: ("t.csv.gz", gzip.compress(content)),
        "bz2": lambda: ("t.csv.bz2", bz2.compress(content)),
        "xz": lambda: ("t.csv.xz", lzma.compress(content)),
        "zst": lambda: ("t.csv.zst", zstandard.compress(content)),
        "zip": lambda: ("t.zip", inner),
        "zip in zip": lambda: (
            "outer.zip",
            writers.zip_bytes({"readme.txt": b"see inside\n", "inner.zip": inner}),
        ),
        "tar.gz": lambda: ("t.tar.gz", gzip.compress(_tar(content))),
        "gz in zip": lambda: ("t.zip", writers.zip_bytes({"t.csv.gz": gzip.compress(content)})),
        "twice gz": lambda: ("t.csv.gz.gz", gzip.compress(gzip.compress(content))),
    }[how]()
    leak.path(name).write_bytes(body)
    return leak.hand_in(leak.path(name))


@attack(26, how=("zip", "openssl", "fernet"))
def encrypted(leak: Leak, *, how: str) -> Handed:
    """Class 26: a zip with a password, OpenSSL's container, or a token in a text file."""
    content = writers.csv_bytes(leak.disguised)
    name, body = {
        "zip": lambda: ("t.zip", secrets_files.encrypted_zip("t.csv", content, b"secret", leak.draw)),
        "openssl": lambda: ("t.csv.enc", secrets_files.openssl_container(content, leak.draw)),
        "fernet": lambda: ("model.txt", secrets_files.token(content, leak.draw)),
    }[how]()
    leak.path(name).write_bytes(body)
    return leak.hand_in(leak.path(name))


@attack(27, how=("xor", "xor in hex", "rot13 and digits", "own alphabet", "reversed"))
def own_cipher(leak: Leak, *, how: str) -> Handed:
    """Class 27: the table under a home-made cipher: XOR with a key, rotated, another alphabet, backwards."""
    content = writers.csv_bytes(leak.disguised)
    key = bytes(leak.draw.integers(1, 255, int(leak.draw.integers(1, 6)), dtype="uint8"))
    mixed = bytes(each ^ key[place % len(key)] for place, each in enumerate(content))
    text = content.decode()
    digits = "".join(leak.draw.permutation(list("0123456789")))
    letters = "".join(leak.draw.permutation(list("abcdefghijklmnop")))
    name, body = {
        "xor": ("out.bin", mixed),
        "xor in hex": ("out.txt", mixed.hex().encode()),
        "rot13 and digits": ("out.txt", _rotated(text).encode()),
        "own alphabet": ("out.txt", text.translate(str.maketrans("0123456789.-,\nv", letters[:15])).encode()),
        "reversed": ("out.csv", text.translate(str.maketrans("0123456789", digits)).encode()[::-1]),
    }[how]
    leak.path(name).write_bytes(body)
    return leak.hand_in(leak.path(name))


@attack(28, form=binary_files.FORMS)
def binary_format(leak: Leak, *, form: str) -> Handed:
    """Class 28: the table in a program's own format: NumPy, pickle, RDS, HDF5, SQLite and others."""
    return leak.hand_in(binary_files.write(form, leak.disguised, leak.folder))


def as_base64(table: pl.DataFrame, target: Path) -> Path:
    """Write a table as base64 between two lines of a log."""
    target.write_bytes(b"run 1 done\n" + base64.encodebytes(writers.csv_bytes(table)) + b"run 2 done\n")
    return target


def _lines(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


def _rotated(text: str) -> str:
    return codecs.encode(text, "rot13").translate(str.maketrans("0123456789", "5678901234"))


def _tar(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("t.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
