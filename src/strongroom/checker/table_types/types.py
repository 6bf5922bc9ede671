"""The types of table that can be recognised, and the roles of columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from strongroom.checker.table_types.column_roles import Role
from strongroom.checker.table_types.typed_table import Column, TypedTable


class RecognisedType(Enum):
    """The kinds of output a checker knows by their inner consistency."""

    VARIANTS = "results or weights, one row a genetic variant"
    ESTIMATES = "estimates with their uncertainty"
    COUNTS = "counts and percentages of groups"
    SURVIVAL = "a survival curve or life table"
    CURVE = "a curve: smooth values along an axis"
    BINS = "a histogram or density"
    TIME_SERIES = "a series in time"
    PANEL = "values on a grid of groups"
    MATRIX = "a symmetric matrix"
    DRAWS = "draws of a simulation, one row an iteration"
    CODE_LIST = "a list of codes or descriptions"
    NAMED_VALUES = "a few values for each named thing"
    MODEL = "weights of a model"
    UNKNOWN = "nothing that is known"


@dataclass(frozen=True)
class Recognised:
    """What a table is, how sure that is (0-1), and each explained column's role by its place in the table."""

    type: RecognisedType
    confidence: float
    roles: Mapping[int, Role] = field(default_factory=dict)

    def places(self, *roles: Role) -> list[int]:
        """Return the places of the columns with one of these roles."""
        return [place for place, role in self.roles.items() if role in roles]

    def unexplained(self, typed: TypedTable) -> list[Column]:
        """Return the columns that have values and no role."""
        return [
            column
            for place, column in enumerate(typed.columns)
            if place not in self.roles and column.distinct > 1
        ]


NOTHING = Recognised(RecognisedType.UNKNOWN, 0.0)
