"""Rich text: its words, hidden ones too, one tab per cell and one line per row (RTF specification 1.9.1)."""

import re
from collections.abc import Iterator

from strongroom.checker.contents.found import Artefact, FoundText, ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.text.plain_text import tables_in
from strongroom.thresholds import Thresholds, threshold

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]+)(?P<number>-?\d+)? ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<mark>[^a-zA-Z])"
    r"|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_LINE_ENDS = ("par", "line", "row", "nestrow", "page", "sect")
_LETTERS = dict.fromkeys(_LINE_ENDS, "\n") | dict.fromkeys(("tab", "cell", "nestcell"), "\t")
_LETTERS |= {"emdash": "-", "endash": "-", "bullet": "*", "lquote": "'", "rquote": "'"}
# Parts of styles and lists, none of which is kept.
_LOOKS = {
    "fonttbl",
    "colortbl",
    "stylesheet",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "themedata",
}
_LOOKS |= {"colorschememapping", "latentstyles", "panose", "pgptbl", "xmlnstbl", "mmathPr", "revtbl", "falt"}
_LOOKS |= {"pnseclvl", "listpicture", "shppict", "nonshppict", "background", "datastore", "wgrffmtfilter"}
_OBJECTS = {"pict", "objdata", "object", "bin", "blipuid", "datafield", "objemb", "objlink"}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    deepest: int = threshold(1_000, "groups", "cost: memory of a hostile file of braces alone")


LIMITS = _Limits()


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the words and the tables among them; pictures and objects are a problem."""
    del context
    content, objects = words(part.data)
    yield FoundText(part.where, content)
    yield from tables_in(content, part.where)
    if objects:
        yield part.problem(ProblemKind.ACTIVE_CONTENT, "rich text with pictures, objects or data")


def words(data: bytes) -> tuple[str, bool]:
    """Return all words of a rich text, and whether it embeds anything; raise UnreadableError when damaged."""
    if b"\x00" in data:
        raise UnreadableError(ProblemKind.UNREADABLE, "rich text with NUL bytes")
    source = data.decode("cp1252", errors="replace")
    kept: list[str] = []
    skipping = [False]
    ended = 0
    for match in _TOKEN.finditer(source):
        if match["brace"]:
            _step(match["brace"], skipping)
            ended = match.end() if len(skipping) == 1 else ended
        elif match["word"] in _LOOKS:
            skipping[-1] = True
        elif not skipping[-1]:
            kept.append(_letters(match))
    if len(skipping) != 1:
        raise UnreadableError(ProblemKind.UNREADABLE, "rich text with unclosed groups")
    if source[ended:].strip():
        raise UnreadableError(ProblemKind.TRAILING_BYTES, "bytes after the end of a rich text")
    objects = any(match["word"] in _OBJECTS for match in _TOKEN.finditer(source))
    return re.sub(r"\t+\n", "\n", "".join(kept)), objects


def _step(brace: str, skipping: list[bool]) -> None:
    """Enter or leave a group; `skipping` says for each open group whether its words are formatting."""
    if brace == "{":
        skipping.append(skipping[-1])
    else:
        skipping.pop()
    if not skipping or len(skipping) > LIMITS.deepest:
        raise UnreadableError(ProblemKind.UNREADABLE, "rich text with unclosed groups")


def _letters(match: re.Match[str]) -> str:
    if match["word"]:
        number = match["number"]
        if match["word"] == "u" and number:
            return chr(int(number) % 0x10000)
        return _LETTERS.get(match["word"], "")
    if match["byte"]:
        return bytes.fromhex(match["byte"]).decode("cp1252", errors="replace")
    if match["mark"]:
        return {"~": " ", "_": "-", "\n": "\n", "\r": "\n", "*": ""}.get(match["mark"], match["mark"])
    return match["text"] or ""
