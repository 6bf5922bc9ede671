"""From a researcher's SQL to the SQL that an engine runs.

`schema` lists the tables and columns that a query can name. `reading` parses the researcher's SQL into our
own `representation`, and `emitting` writes SQL for an engine from that representation. The engine never
receives the researcher's text.
"""
