"""Read UK Biobank's public field list, `Data_Dictionary_Showcase`, comma- or tab-separated.

Each field is kept once, as `p21001`, and describes all its visits and array positions.
"""

from strongroom.cohort.dictionary.codings import CodingFolder
from strongroom.cohort.dictionary.model import Coding, Dictionary, Field, ValueType
from strongroom.cohort.dictionary.names import names_whole_field
from strongroom.cohort.dictionary.roles import guess_role
from strongroom.cohort.dictionary.text_table import TextTable
from strongroom.errors import DictionaryError

SHOWCASE_COLUMNS = frozenset({"Path", "FieldID", "Field", "ValueType", "Units", "Coding"})

_TYPES = {
    "Integer": ValueType.INTEGER,
    "Continuous": ValueType.REAL,
    "Categorical single": ValueType.CATEGORY,
    "Categorical multiple": ValueType.CATEGORY,
    "Date": ValueType.DATE,
    "Time": ValueType.DATETIME,
    "Text": ValueType.TEXT,
    "Compound": ValueType.TEXT,
}


def read_showcase(table: TextTable, codings: CodingFolder) -> Dictionary:
    """Return every field of the showcase; DictionaryError gives the row and column of an error."""
    fields: dict[str, Field] = {}
    for number, row in table.rows():
        field = _field(row, table, number, codings)
        if field.name in fields:
            raise DictionaryError(
                "This field is listed twice.", file=table.path, row=number, column="FieldID"
            )
        fields[field.name] = field
    return Dictionary(fields)


def _field(row: dict[str, str], table: TextTable, number: int, codings: CodingFolder) -> Field:
    if not names_whole_field(f"p{row['FieldID']}"):
        raise DictionaryError(
            f"{row['FieldID']!r} is not a field number.", file=table.path, row=number, column="FieldID"
        )
    value_type = _TYPES.get(row["ValueType"])
    if value_type is None:
        raise DictionaryError(
            f"{row['ValueType']!r} is not a value type.",
            file=table.path,
            row=number,
            column="ValueType",
            hint=f"Use one of {', '.join(_TYPES)}.",
        )
    field_id = int(row["FieldID"])
    coding = codings.coding(row["Coding"]) if row["Coding"] else None
    return Field(
        name=f"p{field_id}",
        type=value_type,
        role=guess_role(field_id=field_id, value_type=row["ValueType"], path=row["Path"], title=row["Field"]),
        title=row["Field"],
        units=row["Units"],
        coding=coding,
        precision=1.0 if value_type is ValueType.INTEGER else None,
        field_id=field_id,
        sentinels=_sentinels(value_type, coding),
    )


def _sentinels(value_type: ValueType, coding: Coding | None) -> tuple[float, ...]:
    """Return the numbers that are not quantities: in a numeric field, the coding lists only those."""
    if coding is None or value_type not in {ValueType.INTEGER, ValueType.REAL}:
        return ()
    return tuple(float(code) for code in coding.values)
