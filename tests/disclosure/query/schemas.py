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
