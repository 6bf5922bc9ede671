"""Fit the model of `checker.unexplained`: what a character costs after two others, in bits.

    python benchmarks/refit.py --only unexplained --texts TEXTS --data ../shared/data

TEXTS has one folder a repository, named OWNER+NAME@COMMIT: scripts, reports and documentation. A folder may
hold a classification as XML, such as the tabular list of ICD-10-CM (United States National Center for Health
Statistics, public domain), of which each different word counts 20 times. Beside them, the model learns from
the source code of this environment's packages, and from Django's translations into fifteen languages, which
count four times. Witten-Bell interpolation (Witten and Bell 1991, IEEE Trans. Inf.
Theory 37:1085) gives triples that were not met the cost of their shorter ending.

The scores are of texts that the fit did not use: honest ones of the shared data folder, and 10,000 random
bytes written as syllables, pairs of signs, and letters of another script.
"""

import base64
import csv
import json
import random
import re
import zlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.exfiltration._fitted import statement

from strongroom.checker.policy import default_policy
from strongroom.checker.unexplained import CHARACTERS, FITTED, places_of, unexplained_bits, words_of

TARGET = FITTED
_PACKAGES = ("numpy", "pandas", "polars", "django", "sklearn", "scipy", "matplotlib")
_LANGUAGES = ["fr", "de", "es", "it", "nl", "pt", "sv", "da", "nb", "fi", "pl", "cs", "ro", "hu", "ca"]
_TRANSLATED = re.compile(r'^msgstr(?:\[\d\])? "(.*)"$|^"(.*)"$', re.MULTILINE)
_CODE_ENDINGS = {".r", ".do", ".py", ".sas", ".sh", ".cpp", ".hpp", ".yaml", ".yml"}
_ENDINGS = _CODE_ENDINGS | {".rmd", ".qmd", ".md", ".txt", ".tex"}
_READ = {".html", ".txt", ".md", ".out"}
_LARGEST, _A_REPOSITORY, _CODE = 200_000, 1_500_000, 4_000_000
_OFTEN, _TERMS_OFTEN = 4, 20
_TERM = re.compile(r"<(?:desc|note)>(.*?)</")
_SCALE = 16


def fit(texts: Path, data: Path) -> dict[str, Any]:
    """Return the fitted costs with how they were fitted."""
    counts = [np.zeros(CHARACTERS**size) for size in (1, 2, 3)]
    for text, times in _learned(texts):
        places = places_of(f"  {'  '.join(text.split())}  ").astype(np.int64)
        for size, held in enumerate(counts, 1):
            index = np.zeros(len(places) - size + 1, np.int64)
            for place in range(size):
                index = index * CHARACTERS + places[place : len(places) - size + 1 + place]
            np.add(held, times * np.bincount(index, minlength=len(held)), out=held)
    bits = _costs(*counts)
    stored = base64.b85encode(zlib.compress(bits.tobytes(), 9)).decode()
    repositories = ", ".join(sorted(each.name for each in texts.iterdir()))
    packages, languages = ", ".join(_PACKAGES), " ".join(_LANGUAGES)
    described = f"{repositories}; source code of {packages}; Django's translations ({languages})"
    return {
        "fitted": statement(__file__, data=described, held_out=_scores(data)),
        "sixteenths_of_a_bit": stored,
    }


def check(data: Path) -> dict[str, float]:
    """Return the scores of the stored model."""
    return _scores(data)


def text(content: dict[str, Any]) -> str:
    """Return the fit as it is stored."""
    return json.dumps(content, indent=1) + "\n"


def _learned(texts: Path) -> Iterator[tuple[str, int]]:
    """Yield each text to learn from, and how often it counts."""
    for repository in sorted(texts.iterdir()):
        yield from _some(sorted(repository.rglob("*")), _A_REPOSITORY)
        for path in sorted(repository.rglob("*.xml")):
            yield _words_of_terms(path.read_text(encoding="utf-8")), _TERMS_OFTEN
    for name in _PACKAGES:
        paths = sorted(_folder(name).rglob("*.py"))
        random.Random(name).shuffle(paths)
        yield from _some(paths, _CODE // len(_PACKAGES))
    for language in _LANGUAGES:
        for path in sorted(_folder("django").glob(f"**/locale/{language}/LC_MESSAGES/django.po")):
            said = _TRANSLATED.findall(path.read_text(encoding="utf-8"))
            yield " ".join(one or other for one, other in said), _OFTEN


def _some(paths: list[Path], most: int) -> Iterator[tuple[str, int]]:
    for path in paths:
        if most <= 0:
            return
        if path.suffix.lower() in _ENDINGS and path.is_file() and path.stat().st_size < _LARGEST:
            read = path.read_text(encoding="utf-8", errors="replace")
            most -= len(read)
            yield read, 1


def _words_of_terms(listed: str) -> str:
    """Return the different words of a classification's terms; how often a term repeats is no language."""
    return " ".join(sorted({word for term in _TERM.findall(listed) for word in term.split()}))


def _folder(package: str) -> Path:
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def _costs(one: np.ndarray, two: np.ndarray, three: np.ndarray) -> np.ndarray:
    shares = (one + 0.5) / (one.sum() + 0.5 * CHARACTERS)
    for counts in (two, three):
        rows = counts.reshape(-1, CHARACTERS)
        shorter = np.tile(shares.reshape(-1, CHARACTERS), (len(rows) // (shares.size // CHARACTERS), 1))
        total, kinds = rows.sum(axis=1, keepdims=True), np.count_nonzero(rows, axis=1)[:, None]
        shares = np.where(total > 0, (rows + kinds * shorter) / np.maximum(total + kinds, 1), shorter)
    return np.minimum(255, np.round(-np.log2(shares) * _SCALE)).astype(np.uint8).ravel()


def _scores(data: Path) -> dict[str, float]:
    with (data / "manifest.csv").open(newline="") as file:
        rows = [each for each in csv.DictReader(file) if each["label"] == "benign"]
    paths = [data / each["root"] / each["file"] for each in rows]
    honest = [each.read_text("utf-8", "replace") for each in paths if each.suffix in _READ]
    sizes = np.array([unexplained_bits(words_of([each])) / 8 for each in honest])
    most = default_policy().unexplained_bytes
    payload = random.Random(1).randbytes(10_000)
    hidden = {name: unexplained_bits(words_of([how(payload)])) / 8 for name, how in _CODES.items()}
    return {
        "honest texts": len(sizes),
        "honest texts above the limit": round(float(np.mean(sizes > most)), 3),
        **{f"bytes of 10,000 as {name}": round(size) for name, size in hidden.items()},
    }


def _syllables(payload: bytes) -> str:
    known = [one + two for one in "bcdfghjklmnprstvw" for two in "aeiou"]
    return " ".join(known[each >> 4] + known[16 + (each & 15)] for each in payload)


def _signs(payload: bytes) -> str:
    return " ".join("!#$%&*+-/:;<=>?@"[each >> 4] + "!#$%&*+-/:;<=>?@"[each & 15] for each in payload)


def _script(payload: bytes) -> str:
    return " ".join(
        "".join(chr(0x4E00 + each) for each in payload[at : at + 8]) for at in range(0, 10_000, 8)
    )


_CODES = {"syllables": _syllables, "pairs of signs": _signs, "letters of another script": _script}
