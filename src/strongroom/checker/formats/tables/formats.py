"""Formats of tables: delimited text, Parquet and Arrow."""

from strongroom.checker.formats.format import Format, Order, magic

_IN = "strongroom.checker.formats.tables"

DELIMITED = Format(
    "Delimited text",
    "text/csv",
    (".csv", ".tsv", ".tab", ".psv", ".assoc", ".linear", ".logistic", ".sumstats"),
    f"{_IN}.delimited:read",
    rebuild=f"{_IN}.rebuild_tables:rebuild_delimited",
    text=True,
    copy="the cells as they were written, with the same delimiter and header",
    library="PyArrow",
)
PARQUET = Format(
    "Parquet",
    "application/vnd.apache.parquet",
    (".parquet", ".pq"),
    f"{_IN}.parquet:read",
    (magic(Order.MAGIC, b"PAR1", b"PARE"),),
    f"{_IN}.rebuild_tables:rebuild_parquet",
    f"{_IN}.large_columnar:open_columns",
    ("pyarrow.parquet",),
    copy="the cells as Parquet, without metadata",
    library="PyArrow",
)
ARROW = Format(
    "Arrow",
    "application/vnd.apache.arrow.file",
    (".arrow", ".feather"),
    f"{_IN}.arrow:read",
    (magic(Order.MAGIC, b"ARROW1\x00\x00"),),
    f"{_IN}.rebuild_tables:rebuild_arrow",
    f"{_IN}.large_columnar:open_columns",
    copy="the cells as an Arrow file, without metadata",
    library="PyArrow",
)
