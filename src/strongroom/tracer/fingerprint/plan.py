"""The plan of a cohort's fingerprint: what is done to each column, shared by many projects.

It is made once for a cohort and its custodian's settings, from all values, and kept: a second plan would move
the same cells by other amounts, so that whoever holds copies under both could average them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from strongroom.canonical import digest
from strongroom.cohort import Cohort
from strongroom.tracer.fingerprint.code import LEVELS
from strongroom.tracer.fingerprint.date_shifts import Movable, movable
from strongroom.tracer.fingerprint.derived import Derived
from strongroom.tracer.fingerprint.marking import FingerprintMarker
from strongroom.tracer.fingerprint.rules import MarkRule
from strongroom.tracer.relations.relation import OTHER, Relation

VERSION = 2  # fixed: number of the plan's format; 2 has centred marks (`MarkRule.lean`)


@dataclass(frozen=True)
class MarkPlan:
    """What is done to each column, by the cohort's name for it.

    `rules` has one for every column of the participants' table, with a reason for those left unchanged.
    `derived` are the columns recomputed from others, each after its inputs. `levels` are the biases of the
    code, in 256ths. Where dates are shifted, columns of other tables have rules too, as `table.column`, and
    `birth` names the columns of the year and the month of birth. `relations` are those of the cohort's
    columns, which marks and decoys keep.
    """

    rules: Mapping[str, MarkRule]
    derived: Mapping[str, Derived] = field(default_factory=dict)
    levels: tuple[int, ...] = LEVELS
    version: int = VERSION
    birth: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the plan, 64 hexadecimal digits."""
        return digest(self.to_json())

    @property
    def marked(self) -> list[str]:
        """The columns with positions of their own."""
        return [name for name, rule in self.rules.items() if rule.density > 0]

    @property
    def obeyed(self) -> tuple[Relation, ...]:
        """The relations from which columns are recomputed, each after those of its inputs.

        Plans from before relations were searched for have those of their derived columns.
        """
        if self.relations:
            return tuple(each for each in self.relations if each.role == "recomputed")
        return tuple(Relation(name, each.formula, OTHER, 1.0, 0) for name, each in self.derived.items())

    def with_inputs(self, names: Sequence[str]) -> list[str]:
        """Return columns and, after them, those that they are computed from, directly or indirectly."""
        wanted = dict.fromkeys(names)
        for each in reversed(self.obeyed):
            if each.target in wanted:
                wanted |= dict.fromkeys(each.inputs)
        return list(wanted)

    def sources(self, name: str) -> frozenset[str]:
        """Return the columns a column is ultimately derived from: itself, if it is not derived."""
        if name not in self.derived:
            return frozenset([name])
        return frozenset().union(*(self.sources(each) for each in self.derived[name].inputs))

    def positions(self, names: Iterable[str]) -> frozenset[str]:
        """Return the columns of positions that these columns of a view show, also through derived columns."""
        return frozenset(
            self.rules[each].column for name in names for each in self.sources(name) if each in self.rules
        )

    def movable(self, cohort: Cohort | None, decoys: Mapping[str, pa.Table] | None = None) -> Movable | None:
        """Return whose dates may be shifted, of a cohort's people and its guests; None if no dates are."""
        return movable(self.rules, self.birth, cohort, decoys)

    def to_json(self) -> dict[str, Any]:
        """Return plain values without floats, the same for equal plans."""
        plain: dict[str, Any] = {
            "version": self.version,
            "levels": list(self.levels),
            "rules": {name: rule.to_json() for name, rule in self.rules.items()},
            "derived": [{"column": name, **each.to_json()} for name, each in self.derived.items()],
        }
        # Plans without these keep the format, and so the commitment, from before there were any.
        if self.birth:
            plain["birth"] = list(self.birth)
        if self.relations:
            plain["relations"] = [each.to_json() for each in self.relations]
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "MarkPlan":
        """Read what `to_json` wrote."""
        return cls(
            rules={name: MarkRule.from_json(rule) for name, rule in plain["rules"].items()},
            derived={
                each["column"]: Derived.from_json(
                    each["column"], {k: v for k, v in each.items() if k != "column"}
                )
                for each in plain["derived"]
            },
            levels=tuple(plain["levels"]),
            version=plain["version"],
            birth=tuple(plain.get("birth", ())),
            relations=tuple(Relation.from_json(each) for each in plain.get("relations", ())),
        )


@dataclass(frozen=True)
class IssuedFingerprint:
    """The fingerprint of one view: enough to compute every mark the view carries.

    `plan_key` is common to all views of a cohort, `project_key` is the project's own, 32 bytes each;
    `release` names the files that were written, and `commitment` is what the ledger has held since, the
    digest of the view's statement (`commitments`); both are empty while the view is being written.
    """

    plan: MarkPlan
    plan_key: bytes = field(repr=False)
    project_key: bytes = field(repr=False)
    release: str = ""
    commitment: str = ""

    @property
    def recipient(self) -> tuple[bytes, str, bytes]:
        """What all views of one recipient have in common: the project's key, and the plan with its key."""
        return self.project_key, self.plan.digest, self.plan_key

    def marker(self, movable: Movable | None = None) -> FingerprintMarker:
        """Return the marker that writes, or recomputes, the view's marks; `movable` as for `marker_of`."""
        return marker_of(self.plan, plan_key=self.plan_key, project_key=self.project_key, movable=movable)


def marker_of(
    plan: MarkPlan, *, plan_key: bytes, project_key: bytes, movable: Movable | None = None
) -> FingerprintMarker:
    """Return the marker that writes a plan's marks under a project's key.

    `movable` is a mask over ordinals of whose dates may be shifted (`plan.movable`); without it no date is.
    """
    return FingerprintMarker(
        plan.rules, plan.derived, plan_key=plan_key, project_key=project_key, movable=movable
    )
