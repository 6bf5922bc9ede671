"""Fitted models: some contain their training data, and any can be made to."""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import FoundModel, FoundTable, FoundText, Origin
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.statistics.model_classes import keeps_rows
from strongroom.checker.detectors.statistics.trees_in_text import people_in_leaves
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule
from strongroom.checker.table_types.examined import Examined
from strongroom.thresholds import Thresholds, threshold

_REBUILT = {"safetensors", "ONNX", "Keras"}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_people: int = threshold(
        50, "people", "judgement: arrays of fewer rows have the length of many things other than people"
    )
    spare_rows: int = threshold(2, "rows", "judgement: an embedding has a row or two for unknown and padding")
    text_searched: int = threshold(
        1 << 20, "characters", "cost: XGBoost writes its keys at the beginning of the file"
    )
    classes_listed: int = threshold(
        10, "classes", "judgement: enough to recognise the model; a pipeline can name hundreds"
    )


LIMITS = _Limits()


_LIGHTGBM = re.compile(r"\Atree\s*\nversion=")
_XGBOOST = re.compile(r'"learner"\s*:.*"gradient_booster"\s*:', re.DOTALL)


_KEEPS_ROWS = Rule(
    "model/training-rows",
    "The model contains rows of its training data.",
    "Submit its coefficients as a table.",
)
_MAY_KEEP_ROWS = Rule(
    "model/possible-training-data",
    "The model may contain training data.",
    "Submit its coefficients as a table, or wait for manual review.",
)
_ROW_PER_PERSON = Rule(
    "model/row-per-participant",
    "An array in the model has one row per participant.",
    "Remove the array; such arrays never leave.",
)
_SMALL_LEAVES = Rule(
    "model/small-leaves",
    "Trees of the model have leaves of fewer than {smallest} people.",
    "Refit it with a larger minimum leaf size.",
)


class Models:
    """Blocks models with training rows or with a row per participant; other large ones go to review."""

    name = "model"
    protects_against = "fitted models that contain training data or describe single people"
    rules = (_KEEPS_ROWS, _MAY_KEEP_ROWS, _ROW_PER_PERSON, _SMALL_LEAVES)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a model, an array in it with a row per person, and trees with small leaves."""
        artefact = examined.found
        if isinstance(artefact, FoundModel):
            yield from self._model(artefact, evidence)
        elif isinstance(artefact, FoundTable) and artefact.origin is Origin.MODEL:
            yield from self._array(artefact, evidence)
        elif isinstance(artefact, FoundText):
            yield from self._text(artefact, evidence)

    def _model(self, model: FoundModel, evidence: Evidence) -> Iterator[Finding]:
        keeping = [name for name in model.classes if keeps_rows(name)]
        if keeping:
            detail = f"Classes: {', '.join(keeping[: LIMITS.classes_listed])}."
            yield _KEEPS_ROWS.finding(Verdict.BLOCK, model.where, detail=detail)
        elif model.format not in _REBUILT or model.numbers > evidence.policy.model_numbers:
            classes = ", ".join(model.classes[: LIMITS.classes_listed])
            detail = f"{model.format}, {model.numbers:,} numbers; {classes}"
            yield _MAY_KEEP_ROWS.finding(Verdict.REVIEW, model.where, detail=detail)

    def _array(self, found: FoundTable, evidence: Evidence) -> Iterator[Finding]:
        rows = found.total_rows
        for people in sorted(_groups(evidence)):
            if people <= rows <= people + LIMITS.spare_rows:
                detail = f"{rows:,} rows, {people:,} participants."
                yield _ROW_PER_PERSON.finding(Verdict.BLOCK, found.where, detail=detail)
                return
        smallest = _smallest_leaf(found.table)
        if smallest is not None and smallest < evidence.policy.small_count:
            yield _leaves(found.where, smallest, evidence)

    def _text(self, found: FoundText, evidence: Evidence) -> Iterator[Finding]:
        people = people_in_leaves(found.text)
        if people and min(people) < evidence.policy.small_count:
            yield _leaves(found.where, min(people), evidence)
        xgboost = found.text.startswith("{") and _XGBOOST.search(found.text[: LIMITS.text_searched])
        if not (_LIGHTGBM.match(found.text) or xgboost):
            return
        detail = f"{len(found.text):,} characters of trees."
        yield _MAY_KEEP_ROWS.finding(Verdict.REVIEW, found.where, detail=detail)


def _leaves(where: str, smallest: int, evidence: Evidence) -> Finding:
    facts = {"smallest": evidence.policy.small_count}
    detail = f"The smallest leaf has {smallest}."
    return _SMALL_LEAVES.finding(Verdict.REVIEW, where, facts, detail=detail)


def _groups(evidence: Evidence) -> set[int]:
    """Return how many people the cohort and its views have."""
    counts = {evidence.cohort.manifest.participants, *(len(known.values) for known in evidence.known_ids)}
    counts |= {len(order.rows) for order in evidence.orders}
    return {count for count in counts if count >= LIMITS.least_people}


def _smallest_leaf(table: pa.Table) -> int | None:
    """Return the fewest people in a leaf of a tree as scikit-learn stores it, or None for other tables."""
    if not {"left_child", "n_node_samples"} <= set(table.column_names):
        return None
    children = np.asarray(table.column("left_child"))
    people = np.asarray(table.column("n_node_samples"))
    leaves = people[children < 0]
    return int(leaves.min()) if len(leaves) else None
