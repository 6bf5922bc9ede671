"""A small view to ask: people with a few columns, and one table of events."""

from strongroom.disclosure.query.representation import Kind
from strongroom.disclosure.query.schema import Schema, Table

SCHEMA = Schema(
    Table(
        "participants",
        {
            "sex": Kind.NUMBER,
            "age": Kind.NUMBER,
            "bmi": Kind.NUMBER,
            "born": Kind.DATE,
            "centre": Kind.TEXT,
            "smoker": Kind.BOOLEAN,
        },
        spellings={"31-0.0": "sex"},
    ),
    (Table("hospital", {"code": Kind.TEXT, "date": Kind.DATE, "level": Kind.NUMBER}),),
)

COHORT = Schema(
    Table(
        "people",
        {
            "sex": Kind.NUMBER,
            "age": Kind.NUMBER,
            "base": Kind.DATE,
            "seen": Kind.DATE,
            "bmi": Kind.NUMBER,
            "smoker": Kind.BOOLEAN,
            "town": Kind.TEXT,
        },
    ),
    (
        Table("hesin", {"ins": Kind.NUMBER, "code": Kind.TEXT, "level": Kind.NUMBER, "day": Kind.DATE}),
        Table("diag", {"ins": Kind.NUMBER, "icd": Kind.TEXT}),
        Table("death", {"cause": Kind.TEXT}),
    ),
)
"""Tables as a biobank names them; each has the person key `eid`."""
