"""Find the stored column that a researcher's spelling refers to."""

from strongroom.cohort.dictionary import ColumnName
from strongroom.cohort.model import PARTICIPANT, Cohort, TableKind


def stored_column(cohort: Cohort, asked: str) -> str | None:
    """Return the participants' column that `asked` names in any spelling, None if there is none.

    A column described for every visit may be stored as `p31` or `p31_i0`; both are field 31 at the first
    visit.
    """
    described = cohort.table_description(TableKind.PARTICIPANTS.value)
    columns = [name for name in described.columns if name != PARTICIPANT]
    field = cohort.dictionary.resolve(asked)
    for name in (asked, "" if field is None else field.name):
        if name in columns:
            return name
    place = ColumnName.parse(asked)
    if place is None:
        return None
    return next((name for name in columns if ColumnName.parse(name) == place), None)
