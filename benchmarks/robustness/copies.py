"""Originals beside their released copies: drawn by the programs that open them, words and pictures compared.

    python benchmarks/robustness/copies.py [--pictures docs/pictures --page docs/reference/copies.md]

Takes about 2 min, 20 s with --quick. Needs LibreOffice and Chromium (Debian's packages); files of one that
is missing are left out.

Each original is made here, rebuilt as the airlock rebuilds it, and both are turned into pages by the same
program. Words are compared as counts of words; of the first page a picture is kept, original on the left. It
fails where a copy has fewer than 98 % of its original's words, or words that the original has not.
"""

import argparse
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pypdfium2
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code

from strongroom.checker.contents.found import Limits
from strongroom.checker.formats.registry import rebuild_bytes

mpl.use("Agg")
import matplotlib.pyplot as plt

LEAST_WORDS = 0.98
_COMMAND = "python benchmarks/robustness/copies.py --pictures docs/pictures --page docs/reference/copies.md"
WIDTH = 380
OFFICE, BROWSER = ("soffice",), ("chromium", "chromium-browser", "google-chrome")
GROUPS = [
    ("Women, under 50", 1204, 24.31),
    ("Women, 50 and over", 1388, 26.02),
    ("Men, under 50", 980, 25.87),
]
PARAGRAPH = (
    "Body mass index was higher in older participants of both sexes. Models were adjusted for age, centre "
    "and smoking; intervals are 95 %."
)


_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d]\w*")


@dataclass(frozen=True)
class Compared:
    """An original and its copy; `words` is the share of words that the copy has."""

    name: str
    copy: str
    words: float
    added: int
    changes: str
    picture: Image.Image


def figure() -> bytes:
    """Return a figure as PNG."""
    drawn, axes = plt.subplots(figsize=(4, 2.4), dpi=110)
    axes.bar(
        [name for name, _, _ in GROUPS],
        [mean for *_, mean in GROUPS],
        color=["#31688e", "#35b779", "#440154"],
    )
    axes.set_ylabel("mean BMI")
    axes.tick_params(axis="x", labelsize=6)
    sink = io.BytesIO()
    drawn.tight_layout()
    drawn.savefig(sink, format="png")
    plt.close(drawn)
    return sink.getvalue()


def word() -> bytes:
    from docx import Document  # noqa: PLC0415 - each original needs its own library
    from docx.shared import Inches  # noqa: PLC0415 - likewise

    document = Document()
    document.add_heading("Body mass index by age and sex", 1)
    paragraph = document.add_paragraph("We found a ")
    paragraph.add_run("clear difference").bold = True
    paragraph.add_run(f". {PARAGRAPH}")
    for each in ("adjusted for age", "adjusted for centre"):
        document.add_paragraph(each, style="List Bullet")
    table = document.add_table(rows=1, cols=3, style="Light Grid Accent 1")
    for cell, words in zip(table.rows[0].cells, ("Group", "N", "Mean"), strict=True):
        cell.text = words
    for row in GROUPS:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value)
    document.add_picture(io.BytesIO(figure()), width=Inches(4))
    document.add_paragraph("Figure 1. Mean body mass index by group.", style="Caption")
    return _saved(document.save)


def slides() -> bytes:
    from pptx import Presentation  # noqa: PLC0415 - each original needs its own library
    from pptx.util import Inches  # noqa: PLC0415 - likewise

    show = Presentation()
    page = show.slides.add_slide(show.slide_layouts[5])
    page.shapes.title.text = "Body mass index by group"
    table = page.shapes.add_table(len(GROUPS) + 1, 3, Inches(0.5), Inches(1.6), Inches(4.5), Inches(2)).table
    for row, cells in enumerate([("Group", "N", "Mean"), *GROUPS]):
        for column, value in enumerate(cells):
            table.cell(row, column).text = str(value)
    page.shapes.add_picture(io.BytesIO(figure()), Inches(5.2), Inches(1.6), width=Inches(4.5))
    box = page.shapes.add_textbox(Inches(0.5), Inches(5.2), Inches(9), Inches(1))
    box.text_frame.word_wrap = True
    box.text_frame.text = PARAGRAPH
    return _saved(show.save)


def workbook() -> bytes:
    import openpyxl  # noqa: PLC0415 - each original needs its own library
    from openpyxl.chart import BarChart, Reference  # noqa: PLC0415 - likewise
    from openpyxl.styles import Border, Font, PatternFill, Side  # noqa: PLC0415 - likewise

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Results"
    line = Side(style="thin")
    for row, cells in enumerate([("Group", "N", "Mean"), *GROUPS], start=1):
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(row, column, value)
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            if row == 1:
                cell.fill, cell.font = PatternFill("solid", fgColor="1F3864"), Font(bold=True, color="FFFFFF")
            elif row % 2:
                cell.fill = PatternFill("solid", fgColor="DDEBF7")
            cell.number_format = "0.00" if column == 3 and row > 1 else "General"
    sheet.column_dimensions["A"].width = 22
    chart = BarChart()
    chart.title = "Mean by group"
    last = len(GROUPS) + 1
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    chart.width, chart.height = 12, 7
    sheet.add_chart(chart, "A7")
    return _saved(book.save)


def open_text(folder: Path) -> bytes:
    """Return the Word document as LibreOffice writes it as OpenDocument text."""
    (folder / "paper.docx").write_bytes(word())
    _office(folder / "paper.docx", folder, "odt")
    return (folder / "paper.odt").read_bytes()


def pdf() -> bytes:
    drawn, axes = plt.subplots(figsize=(5, 3))
    axes.plot(np.arange(40, 71), 22 + np.sqrt(np.arange(31)), label="women")
    axes.plot(np.arange(40, 71), 23 + np.sqrt(np.arange(31)) * 0.8, label="men")
    axes.set_xlabel("age")
    axes.set_ylabel("mean BMI")
    axes.legend()
    drawn.tight_layout()
    sink = io.BytesIO()
    drawn.savefig(sink, format="pdf")
    plt.close(drawn)
    return sink.getvalue()


def vector() -> bytes:
    drawn, axes = plt.subplots(figsize=(4, 2.4))
    with mpl.rc_context({"svg.fonttype": "none"}):
        axes.bar([name for name, _, _ in GROUPS], [count for _, count, _ in GROUPS], color="#31688e")
        axes.tick_params(axis="x", labelsize=6)
        axes.set_ylabel("participants")
        sink = io.BytesIO()
        drawn.savefig(sink, format="svg")
    plt.close(drawn)
    return sink.getvalue()


def page() -> bytes:
    rows = "".join(f"<tr><td>{name}</td><td>{count}</td><td>{mean}</td></tr>" for name, count, mean in GROUPS)
    return (
        "<html><head><style>body{font-family:sans-serif} th{background:#1f3864;color:white} "
        "td,th{border:1px solid #999;padding:4px}</style></head><body><h1>Body mass index by group</h1>"
        f"<p>{PARAGRAPH}</p><table><tr><th>Group</th><th>N</th><th>Mean</th></tr>{rows}</table></body></html>"
    ).encode()


def plot() -> bytes:
    """Return a page as plotly writes it, without plotly's script: a browser shows nothing of the original."""
    shown = {
        "type": "bar",
        "name": "mean BMI",
        "x": [name for name, _, _ in GROUPS],
        "y": [mean for *_, mean in GROUPS],
    }
    layout = json.dumps(
        {"title": {"text": "Body mass index by group"}, "yaxis": {"title": {"text": "mean BMI"}}}
    )
    return (
        '<html><head><meta charset="utf-8"></head><body><div id="p" class="plotly-graph-div"></div>'
        f'<script type="text/javascript">Plotly.newPlot("p", [{json.dumps(shown)}], {layout}, {{}})</script>'
        "</body></html>"
    ).encode()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    sink = io.BytesIO()
    save(sink)
    return sink.getvalue()


def originals(folder: Path) -> Iterator[tuple[str, bytes]]:
    yield from (("figure.png", figure()), ("figure.pdf", pdf()))
    if _program(OFFICE):
        yield from (("paper.docx", word()), ("talk.pptx", slides()), ("table.xlsx", workbook()))
        yield "paper.odt", open_text(folder)
    if _program(BROWSER):
        yield from (("figure.svg", vector()), ("report.html", page()), ("plot.html", plot()))


def compared(name: str, data: bytes, folder: Path) -> Compared:
    rebuilt = rebuild_bytes(data, name, limits=Limits())
    copy = rebuilt.files[0]
    before, after = (
        shown(folder / part, each, label)
        for part, each, label in (("before", data, name), ("after", copy.data, copy.name))
    )
    had, has = before[0], after[0]
    kept = sum((had & has).values()) / max(sum(had.values()), 1)
    return Compared(
        name, copy.name, kept if had else 1.0, sum((has - had).values()), "; ".join(rebuilt.changes),
        side_by_side(before[1], after[1]),
    )  # fmt: skip


def shown(folder: Path, data: bytes, name: str) -> tuple[Counter[str], Image.Image]:
    """Return the words of a file's pages, and its first page."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    if path.suffix == ".png":
        return Counter(), Image.open(path).convert("RGB")
    if path.suffix != ".pdf":
        path = _browser(path, folder) if path.suffix in {".html", ".svg"} else _office(path, folder, "pdf")
    document = pypdfium2.PdfDocument(path)
    words = Counter(
        _plain(word) for each in document for word in _WORD.findall(each.get_textpage().get_text_bounded())
    )
    return words, document[0].render(scale=1.5).to_pil().convert("RGB")


def _plain(word: str) -> str:
    """Return a word; of a number the same without trailing zeros, as axes write them differently."""
    return f"{float(word):g}" if word[0].isdecimal() else word


def _office(path: Path, folder: Path, kind: str) -> Path:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    _run([_program(OFFICE), profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(path)])
    return folder / f"{path.stem}.{kind}"


def _browser(path: Path, folder: Path) -> Path:
    target = folder / f"{path.stem}.pdf"
    # The page is our own, and a browser's own sandbox needs rights that containers lack.
    words = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--print-to-pdf={target}",
    ]
    _run([_program(BROWSER), *words, f"--user-data-dir={folder}/browser", str(path)])
    return target


def _program(names: tuple[str, ...]) -> str:
    return next((found for name in names if (found := shutil.which(name))), "")


def _run(words: list[str]) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)


def side_by_side(before: Image.Image, after: Image.Image) -> Image.Image:
    """Return two pages beside each other without their empty margins, in few colours."""
    pages = [_trimmed(each) for each in (before, after)]
    height = max(each.height for each in pages)
    both = Image.new("RGB", (2 * WIDTH + 30, height + 10), "#bbbbbb")
    for place, each in enumerate(pages):
        sheet = Image.new("RGB", (WIDTH + 10, height), "white")
        sheet.paste(each, (5, 0))
        both.paste(sheet, (5 + place * (WIDTH + 15), 5))
    return both.quantize(48)


def _trimmed(page: Image.Image) -> Image.Image:
    marked = np.argwhere(np.asarray(page.convert("L")) < 250)
    if not len(marked):
        return Image.new("RGB", (WIDTH, 40), "white")
    (top, left), (bottom, right) = marked.min(axis=0), marked.max(axis=0)
    shown = page.crop(
        (max(left - 8, 0), max(top - 8, 0), min(right + 9, page.width), min(bottom + 9, page.height))
    )
    return shown.resize((WIDTH, max(round(shown.height * WIDTH / shown.width), 1)), Image.Resampling.LANCZOS)


def written(found: list[Compared], pictures: Path, target: Path) -> str:
    """Save the pictures; return the page that shows them."""
    lines = [
        "# Originals and their released copies",
        "",
        "What each kind of file looks like when it leaves: the original on the left, the copy on the right,",
        "both drawn by LibreOffice, Chromium or PDFium. [File formats](formats.md) says what each keeps.",
        f"Generated by `{_COMMAND}`.",
        "",
        "| original | copy | words kept | words added |",
        "|---|---|---:|---:|",
        *(f"| `{each.name}` | `{each.copy}` | {each.words:.0%} | {each.added} |" for each in found),
        "",
        "A browser shows nothing of `plot.html` without plotly's script; the copy is drawn from its data.",
    ]
    pictures.mkdir(parents=True, exist_ok=True)
    for each in found:
        name = f"copy-{each.name.replace('.', '-')}.png"
        each.picture.save(pictures / name, optimize=True)
        link = Path("..") / pictures.relative_to(target.parents[1]) / name
        lines += ["", f"## {each.name}", "", f"![{each.name} and its copy]({link})", "", f"{each.changes}."]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=Path, help="where pictures go")
    parser.add_argument("--page", type=Path, help="the page that shows them")
    parser.add_argument("--quick", action="store_true", help="a picture and a PDF alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        made = list(originals(folder))[: 2 if options.quick else None]
        found = [compared(name, data, folder) for name, data in made]
    for each in found:
        print(f"{each.name:<12} {each.copy:<12} {each.words:6.1%} of the words, {each.added} added")
    if options.pictures and options.page:
        options.page.write_text(
            written(found, options.pictures.resolve(), options.page.resolve()), encoding="utf-8"
        )
    plots = {"plot.html"}
    return exit_code([
        f"{each.name}: {each.words:.1%} of its words, {each.added} added"
        for each in found
        if each.name not in plots and (each.words < LEAST_WORDS or each.added)
    ])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
