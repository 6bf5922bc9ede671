"""Tables that markup states: LaTeX tabulars, Stata's SMCL, and values that stand under keys, a line each."""

import re
from collections import Counter
from collections.abc import Iterator

import pyarrow as pa

from strongroom.checker.readers.columns import table_of
from strongroom.checker.readers.text_tables import columns_of

_TABULAR = re.compile(
    r"\\begin\{(tabular[xy*]?|longtable|array|[pb]?matrix|tabu)\}(.*?)\\end\{\1\}", re.DOTALL
)
_LATEX_RULE = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|c(?:mid)?(?:rule|line)(?:\([^)]*\))?\{[^}]*\})"
)
_LATEX_WIDTHS = re.compile(r"\A(?:\[[^\]]*\]|\{(?:[^{}]|\{[^{}]*\})*\})*")
_LATEX_WORD = re.compile(
    r"\\(?:multi(?:column|row)\{[^}]*\}\{[^}]*\}|[a-zA-Z]+\*?(?:\[[^\]]*\])?|[,;! ])|[{}$~]"
)
_SMCL = re.compile(
    r"\{(hline|space|col|ralign|lalign|center|c|bf|it|ul|res|txt|com|err|inp|sf)\b\s*([^{}:]*)(?::([^{}]*))?\}"
)
_SMCL_ANY = re.compile(r"\{[^{}\n]*\}")
_KEYED = re.compile(
    r"[ \t]*(?:[-*+]\s+)?[\"'$]?(?P<key>[A-Za-z_][\w .()%/^-]{0,60}?)[\"']?\s*"
    r"(?:[:=]{1,2}\s*|<-\s*|\s{2,}|\t)(?P<value>[^\s:=].*?)?\s*,?"
)
_LEAST_KEYS, _LEAST_NUMBERS = 3, 2


def latex_tables(content: str) -> Iterator[tuple[int, pa.Table]]:
    """Yield the tabulars of a LaTeX text, each with the line it begins at."""
    for match in _TABULAR.finditer(content):
        body = _LATEX_RULE.sub(" ", _LATEX_WIDTHS.sub("", match.group(2)))
        rows = [
            [_plain(cell) for cell in row.split("&")]
            for row in re.split(r"\\\\|\\tabularnewline|\\cr\b", body)
        ]
        rows = [row for row in rows if len(row) > 1]
        if rows:
            yield content.count("\n", 0, match.start()) + 1, columns_of(rows)


def without_smcl(content: str) -> str:
    """Return a Stata log without its markup, columns kept apart."""
    if not content.lstrip().startswith("{smcl}"):
        return content
    for _ in range(3):  # directives may stand in each other
        content = _SMCL.sub(_unmarked, content)
    return _SMCL_ANY.sub("", content)


def keyed_tables(content: str) -> Iterator[tuple[int, pa.Table]]:
    """Yield values under keys, a line each: a row a record where keys come again, else keys and values."""
    records: list[dict[str, str]] = []
    start = 0
    for number, line in enumerate([*content.splitlines(), "."], start=1):
        match = _KEYED.fullmatch(line)
        if match and match["value"]:
            start = start or number
            key = match["key"].strip()
            if not records or key in records[-1]:
                records.append({})
            records[-1][key] = match["value"].strip("\"'")
        elif match is None and re.fullmatch(r"[\s\[\]\w.\"'{}>|*=-]{0,60}", line) and line != ".":
            continue  # a heading, a rule, or a blank line between two records
        else:
            yield from ((start, table) for table in _of_records(records))
            records, start = [], 0


def _of_records(records: list[dict[str, str]]) -> Iterator[pa.Table]:
    kinds = Counter(tuple(record) for record in records if len(record) >= _LEAST_KEYS)
    for keys, count in kinds.items():
        same = [record for record in records if tuple(record) == keys]
        if sum(_is_number(value) for value in same[0].values()) < _LEAST_NUMBERS:
            continue
        if count > 1:
            yield table_of([[record[key] for record in same] for key in keys], keys)
        else:
            yield table_of([list(keys), list(same[0].values())], ["key", "value"])


def _is_number(value: str) -> bool:
    return bool(re.fullmatch(r"[-+]?\.?\d[\d.,eE+-]*", value))


def _plain(cell: str) -> str:
    return _LATEX_WORD.sub("", cell.replace("\\%", "%").replace("\\&", "&").replace("\\_", "_")).strip()


def _unmarked(match: re.Match[str]) -> str:
    kind, argument, text = match.groups()
    if kind in {"space", "col"}:
        return "   "
    if kind == "hline":
        return "---"
    if kind == "c":
        return "|" if argument.strip() == "|" else "+"
    return f" {text} " if text is not None and kind in {"ralign", "lalign", "center"} else (text or "")
