"""Tables in markup: LaTeX tabulars, Stata's SMCL, and lines of keys with values."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pyarrow as pa

from strongroom.checker.formats.columns import table_of
from strongroom.checker.formats.text.text_tables import columns_of
from strongroom.thresholds import Thresholds, threshold

_TABULAR = re.compile(r"\\(begin|end)\{(tabular[xy*]?|longtable|array|[pb]?matrix|tabu)\}")
_LATEX_RULE = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|c(?:mid)?(?:rule|line)(?:\([^)]{0,100}\))?\{[^}]{0,100}\})"
)
_LATEX_WIDTHS = re.compile(r"\A(?:\[[^\]]*\]|\{(?:[^{}]|\{[^{}]*\})*\})*")
_LATEX_WORD = re.compile(
    r"\\(?:multi(?:column|row)\{[^}]{0,100}\}\{[^}]{0,100}\}|[a-zA-Z]+\*?(?:\[[^\]]{0,100}\])?|[,;! ])|[{}$~]"
)
_SMCL = re.compile(
    r"\{(hline|space|col|ralign|lalign|center|c|bf|it|ul|res|txt|com|err|inp|sf)\b\s*+([^{}:]*)(?::([^{}]*))?\}"
)
_SMCL_ANY = re.compile(r"\{[^{}\n]*\}")
_KEYED = re.compile(
    r"[ \t]*(?:[-*+]\s+)?[\"'$]?(?P<key>[A-Za-z_][\w .()%/^-]{0,60}?(?:;[\w-]+=[\w,-]+)*)[\"']?\s*"
    r"(?:[:=]{1,2}\s*|<-\s*|\s{2,}|\t)(?P<value>[^\s:=].*?)?\s*,?"
)
_BLANKS = re.compile(r"\s{3,}")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_keys: int = threshold(3, "keys", "judgement: fewer keys under each other are prose")
    least_numbers: int = threshold(2, "numbers", "judgement: records of fewer numbers are settings")
    least_records: int = threshold(
        5, "records", "judgement: settings are not repeated so often; these are records whatever they hold"
    )


LIMITS = _Limits()


def latex_tables(content: str) -> Iterator[tuple[int, pa.Table]]:
    """Yield the tabulars of a LaTeX text, each with the line it begins at."""
    line, counted = 1, 0
    for begin, end in _tabulars(content):
        body = _LATEX_RULE.sub(" ", _LATEX_WIDTHS.sub("", content[begin.end() : end.start()]))
        line += content.count("\n", counted, begin.start())
        counted = begin.start()
        rows = [
            [_plain(cell) for cell in row.split("&")]
            for row in re.split(r"\\\\|\\tabularnewline|\\cr\b", body)
        ]
        rows = [row for row in rows if len(row) > 1]
        if rows:
            yield line, columns_of(rows)


def _tabulars(content: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield where tabulars begin and end."""
    marks = list(_TABULAR.finditer(content))
    following: list[int | None] = []
    ends: dict[str, int] = {}
    for place in range(len(marks) - 1, -1, -1):
        which, kind = marks[place].groups()
        following.append(ends.get(kind) if which == "begin" else None)
        if which == "end":
            ends[kind] = place
    following.reverse()
    position = 0
    for place, end in enumerate(following):
        if place >= position and end is not None:
            yield marks[place], marks[end]
            position = end + 1


def without_smcl(content: str) -> str:
    """Return a Stata log without its markup, with columns kept separate."""
    if not content.lstrip().startswith("{smcl}"):
        return content
    for _ in range(3):  # directives may be nested
        content = _SMCL.sub(_unmarked, content)
    return _SMCL_ANY.sub("", content)


def keyed_tables(content: str) -> Iterator[tuple[int, pa.Table]]:
    """Yield tables of key-value lines: one row per block if keys repeat, else keys and values."""
    records: list[dict[str, str]] = []
    start = 0
    for number, line in enumerate([*content.splitlines(), "."], start=1):
        match = _KEYED.fullmatch(_BLANKS.sub("  ", line))
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
    kinds: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for record in records:
        if len(record) >= LIMITS.least_keys:
            kinds[tuple(record)].append(record)
    for keys, same in kinds.items():
        few = len(same) < LIMITS.least_records
        if few and sum(_is_number(value) for value in same[0].values()) < LIMITS.least_numbers:
            continue
        if len(same) > 1:
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
