"""What a job is, what it may use, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from strongroom.thresholds import Thresholds, threshold


class _Defaults(Thresholds):
    """What a job may use unless its project's custodian says otherwise."""

    seconds: float = threshold(
        3600.0,
        "seconds",
        "judgement: most analyses of a cohort take minutes; an endless one must end unattended",
    )
    memory: int = threshold(
        4 << 30, "bytes", "judgement: twice a view of 500,000 participants by 200 columns, beside other jobs"
    )
    processes: int = threshold(
        256, "processes", "judgement: threads count too; a data library on 64 cores starts about 200"
    )
    cpus: float = threshold(2.0, "processors", "cost: jobs share the machine with the check of their outputs")
    output_bytes: int = threshold(
        100 << 20, "bytes", "judgement: results are small; what is larger is data, and the check refuses it"
    )
    output_files: int = threshold(1000, "files", "judgement: a paper has tens of tables and figures")
    scratch_bytes: int = threshold(
        1 << 30, "bytes", "cost: /tmp is memory, and counts towards the job's memory"
    )
    stream_bytes: int = threshold(
        1 << 20, "bytes", "judgement: a log of an analysis; longer ones are cut, and the job goes on"
    )


DEFAULTS = _Defaults()


@dataclass(frozen=True)
class JobLimits:
    """What a job may use: wall-clock time in seconds, memory and sizes in bytes."""

    seconds: float = DEFAULTS.seconds
    memory: int = DEFAULTS.memory
    processes: int = DEFAULTS.processes
    cpus: float = DEFAULTS.cpus
    output_bytes: int = DEFAULTS.output_bytes
    output_files: int = DEFAULTS.output_files
    scratch_bytes: int = DEFAULTS.scratch_bytes
    stream_bytes: int = DEFAULTS.stream_bytes


@dataclass(frozen=True)
class Runtime:
    """The programs of a job: an interpreter, and the directories that must be readable to run it.

    What is in the directory `fonts`, if there is one, is copied to where matplotlib looks for lists of fonts.
    """

    name: str
    python: Path
    directories: tuple[Path, ...]
    fonts: Path | None = None


@dataclass(frozen=True)
class Job:
    """A program to run beside a view.

    `files` are the job's own, by name, in /code; `inputs` are others that it reads, in /inputs. "python" as
    the first word of `command` is the runtime's. `outputs` names the files that may be collected; without
    them, every file with a plain name may be. `seed` is set for Python's hashes and as STRONGROOM_SEED.
    """

    files: Mapping[str, bytes]
    command: tuple[str, ...]
    runtime: Runtime
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    seed: int = 0
    limits: JobLimits = field(default_factory=JobLimits)


class Cause(Enum):
    """Why a job ended. It is all that a researcher is told, so that the reason holds no data."""

    FINISHED = "finished"
    SCRIPT_FAILED = "script-failed"
    TIME_LIMIT = "time-limit"
    MEMORY_LIMIT = "memory-limit"
    OUTPUTS_REFUSED = "outputs-refused"
    STOPPED = "stopped"
    NOT_STARTED = "not-started"


SENTENCES: Mapping[Cause, str] = {
    Cause.FINISHED: "The job finished.",
    Cause.SCRIPT_FAILED: "The script ended with an error. Its messages are in stderr.txt, which is checked "
    "like every output; on dummy data (--dummy) they are shown at once.",
    Cause.TIME_LIMIT: "The job was stopped at its time limit.",
    Cause.MEMORY_LIMIT: "The job was stopped because it used more memory than it may.",
    Cause.OUTPUTS_REFUSED: "The job finished, but its outputs were refused: a link, a device, a name with "
    "unusual characters, or more than the limit.",
    Cause.STOPPED: "The job was stopped.",
    Cause.NOT_STARTED: "The job could not be started.",
}


@dataclass(frozen=True)
class Usage:
    """What a job used: wall-clock and processor time in seconds, peak memory in bytes (0 if not known)."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory: int = 0


@dataclass(frozen=True)
class Output:
    """A collected file: its path below /outputs, its size in bytes, and its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class JobResult:
    """How a job ended. `refused` counts what was not collected, by reason; `isolation` says what held it.

    `status` is the program's exit code, None if it did not end by itself; `cut` says whether stdout or stderr
    was longer than its limit.
    """

    cause: Cause
    status: int | None
    usage: Usage
    outputs: tuple[Output, ...]
    refused: Mapping[str, int]
    cut: bool
    isolation: str

    @property
    def sentence(self) -> str:
        """The cause in words, for the researcher."""
        return SENTENCES[self.cause]
