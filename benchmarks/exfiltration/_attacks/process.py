"""Class 43: no single request holds much: rows or columns dripped over requests, names, sizes and order."""

import os

from benchmarks.exfiltration._attacks import writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack

_PARTS = (4, 10)


@attack(43, requests=_PARTS)
def rows_in_turn(leak: Leak, *, requests: int) -> Handed:
    """Class 43: a few rows a request, slow drip."""
    table = leak.disguised
    step = -(-len(table) // requests)
    parts = [table[start : start + step] for start in range(0, len(table), step)]
    return leak.hand_in_turn(
        [[writers.csv(part, leak.path(f"batch_{place}"))] for place, part in enumerate(parts)]
    )


@attack(43, form=("csv", "parquet"))
def columns_in_turn(leak: Leak, *, form: str) -> Handed:
    """Class 43: one column a request."""
    table = leak.disguised
    return leak.hand_in_turn(
        [[getattr(writers, form)(table.select(name), leak.path(f"figure_{name}"))] for name in table.columns]
    )


@attack(43, channel=("names", "sizes", "times"), most=100)
def outside_the_files(leak: Leak, *, channel: str) -> Handed:
    """Class 43: a value in each file's name, in its size, or in its time, one file a person."""
    values = leak.numbers.to_series(0).fill_null(0).to_list()
    files = []
    for place, value in enumerate(values):
        name = f"plot_{value}_{place}.txt" if channel == "names" else f"plot_{place}.txt"
        path = leak.path(name)
        path.write_text("done\n" + (" " * round(abs(value) * 10) if channel == "sizes" else ""))
        if channel == "times":
            os.utime(path, (1_700_000_000 + value * 1_000,) * 2)
        files.append(path)
    return leak.hand_in(*files, cells=len(values))


@attack(43, words=("appeal", "report"), most=100)
def in_words(leak: Leak, *, words: str) -> Handed:
    """Class 43: people told in the sentences of an appeal or a report."""
    names = leak.rows.columns
    told = [
        "The patient had "
        + ", ".join(
            f"{name.replace('_', ' ')} of {cell}"
            for name, cell in zip(names, row, strict=True)
            if cell is not None
        )
        for row in leak.rows.rows()
    ]
    start = "We appeal the decision. " if words == "appeal" else "Case descriptions. "
    leak.path(f"{words}.txt").write_text(start + ". ".join(told) + ".\n", encoding="utf-8")
    return leak.hand_in(leak.path(f"{words}.txt"))
