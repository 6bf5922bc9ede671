"""Class 35: the table in a program: its literals, comments, names, or the history of its repository."""

import hashlib
import zipfile
import zlib
from pathlib import Path

import polars as pl
from benchmarks.exfiltration._attacks import writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack


@attack(
    35,
    place=("python list", "python dict", "r vectors", "sql insert", "comment", "long string", "names", "git"),
)
def in_code(leak: Leak, *, place: str) -> Handed:
    """Class 35: as literals, in a comment, in a string, as names, or as objects of a repository's history."""
    table = leak.disguised
    if place == "git":
        return leak.hand_in(*_history(writers.csv_bytes(table), leak.folder / "repo"))
    made = {
        "python list": lambda: ("settings.py", f"import numpy as np\n\nGRID = {_rows(table)}\n"),
        "python dict": lambda: (
            "settings.py",
            f"START = {table.cast(pl.String).to_dict(as_series=False)!r}\n",
        ),
        "r vectors": lambda: ("init.R", "".join(_r_vector(table[name]) for name in table.columns)),
        "sql insert": lambda: ("seed.sql", _sql(table)),
        "comment": lambda: ("fit.py", f"{_commented(table)}\n\ndef fit(x):\n    return x.mean()\n"),
        "long string": lambda: ("fit.py", f'"""Fit.\n\n{table.write_csv()}"""\n\nimport sys\n'),
        "names": lambda: ("fit.py", "".join(f"def {_name(row)}(): pass\n" for row in table.rows())),
    }
    name, text = made[place]()
    leak.path(name).write_text(text, encoding="utf-8")
    return leak.hand_in(leak.path(name))


def _rows(table: pl.DataFrame) -> str:
    plain = table.with_columns(pl.selectors.temporal().cast(pl.String))
    return "[\n" + "".join(f"    {list(row)!r},\n" for row in plain.rows()) + "]"


def _r_vector(column: pl.Series) -> str:
    quoted = not column.dtype.is_numeric()
    cells = ["NA" if cell is None else f'"{cell}"' if quoted else str(cell) for cell in column]
    return f"{column.name} <- c({', '.join(cells)})\n"


def _sql(table: pl.DataFrame) -> str:
    rows = [", ".join("NULL" if cell is None else f"'{cell}'" for cell in row) for row in table.rows()]
    return (
        f"INSERT INTO grid ({', '.join(table.columns)}) VALUES\n"
        + ",\n".join(f"({row})" for row in rows)
        + ";\n"
    )


def _commented(table: pl.DataFrame) -> str:
    return "\n".join(f"# {line}" for line in table.write_csv().splitlines())


def _name(row: tuple[object, ...]) -> str:
    return "f_" + "_".join(str(cell).replace(".", "p").replace("-", "m") for cell in row)


def _history(content: bytes, folder: Path) -> list[Path]:
    """Write a repository's folder with the table as a blob of an old commit; returns its files."""
    blob = b"blob %d\x00" % len(content) + content
    digest = hashlib.sha1(blob).hexdigest()
    loose = folder / ".git" / "objects" / digest[:2] / digest[2:]
    loose.parent.mkdir(parents=True)
    loose.write_bytes(zlib.compress(blob))
    head, readme = folder / ".git" / "HEAD", folder / "README.md"
    head.write_text("ref: refs/heads/main\n")
    readme.write_text("# Analysis\n\nRun `make`.\n")
    with zipfile.ZipFile(folder.parent / "repo.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in (readme, head, loose):
            archive.write(path, path.relative_to(folder.parent))
    return [folder.parent / "repo.zip"]
