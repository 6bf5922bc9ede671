"""The data dictionary: each column's meaning, precision and role in identifying people."""

from strongroom.cohort.dictionary.model import Coding, Dictionary, Field, Role, ValueType
from strongroom.cohort.dictionary.names import ColumnName
from strongroom.cohort.dictionary.read import read_dictionary
from strongroom.cohort.dictionary.write import write_dictionary

__all__ = [
    "Coding",
    "ColumnName",
    "Dictionary",
    "Field",
    "Role",
    "ValueType",
    "read_dictionary",
    "write_dictionary",
]
