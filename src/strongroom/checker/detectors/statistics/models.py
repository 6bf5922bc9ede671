"""Fitted models: some keep the rows they were fitted on, all can be made to."""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import FoundModel, FoundTable, FoundText, Origin
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.statistics.model_classes import keeps_rows
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import Examined

_REBUILT = {"safetensors", "ONNX", "Keras"}
_FEWEST_ROWS = 50
_SPARE_ROWS = 2  # an embedding has a row or two for what is unknown
_LIGHTGBM = re.compile(r"\Atree\s*\nversion=")
_LEAF_COUNTS = re.compile(r"^leaf_count=([\d ]+)$", re.MULTILINE)
_XGBOOST = re.compile(r'"learner"\s*:.*"gradient_booster"\s*:', re.DOTALL)
_LOOKED_AT = 1 << 20


class Models:
    """Blocks models that keep rows, or have a row for each participant; a person sees other large ones."""

    name = "model"
    protects_against = "fitted models that carry the rows they were fitted on, or remember single people"

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a model, an array in it with a row a person, and trees of tiny leaves."""
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
            message = "This model keeps rows it was fitted on. Hand in its coefficients as a table."
            yield self._found(Verdict.BLOCK, model.where, message, f"Classes: {', '.join(keeping[:10])}.")
        elif model.format not in _REBUILT or model.numbers > evidence.policy.model_numbers:
            message = "A model can hold what it was fitted on; a person has to look at it."
            detail = f"{model.format}, {model.numbers:,} numbers; {', '.join(model.classes[:10])}"
            yield self._found(Verdict.REVIEW, model.where, message, detail)

    def _array(self, found: FoundTable, evidence: Evidence) -> Iterator[Finding]:
        rows = found.total_rows
        for people in sorted(_groups(evidence)):
            if people <= rows <= people + _SPARE_ROWS:
                message = "An array in this model has a row for every participant; such arrays never leave."
                detail = f"{rows:,} rows, {people:,} participants."
                yield self._found(Verdict.BLOCK, found.where, message, detail)
                return
        smallest = _smallest_leaf(found.table)
        if smallest is not None and smallest < evidence.policy.small_count:
            yield self._leaves(found.where, smallest, evidence)

    def _text(self, found: FoundText, evidence: Evidence) -> Iterator[Finding]:
        if _LIGHTGBM.match(found.text):
            counts = [int(each) for line in _LEAF_COUNTS.findall(found.text) for each in line.split()]
            if counts and min(counts) < evidence.policy.small_count:
                yield self._leaves(found.where, min(counts), evidence)
        elif not (found.text.startswith("{") and _XGBOOST.search(found.text[:_LOOKED_AT])):
            return
        message = "A model can hold what it was fitted on; a person has to look at it."
        yield self._found(Verdict.REVIEW, found.where, message, f"{len(found.text):,} letters of trees.")

    def _leaves(self, where: str, smallest: int, evidence: Evidence) -> Finding:
        message = (
            f"Trees with leaves of fewer than {evidence.policy.small_count} people describe single persons; "
            "fit them with larger leaves."
        )
        return self._found(Verdict.REVIEW, where, message, f"The smallest leaf has {smallest}.")

    def _found(self, severity: Verdict, where: str, message: str, detail: str) -> Finding:
        return Finding(self.name, severity, where, message, detail)


def _groups(evidence: Evidence) -> set[int]:
    """Return how many people the cohort and the views of it have."""
    counts = {evidence.cohort.manifest.participants, *(len(known.values) for known in evidence.known_ids)}
    counts |= {len(order.rows) for order in evidence.orders}
    return {count for count in counts if count >= _FEWEST_ROWS}


def _smallest_leaf(table: pa.Table) -> int | None:
    """Return the fewest people in a leaf of a tree as scikit-learn stores it, or None for other tables."""
    if not {"left_child", "n_node_samples"} <= set(table.column_names):
        return None
    children = np.asarray(table.column("left_child"))
    people = np.asarray(table.column("n_node_samples"))
    leaves = people[children < 0]
    return int(leaves.min()) if len(leaves) else None
