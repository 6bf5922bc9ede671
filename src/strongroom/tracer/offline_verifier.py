"""Verify the evidence of a trace offline, with no part of strongroom but this file.

    python offline_verifier.py evidence.json [--ledger ledger.jsonl] [--file LEAKED]

It needs Python 3.11 and the package `cryptography`. The evidence says which marked cells of a leaked file
were read, what each shows and how reliably, and reveals the keys of the accused. For each of them it
verifies:

 1. The keys, the release and the plan match the commitment,
    SHA-256(key 0 release 0 plan digest 0 SHA-256(plan key)), or without its last part if the view was issued
    before the plan's key was included, which is then stated. With --ledger: an entry of the exported ledger
    on the issue of a view of this project holds the commitment (its number and time are printed), the
    project was approved for the institution named, and no fewer recipients are counted than had a marked
    view of the cohort when the file was traced. (Verify the export itself with the ledger's own verifier
    and a checkpoint you kept.)
 2. No cell occurs twice, and every cell is one that the plan marks under the plan's key.
 3. What the accused's copy shows in each cell: AES-256 under the key, compared with the cell's threshold.
 4. The e-value: the average, over a fixed library of what one leaker or several may have done, of how much
    likelier the cells are if the accused's copy was among the sources. For an innocent recipient its mean is
    1 whatever was done to the file, so it reaches X with a probability of at most 1/X (Markov's inequality).
    The library is the published one: it cannot have been chosen for the file.
 5. It exceeds recipients / bound, so that the file accuses any innocent with at most that probability.

With --file: the evidence is of that file, by its SHA-256.

It does not show that the cells were read correctly from the file (to check that, read them again: their
positions are given), that the copy left by an act of its holder, or that somebody with the cohort's keys did
not make such a copy. It names a copy, not a person.

The code shares nothing with the tracer, so that one mistake cannot hide in both.
"""

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

FORMAT = "strongroom-trace-evidence/1"
_MARKED, _MARKED_FINER, _LEVEL, _BIT = range(4)
_SLACK = 1e-3  # fixed: relative: the evidence states the e-value to six decimals, computed in another order
# SHA-256 of the parameters of the code and of the library that were ever published.
_CODES = frozenset({"3df8d730cd5cd81c131bb8e5f8e77a5643e89e91202d1fb6536011a04809a89d"})

Cell = tuple[int, int, int, int]
"""Level, reliability, what was read, what the accused holds."""


class NotVerifiedError(Exception):
    """The evidence is not valid; the text says why."""


@dataclass(frozen=True)
class Verified:
    """What was verified for one accused; `issued` is the ledger entry on the view, if a ledger was given."""

    project: str
    institution: str
    cells: int
    agree: int
    log10_e: float
    log10_needed: float
    recipients: int
    commitment: str
    plan_key_committed: bool
    issued: str = ""

    @property
    def log10_false(self) -> float:
        """Log10 of the bound on the probability that any innocent recipient is accused this strongly."""
        return math.log10(self.recipients) - self.log10_e


def verify(evidence: Mapping[str, Any], ledger: Sequence[str] | None = None) -> list[Verified]:
    """Return what was verified for each accused; NotVerifiedError at the first failure."""
    _require(evidence.get("format") == FORMAT, f"the format is not {FORMAT}")
    accused = evidence["accused"]
    _require(bool(accused), "nobody is accused")
    code = hashlib.sha256(_canonical(evidence["code"])).hexdigest()
    _require(code in _CODES, "the code and its library of models are not the published ones")
    _require(evidence["recipients"] > 0, "no recipient is counted")
    models = list(_library(evidence["code"]))
    entries = None if ledger is None else [_entry(line) for line in ledger]
    return [_verified(each, evidence, models, entries) for each in accused]


def _verified(
    accused: Mapping[str, Any],
    evidence: Mapping[str, Any],
    models: Sequence[tuple[float, "_Model"]],
    entries: Sequence["_Entry"] | None,
) -> Verified:
    name = accused["project"]
    plan = accused["plan"]
    made, computed = accused["commitment"], _commitment(accused, with_plan_key=True)
    _require(
        made in {computed, _commitment(accused, with_plan_key=False)},
        f"{name}: keys, release and plan do not match the commitment",
    )
    _require(accused["release"].split("/")[0] == name, f"{name}: the copy belongs to another project")
    issued = "" if entries is None else _recorded(accused, evidence, entries)
    cells = [
        cell
        for column, read in accused["cells"].items()
        for cell in _cells(name, column, read, accused, evidence["code"])
    ]
    log10_e = _log10_e(cells, evidence["code"], plan["levels"], models)
    needed = math.log10(evidence["recipients"] / float(evidence["bound"]))
    stated = float(accused["log10_e"])
    _require(
        abs(log10_e - stated) <= _SLACK * max(1.0, abs(stated)), f"{name}: the e-value is 10^{log10_e:.3f}"
    )
    _require(log10_e >= needed, f"{name}: 10^{log10_e:.1f} is less than the 10^{needed:.1f} required")
    agree = sum(shown == held for _, _, shown, held in cells)
    _require(
        (len(cells), agree) == (accused["marks_read"], accused["marks_agree"]),
        f"{name}: cells are miscounted",
    )
    return Verified(
        name,
        accused["institution"],
        len(cells),
        agree,
        log10_e,
        needed,
        evidence["recipients"],
        made,
        made == computed,
        issued,
    )


def _commitment(accused: Mapping[str, Any], *, with_plan_key: bool) -> str:
    """Return the commitment the ledger must hold; the first views' was without the plan's key."""
    digest = hashlib.sha256(_canonical(accused["plan"])).hexdigest()
    parts = [bytes.fromhex(accused["project_key"]), accused["release"].encode(), digest.encode()]
    if with_plan_key:
        parts.append(hashlib.sha256(bytes.fromhex(accused["plan_key"])).digest())
    return hashlib.sha256(b"\x00".join(parts)).hexdigest()


def _cells(
    name: str, column: str, read: Mapping[str, Any], accused: Mapping[str, Any], code: Mapping[str, Any]
) -> Iterator[Cell]:
    """Yield a column's cells, each verified to be a distinct marked position."""
    plan_key, key = bytes.fromhex(accused["plan_key"]), bytes.fromhex(accused["project_key"])
    people, shown, reliability = read["ordinals"], read["shown"], read["reliability"]
    _require(len(people) == len(shown) == len(reliability), f"{name}: some cells of {column} have no reading")
    _require(len(set(people)) == len(people), f"{name}: a cell of {column} is counted twice")
    rules = [
        rule for rule in accused["plan"]["rules"].values() if rule["column"] == column and "density" in rule
    ]
    _require(bool(rules), f"{name}: {column} is not marked by the plan")
    densest = max(round(float(rule["density"]) * 65_536) for rule in rules)
    coarse, fine = (
        _stream(plan_key, column, _MARKED, people),
        _stream(plan_key, column, _MARKED_FINER, people),
    )
    marked = all((high << 8 | low) < densest for high, low in zip(coarse, fine, strict=True))
    _require(marked, f"{name}: a cell of {column} carries no mark")
    bits = _stream(key, column, _BIT, people)
    levels = _stream(plan_key, column, _LEVEL, people)
    for place, drawn in enumerate(bits):
        level = _level(levels[place], code["level_shares"])
        held = drawn < accused["plan"]["levels"][level]
        yield level, int(reliability[place], 36), int(shown[place]), int(held)


def _level(drawn: int, shares: Sequence[int]) -> int:
    edge = 0
    for level, share in enumerate(shares):
        edge += share
        if drawn < edge:
            return level
    raise NotVerifiedError("the levels' shares do not add up to 256")


def _stream(key: bytes, column: str, use: int, people: Sequence[int]) -> bytes:
    """Return each person's byte of a column's keystream: byte `ordinal` of AES-256 over counted blocks."""
    label = hashlib.sha256(f"{use}/{column}".encode()).digest()[:8][::-1]
    blocks = b"".join(label + (person // 16).to_bytes(8, "little") for person in people)
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - counters, none repeats
    found = encryptor.update(blocks)
    return bytes(found[16 * place + person % 16] for place, person in enumerate(people))


@dataclass(frozen=True)
class _Model:
    """The probability that a cell shows a 1 if k of the sources' copies hold one, and of a flip."""

    shows: tuple[float, ...]
    flip: float

    def ratio(self, error: float, level: float, shown: int, held: int) -> float:
        """Return the log likelihood ratio of a reading if a copy that holds `held` was a source."""
        wrong = self.flip + error - 2 * self.flip * error
        likely = [(1 - 2 * wrong) * each + wrong for each in self.shows]
        others = len(self.shows) - 2
        chance = [math.comb(others, k) * level**k * (1 - level) ** (others - k) for k in range(others + 1)]
        given = [sum(chance[k] * likely[k + mine] for k in range(others + 1)) for mine in (0, 1)]
        overall = level * given[1] + (1 - level) * given[0]
        return math.log(given[held] / overall if shown else (1 - given[held]) / (1 - overall))


def _library(code: Mapping[str, Any]) -> Iterator[tuple[float, _Model]]:
    """Yield the models with their weights, which sum to 1."""
    flips = [float(each) for each in code["flips"]]
    models = [_Model(shows, flip) for shows in _strategies(code["sizes"]) for flip in flips]
    lone = float(code["lone_share"])
    for place, model in enumerate(models):
        yield (lone if place == 0 else (1 - lone) / (len(models) - 1)), model


def _strategies(sizes: Sequence[int]) -> Iterator[tuple[float, ...]]:
    yield (0.0, 1.0)
    for size in sizes:
        if size == 1:
            continue
        counts = range(size + 1)
        most = [0.5 if 2 * k == size else float(2 * k > size) for k in counts]
        inside = [0 < k < size for k in counts]
        yield tuple(k / size for k in counts)
        yield tuple(most)
        yield tuple(1 - most[k] if inside[k] else most[k] for k in counts)
        yield tuple(0.5 if inside[k] else most[k] for k in counts)
        yield tuple(float(k > 0) for k in counts)
        yield tuple(float(k == size) for k in counts)


def _log10_e(
    cells: Sequence[Cell],
    code: Mapping[str, Any],
    levels: Sequence[int],
    models: Sequence[tuple[float, _Model]],
) -> float:
    counts: dict[Cell, int] = {}
    for cell in cells:
        counts[cell] = counts.get(cell, 0) + 1
    errors = [float(each) for each in code["errors"]]
    sums = [
        math.log(weight)
        + sum(
            number * model.ratio(errors[reliability], levels[level] / 256, shown, held)
            for (level, reliability, shown, held), number in counts.items()
        )
        for weight, model in models
    ]
    largest = max(sums)
    return (largest + math.log(sum(math.exp(each - largest) for each in sums))) / math.log(10)


@dataclass(frozen=True)
class _Entry:
    """One line of an exported ledger; `kind` is empty for a line that is not an entry."""

    index: int
    kind: str = ""
    subject: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    time: str = ""


def _entry(line: str) -> _Entry:
    read = json.loads(line) if line.strip() else {}
    held = read.get("entry")
    if not isinstance(held, dict):
        return _Entry(-1)
    return _Entry(read["index"], held["kind"], held["subject"], held["facts"], held["time"])


def _recorded(accused: Mapping[str, Any], evidence: Mapping[str, Any], entries: Sequence[_Entry]) -> str:
    """Return the ledger entry that holds the commitment, if the ledger supports the evidence."""
    name, made = accused["project"], accused["commitment"]
    issues = [each for each in entries if each.kind == "view.issued" and each.facts.get("commitment")]
    issue = next((each for each in issues if each.facts["commitment"] == made), None)
    if issue is None:
        raise NotVerifiedError(f"{name}: the ledger does not hold the commitment")
    _require(issue.subject == name, f"{name}: the ledger has this commitment for another project")
    approved = [each for each in entries if each.kind == "project.added" and each.subject == name]
    institutions = {each.facts["institution"] for each in approved}
    _require(accused["institution"] in institutions, f"{name}: the ledger names another institution")
    traced = _traced(name, evidence.get("file_sha256"), entries)
    cohort = issue.facts["cohort"]
    had = {each.subject for each in issues if each.facts["cohort"] == cohort and each.index < traced}
    _require(
        evidence["recipients"] >= len(had),
        f"{name}: {evidence['recipients']} recipients are counted, the ledger has {len(had)}",
    )
    return f"entry {issue.index} of {issue.time}"


def _traced(name: str, sha256: str | None, entries: Sequence[_Entry]) -> float:
    """Return the index of the entry that first traced the file to the accused; infinity if there is none."""
    found = (
        each.index
        for each in entries
        if each.kind == "file.traced"
        and each.facts.get("sha256") == sha256
        and name in each.facts.get("suspects", ())
    )
    return min(found, default=math.inf)


def _canonical(value: Any) -> bytes:
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as the sentence it is
    if not holds:
        raise NotVerifiedError(otherwise)


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify an evidence file; return 0 if it is valid."""
    parser = argparse.ArgumentParser(description="Verify the evidence of a trace.")
    parser.add_argument("evidence", type=Path)
    parser.add_argument("--ledger", type=Path, help="an exported ledger that holds the commitments")
    parser.add_argument("--file", type=Path, help="the leaked file")
    given = parser.parse_args(arguments)
    try:
        ledger = given.ledger.read_text(encoding="utf-8").splitlines() if given.ledger else None
        evidence = json.loads(given.evidence.read_text(encoding="utf-8"))
        if given.file:
            sha256 = hashlib.sha256(given.file.read_bytes()).hexdigest()
            _require(evidence.get("file_sha256") == sha256, "the evidence is of another file")
        found = verify(evidence, ledger)
    except (NotVerifiedError, LookupError, TypeError, ValueError, AttributeError, OSError) as error:
        sys.stderr.write(f"NOT VERIFIED: {error}\n")
        return 1
    for each in found:
        sys.stdout.write(
            f"verified: {each.institution}, project {each.project}: {each.agree:,} of {each.cells:,} "
            f"cells agree, "
            f"e-value 10^{each.log10_e:.1f} (10^{each.log10_needed:.1f} required)\n"
            f"  probability that any innocent one of {each.recipients:,} recipients is accused this "
            "strongly: "
            f"at most 10^{each.log10_false:.1f} (the limit was {float(evidence['bound']):g})\n"
            f"  commitment {each.commitment}: "
            + (
                f"in the ledger since {each.issued}\n"
                if each.issued
                else "compare with the ledger entry on the issue of the view\n"
            )
        )
        if not each.plan_key_committed:
            sys.stdout.write(
                "  this commitment predates the inclusion of the plan's key: it does not show that this key "
                "was in use when the view was issued\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
