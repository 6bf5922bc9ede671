"""Open a data dictionary of any supported kind: the showcase's field list, our own table, our own YAML."""

from pathlib import Path

from strongroom.cohort.dictionary.codings import CodingFolder
from strongroom.cohort.dictionary.model import Dictionary
from strongroom.cohort.dictionary.native_format import NATIVE_COLUMNS, read_native_table, read_native_yaml
from strongroom.cohort.dictionary.showcase import SHOWCASE_COLUMNS, read_showcase
from strongroom.cohort.dictionary.text_table import open_table
from strongroom.errors import DictionaryError


def read_dictionary(path: Path, *, codings: Path | None = None) -> Dictionary:
    """Return the dictionary in `path`; its kind follows from the suffix (.yaml) or the header's columns.

    `codings` is a folder of `datacode-<number>.tsv` files with the meanings of a showcase's codes. Raises
    DictionaryError with file, row and column for anything that is not a dictionary.
    """
    if path.suffix.lower() in {".yaml", ".yml"}:
        dictionary = read_native_yaml(path)
    else:
        dictionary = _read_table(path, codings)
    if not dictionary.fields:
        raise DictionaryError("The dictionary describes no columns.", file=path)
    return dictionary


def _read_table(path: Path, codings: Path | None) -> Dictionary:
    table = open_table(path)
    header = set(table.header)
    if header >= SHOWCASE_COLUMNS:
        return read_showcase(table, CodingFolder(codings))
    if header >= NATIVE_COLUMNS:
        return read_native_table(table)
    raise DictionaryError(
        f"This header is not that of a supported dictionary: {', '.join(table.header[:6])}.",
        file=path,
        row=0,
        hint="Use UK Biobank's Data_Dictionary_Showcase, or a table with the columns column and type.",
    )
