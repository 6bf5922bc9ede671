"""The query gateway: researchers ask in SQL, and get statistics about groups of people.

`schema` says what may be named, `reading` turns a researcher's SQL into the question it asks
(`representation`), and `emitting` writes that question anew for an engine. The researcher's own text goes no
further than `reading`.
"""
