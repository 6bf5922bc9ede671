"""The contents found in a file: tables, texts, pictures, and problems; each with its location.

Readers produce these in a separate process (`isolation`); detectors never get the file itself. None of them
shows a value of the file when it is printed, so that none ends up in a log or a traceback.
"""

from dataclasses import dataclass, field, replace
from enum import Enum

import pyarrow as pa

from strongroom.checker.contents.id_query import NO_IDS, IdQuery, PossibleIds
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_source: int = threshold(
        1 << 18,
        "bytes",
        "cost: the first quarter of a megabyte of a source is searched; long ones are plots, judged as such",
    )


LIMITS = _Limits()


class ProblemKind(Enum):
    """Why something could not be understood, or should not be there; `detectors.problems` judges it."""

    UNKNOWN_TYPE = "unknown type"
    DISAGREEMENT = "name and content disagree"
    UNREADABLE = "cannot be parsed"
    TRAILING_BYTES = "data outside the file's structure"
    ENCRYPTED = "encrypted"
    ACTIVE_CONTENT = "macros or embedded programs"
    TOO_DEEP = "nested too deeply"
    TOO_LARGE = "larger than the limit"
    CRASHED = "the reader crashed or ran out of time"
    HIDDEN_CONTENT = "hidden or unexplained content"
    UNSAFE_NAME = "an unsafe path"


class Origin(Enum):
    """Where a table came from; detectors treat each origin differently."""

    TABLE = "a table"
    ARRAY = "an array of numbers"
    COORDINATES = "the coordinates of a drawing, or the numbers its pixels show"
    LITERALS = "values written in source code"
    DECODED = "a text decoded"
    MODEL = "the contents of a model"


@dataclass(frozen=True)
class FoundTable:
    """A table; `where` is e.g. "results.zip > analysis.ipynb > cell 3 > output 1".

    `rows` is how many rows the whole has where `table` is only an even sample of it, otherwise None.
    `possible_ids` are then the values in all its rows that may be participants' ids, None where they were not
    searched for. It is a `comparable_sample` if any table of as many rows keeps the same ones.
    """

    where: str
    table: pa.Table = field(repr=False)
    origin: Origin = Origin.TABLE
    rows: int | None = None
    possible_ids: tuple[PossibleIds, ...] | None = None
    comparable_sample: bool = False

    @property
    def total_rows(self) -> int:
        """How many rows the table has, sampled or not."""
        return self.table.num_rows if self.rows is None else self.rows


@dataclass(frozen=True)
class FoundReading:
    """Another reading of content that is also checked directly: numbers without the words around them.

    It is compared with participants and otherwise ignored: it adds no information and is not released.
    """

    where: str
    table: pa.Table = field(repr=False)


@dataclass(frozen=True)
class FoundSource:
    """The source text of a format, which no viewer shows: a page's markup, the commands of a drawing.

    It is searched for disguised tables by the reader itself, and never sent to the parent.
    """

    where: str
    source: str = field(repr=False)


@dataclass(frozen=True)
class FoundText:
    """A text that is not a table: prose, source code, a log.

    What a copy has `left_out`, such as the scripts of a page, is compared with participants and counted in no
    budget: it does not leave.
    """

    where: str
    text: str = field(repr=False)
    left_out: bool = False


@dataclass(frozen=True)
class FoundPicture:
    """A raster picture: size in pixels, bytes of its file, its metadata keys.

    `colours` are counted in the 16 steps a channel in which a picture is released; `speckle` is how many
    pixels in a thousand differ from both neighbours by a step that no eye sees. `lines` of numbers are
    drawn, and `cells` of a lattice, those too small to be read off counted several times. `low_bits` are
    the stretches of eight pixels that have bits written over their lowest ones.
    """

    where: str
    width: int
    height: int
    colours: int
    size: int
    metadata: tuple[str, ...] = ()
    speckle: int = 0
    lines: int = 0
    cells: int = 0
    low_bits: int = 0


@dataclass(frozen=True)
class FoundGenotypes:
    """Genotypes of individuals in a format for genotypes; `samples` and `variants` are counts.

    What can be read of them, and the samples' names, are tables beside it.
    """

    where: str
    format: str
    samples: int
    variants: int


@dataclass(frozen=True)
class FoundModel:
    """A fitted model: its classes and how many numbers it has; its arrays are separate tables."""

    where: str
    format: str
    classes: tuple[str, ...]
    numbers: int


@dataclass(frozen=True)
class FoundOpaque:
    """Bytes that no reader can interpret: how many, and how many after compression."""

    where: str
    size: int
    compressed: int
    what: str = ""


@dataclass(frozen=True)
class FoundProblem:
    """Something that by itself prevents a file's release; `detail` contains no value of the file."""

    where: str
    kind: ProblemKind
    detail: str = ""


Artefact = (
    FoundTable
    | FoundReading
    | FoundSource
    | FoundText
    | FoundPicture
    | FoundGenotypes
    | FoundModel
    | FoundOpaque
    | FoundProblem
)


def source_of(where: str, source: str | bytes) -> FoundSource:
    """Return a part's source, of a long one the first quarter of a megabyte.

    Plots are long, and their points are checked separately.
    """
    text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
    return FoundSource(f"{where} > source", text[: LIMITS.most_source])


class _Seconds(Thresholds):
    """How long one file may take to be read."""

    of_any_file: int = threshold(
        60,
        "seconds",
        "cost: a small file holds its check no longer; reading one takes less than five seconds, and a busy "
        "machine must not block it",
    )
    bytes_each_second: int = threshold(
        1 << 16,
        "bytes",
        "cost: the slowest honest files, PDF of dense drawings, are read at about this rate",
    )


SECONDS = _Seconds()


@dataclass(frozen=True)
class Limits:
    """Limits of a reader: memory, time, nesting, and the size a file may unpack to.

    `judged_bytes` limit its own memory while a file is judged; `memory_bytes` are addresses, and
    bind the making of the copy too. `cpu_seconds` and `wall_seconds` are those of a large file,
    `request_cpu_seconds` and `request_seconds` those of a request. `isolation` is the policy's: "required",
    or "limits_only" to read without bubblewrap.
    """

    judged_bytes: int = 1_600 * 2**20
    memory_bytes: int = 6 * 2**30
    cpu_seconds: int = 300
    wall_seconds: int = 600
    request_cpu_seconds: int = 1_800
    request_seconds: int = 3_600
    file_bytes: int = 2 * 2**30
    unpacked_bytes: int = 8 * 2**30
    ratio: int = 200
    depth: int = 4
    members: int = 2_000
    pixels: int = 40_000_000
    isolation: str = "required"

    def for_size(self, size: int) -> "Limits":
        """Return the limits of a file of `size` bytes: a kilobyte may not take as long as a gigabyte."""
        seconds = SECONDS.of_any_file + size // SECONDS.bytes_each_second
        cpu, wall = min(self.cpu_seconds, seconds), min(self.wall_seconds, 2 * seconds)
        return replace(self, cpu_seconds=cpu, wall_seconds=wall)

    def within(self, cpu_seconds: float, seconds: float) -> "Limits":
        """Return these limits, with no more than so much time."""
        cpu = min(self.cpu_seconds, max(int(cpu_seconds), 1))
        return replace(self, cpu_seconds=cpu, wall_seconds=min(self.wall_seconds, max(int(seconds), 1)))


@dataclass(frozen=True)
class FileContent:
    """A file's MIME type and all that was found in it; `isolation` says how its reader was confined.

    Of a file read as a stream, `sha256` and `size` (bytes) are of what was read; otherwise "" and 0.
    `id_query` is what was searched for in tables too large to be kept; `digest` is of all artefacts where
    some are no longer complete.
    """

    type: str
    artefacts: tuple[Artefact, ...]
    isolation: str = ""
    sha256: str = ""
    size: int = 0
    id_query: IdQuery = NO_IDS
    digest: str = ""
