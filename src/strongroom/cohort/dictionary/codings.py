"""Read the meanings of codes from a folder of `datacode-<number>.tsv` files (columns coding and meaning)."""

from functools import cache
from pathlib import Path

from strongroom.cohort.dictionary.model import Coding
from strongroom.cohort.dictionary.text_table import open_table
from strongroom.errors import DictionaryError


class CodingFolder:
    """Codings by number; each file is read on first use. Without a folder, only the numbers are known."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.coding = cache(self._coding)

    def _coding(self, number: str) -> Coding:
        path = None if self._folder is None else self._folder / f"datacode-{number}.tsv"
        if path is None or not path.is_file():
            return Coding(number)
        table = open_table(path)
        if not {"coding", "meaning"} <= set(table.header):
            raise DictionaryError("A coding needs the columns coding and meaning.", file=path, row=0)
        return Coding(number, {row["coding"]: row["meaning"] for _, row in table.rows()})
