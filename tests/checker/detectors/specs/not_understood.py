"""Content that cannot be read does not leave."""

from openpyxl import Workbook
from tests.checker.detectors.spec import DetectorSpec, Example


def _unknown_bytes(bench, folder):
    (folder / "result.bin").write_bytes(bytes(range(256)) * 4)
    return folder / "result.bin"


def _picture_called_csv(bench, folder):
    (folder / "table.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return folder / "table.csv"


def _damaged_archive(bench, folder):
    (folder / "results.zip").write_bytes(b"PK\x03\x04" + bytes(60))
    return folder / "results.zip"


def _spelled(bench, folder):
    order = str.maketrans("0123456789", "QABCDEFGHI")
    numbers = bench.draw.integers(99, 9_999, (12, 3)) / 10
    rows = [",".join(f"{cell:.1f}".translate(order) for cell in row) for row in numbers]
    (folder / "codes.csv").write_text("\n".join(["a,b,c", *rows]) + "\n")
    return folder / "codes.csv"


def _hidden_columns(bench, folder):
    book = Workbook()
    for row in bench.draw.integers(0, 200, (8, 4)).tolist():
        book.active.append(["age", 0.213, 0.04, *row])
    for column in "DEFG":
        book.active.column_dimensions[column].hidden = True
    book.save(folder / "tables.xlsx")
    return folder / "tables.xlsx"


def _plain_table(bench, folder):
    (folder / "table.csv").write_text("group,n\ncases,1200\ncontrols,2300\n")
    return folder / "table.csv"


SPEC = DetectorSpec(
    detector="not-understood",
    rule=(
        "Everything that a reader could not identify, parse to the last byte, or open is a finding: "
        "unknown and conflicting types, damage, encryption, macros and programs, data outside the file's "
        "structure, names that point outside an archive, limits of size, depth, time and memory, and a "
        "reader that crashed. All of them block, except hidden content that a person can look at, which "
        "goes to review: attachments, layers, sheets, and three columns of five rows of numbers that a "
        "workbook does not show (hidden columns and rows, white on white, a format that shows nothing)."
    ),
    fires=(
        Example("bytes of no known format", _unknown_bytes),
        Example("a picture with the file name of a table", _picture_called_csv),
        Example("a truncated archive", _damaged_archive),
        Example("a workbook with numbers in hidden columns", _hidden_columns),
        Example("numbers with letters for digits", _spelled),
    ),
    silent=(Example("a plain table", _plain_table),),
    limits=(
        (
            "The detector knows that something is unexplained, not what it is: an honest file without a "
            "reader is blocked."
        ),
        (
            "Fewer than 20 cells in an alphabet of their own, more than 13 signs, and digits replaced by "
            "other digits pass."
        ),
        "A reader accounts for every byte only where its format allows that.",
        (
            "Of a workbook's cells, hidden words, fewer hidden numbers, and numbers covered by pictures "
            "or coloured like their own fill are judged as cells, but not reported as hidden; in .xls and "
            "OpenDocument files only hidden sheets are."
        ),
    ),
)
