"""Participants who withdraw their consent: found by id, removed by rewriting, kept only as commitments."""

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.model import Cohort
from strongroom.errors import InputError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_ids: int = threshold(
        10_000_000,
        "ids",
        "cost: more than any cohort has; a longer file is no list of withdrawals",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Withdrawn:
    """The people whom a list of ids names, and how many of its ids are unknown."""

    ordinals: NDArray[np.uint32] = field(repr=False)
    ids: tuple[str, ...]
    unknown: int


def read_ids(path: Path) -> tuple[str, ...]:
    """Read a list of ids, one a line, with or without a heading; InputError if it is not such a list."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError("cannot be read.", file=path, hint="Check the path given with --ids.") from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text.", file=path, hint="Save the list as plain text.") from error
    lines = [line.strip().strip('"') for line in text.splitlines()]
    ids = tuple(dict.fromkeys(line for line in lines if line))
    if not ids or len(ids) > LIMITS.most_ids:
        raise InputError("is not a list of ids.", file=path, hint="Write one id a line.")
    return ids


def find_withdrawn(cohort: Cohort, ids: tuple[str, ...]) -> Withdrawn:
    """Look the ids up among the participants still in the cohort."""
    held = cohort.ids().astype(str)
    order = np.argsort(held)
    asked = np.asarray(ids)
    at = np.minimum(np.searchsorted(held[order], asked), len(held) - 1)
    known = held[order][at] == asked
    ordinals = cohort.ordinals()[order[at[known]]]
    return Withdrawn(
        ordinals=np.sort(ordinals), ids=tuple(asked[known].tolist()), unknown=int(np.sum(~known))
    )


def commitments(ids: tuple[str, ...], *, salt: bytes) -> list[str]:
    """Return a sorted HMAC-SHA256 commitment to each id under `salt`, as hexadecimal text.

    With the salt, a participant's own id proves that the withdrawal was carried out; once the salt is erased,
    the commitments reveal nothing about anyone.
    """
    return sorted(hmac.new(salt, each.encode(), hashlib.sha256).hexdigest() for each in ids)
