"""The columns of a synthetic cohort: their Arrow types and their dictionary entries."""

from collections.abc import Sequence

import pyarrow as pa

from strongroom.cohort.dictionary import Coding, ColumnName, Dictionary, Field, Role, ValueType
from strongroom.cohort.synthetic.spec import Catalogue, FieldSpec

ID_COLUMN = "eid"

_ARROW = {ValueType.DATE: pa.date32(), ValueType.REAL: pa.float64()}
_EVENT_FIELDS = (
    Field("diag_icd10", ValueType.TEXT, Role.SENSITIVE, title="Hospital diagnosis, ICD-10"),
    Field("epistart", ValueType.DATE, Role.QUASI_IDENTIFIER, title="Day the hospital stay began"),
    Field(
        "level",
        ValueType.CATEGORY,
        Role.MEASUREMENT,
        coding=Coding("level", {"1": "Main cause", "2": "Also"}),
    ),
    Field("date_of_death", ValueType.DATE, Role.QUASI_IDENTIFIER, title="Day of death"),
    Field("cause_icd10", ValueType.TEXT, Role.SENSITIVE, title="Cause of death, ICD-10"),
)


def arrow_schema(columns: Sequence[ColumnName], catalogue: Catalogue) -> pa.Schema:
    """Return the participants' schema: whole numbers and codes int32, quantities float64, days date32."""
    types = [_ARROW.get(catalogue.fields[column.field_id].type, pa.int32()) for column in columns]
    named = zip((column.rap for column in columns), types, strict=True)
    return pa.schema([(ID_COLUMN, pa.int32()), *named])


def describe(columns: Sequence[ColumnName], catalogue: Catalogue) -> Dictionary:
    """Return the dictionary of exactly these columns, the participant's id and the event tables' columns."""
    own = [_field(column, catalogue) for column in columns]
    return Dictionary.of(
        [Field(ID_COLUMN, ValueType.INTEGER, Role.ID, title="Participant"), *own, *_EVENT_FIELDS]
    )


def _field(column: ColumnName, catalogue: Catalogue) -> Field:
    spec = catalogue.fields[column.field_id]
    meanings = catalogue.codings.get(spec.coding)
    return Field.named(
        column.rap,
        spec.type,
        spec.role,
        title=spec.title,
        units=spec.units,
        coding=None if meanings is None else Coding(spec.coding, meanings),
        precision=_precision(spec),
        sentinels=tuple(float(code) for code in spec.special) if spec.type is not ValueType.CATEGORY else (),
    )


def _precision(spec: FieldSpec) -> float | None:
    if spec.quantity is not None:
        return float(f"1e-{spec.quantity.digits}")
    return 1.0 if spec.type is ValueType.INTEGER else None
