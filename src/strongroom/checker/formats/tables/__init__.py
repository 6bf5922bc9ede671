"""Tables in rows or columns: delimited text, Parquet, Arrow; large ones in pieces."""
