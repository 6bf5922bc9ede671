"""PDF files with lines of text somewhere in them."""

import io
import zlib
from pathlib import Path
from typing import Any

PLACES = (
    "printed",
    "attachment",
    "invisible text",
    "hidden layer",
    "unused stream",
    "overwritten",
    "metadata",
)
_LINES_A_PAGE = 70


def write(place: str, text: str, target: Path) -> None:
    """Write a PDF of a few words with `text` in one of PLACES."""
    import pikepdf  # noqa: PLC0415 - only this attack pays for it

    made = pikepdf.new()
    front = ["Figure 1. Forest plot of the association.", "OR 1.21 (1.08 to 1.36)"]
    _add_page(made, _content(front, 9))
    if place in {"printed", "invisible text", "hidden layer"}:
        lines = text.splitlines()
        for start in range(0, len(lines), _LINES_A_PAGE):
            mode = 3 if place == "invisible text" else 0
            content = _content(lines[start : start + _LINES_A_PAGE], 4, mode=mode)
            _add_page(made, b"/OC /Off BDC\n" + content + b"\nEMC" if place == "hidden layer" else content)
        if place == "hidden layer":
            _hide_layer(made)
    elif place == "attachment":
        made.attachments["supplement.csv"] = text.replace(" ", ",").encode()
    elif place == "unused stream":
        made.Root.Unused = made.make_stream(text.encode())
    elif place == "metadata":
        made.docinfo["/Keywords"] = text
    buffer = io.BytesIO()
    made.save(buffer)
    body = buffer.getvalue()
    target.write_bytes(_with_orphan(body, text) if place == "overwritten" else body)


def _add_page(made: Any, content: bytes) -> None:
    import pikepdf  # noqa: PLC0415 - only this attack pays for it

    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, 595, 842],
        Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.make_indirect(font))),
        Contents=made.make_stream(content),
    )
    made.pages.append(pikepdf.Page(made.make_indirect(page)))


def _content(lines: list[str], size: int, *, mode: int = 0) -> bytes:
    shown = [
        "({}) Tj 0 {} Td".format(
            line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)"), -size - 6
        )
        for line in lines
    ]
    return f"BT /F1 {size} Tf {mode} Tr 40 800 Td {' '.join(shown)} ET".encode("latin-1", "replace")


def _hide_layer(made: Any) -> None:
    import pikepdf  # noqa: PLC0415 - only this attack pays for it

    layer = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Draft"))
    made.Root.OCProperties = pikepdf.Dictionary(
        OCGs=pikepdf.Array([layer]),
        D=pikepdf.Dictionary(OFF=pikepdf.Array([layer]), Order=pikepdf.Array([layer])),
    )
    for page in list(made.pages)[1:]:
        page.Resources.Properties = pikepdf.Dictionary(Off=layer)


def _with_orphan(body: bytes, text: str) -> bytes:
    """Add an object that a later update overwrites, so that no reader follows it."""
    packed = zlib.compress(text.encode())
    first = b"90 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream\nendobj\n" % (
        len(packed),
        packed,
    )
    second = b"90 0 obj\n<<>>\nendobj\n"
    start = body.rindex(b"startxref")
    previous = int(body[start:].split()[1])
    trailer = body[body.rindex(b"trailer") : start] if b"trailer" in body else b""
    offset = len(body) + len(first)
    table = len(body) + len(first) + len(second)
    root = trailer[trailer.index(b"<<") + 2 : trailer.rindex(b">>")] if trailer else b""
    update = b"xref\n90 1\n%010d 00000 n \ntrailer\n<<%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return body + first + second + update % (offset, root, previous, table)
