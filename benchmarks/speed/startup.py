"""Start-up of the command line: help, and small commands end to end, beside Python's own.

    python benchmarks/speed/startup.py [--repeat 7] [--json]

Takes about 90 s, 30 s with --quick.

Every command runs in a new process, all in turn, `--repeat` times; medians are shown. CPU seconds include
those of the processes a command starts. Ratios are of CPU seconds, to `python -c pass` and to
`python -c "import typer, rich"`: on a busy machine they say more than seconds. The home has one cohort of
2,000 people; the query counts them by sex, and the table checked has 8 kB. "its libraries alone" is what a
check cannot do without: its floor. Modules are compiled beforehand, as an installed package's are.

Aims: help in 0.2 s and a check in 1 s by the clock; opening a home, and a command's help, in 0.5 CPU seconds.
"""

import argparse
import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code

import strongroom
from strongroom.cohort import write_synthetic_cohort

PROGRAM = ["-c", "from strongroom.cli import main; main()"]
PASS, TERMINAL = "python -c pass", 'python -c "import typer, rich"'
LIBRARIES = (
    "import typer, django.db.models, pyarrow.compute, cryptography.hazmat.primitives.ciphers.aead, yaml"
)
CHECK = "check of 8 kB"
MOST_SECONDS = {"--help": 0.2, CHECK: 1.0}
MOST_CPU_SECONDS = 0.5
SQL = "SELECT p31, COUNT(*) AS n FROM participants GROUP BY p31"
AIMED = ("query --help", "check --help", "ledger verify")


@dataclass(frozen=True)
class Measure:
    """Medians of one command; CPU seconds also as multiples of the two plain processes."""

    command: str
    seconds: float
    cpu_seconds: float
    of_pass: float = 0.0
    of_terminal: float = 0.0


def prepare(home: Path) -> None:
    """Make a home with a cohort of 2,000 people and one project."""
    files = write_synthetic_cohort(
        home.with_name("files"), participants=2_000, seed=7, columns=40, variants=12
    )
    room = strongroom.open(home, create=True, by="benchmark")
    room.add_cohort(
        "ukb",
        participants=files.participants,
        dictionary=files.dictionary,
        id_column=files.id_column,
        events=files.events,
    )
    # Inventing people takes seconds, and no command measured here reads them.
    (home / "fingerprint.yaml").write_text("decoys: {unique: 0, shared: 0, withheld: 0}\n", encoding="utf-8")
    rows = (f"S{site:03d},{120 + 7 * site},{1.5 + site / 10:.2f}\n" for site in range(500))
    home.with_name("table.csv").write_text("site,n,mean\n" + "".join(rows), encoding="utf-8")
    room.add_project("heart", institution="Northgate", cohort="ukb", columns=["p31", "p21022"])


def commands(home: Path) -> dict[str, list[str]]:
    """Return each command's words by the name it is shown with."""
    at = ["--home", str(home)]
    return {
        PASS: ["-c", "pass"],
        TERMINAL: ["-c", "import typer, rich"],
        "its libraries alone": ["-c", LIBRARIES],
        "--version": [*PROGRAM, "--version"],
        "--help": [*PROGRAM, "--help"],
        "query --help": [*PROGRAM, "query", "--help"],
        "check --help": [*PROGRAM, "check", "--help"],
        "ledger verify": [*PROGRAM, "ledger", "verify", *at],
        "cohort show": [*PROGRAM, "cohort", "show", "ukb", *at],
        CHECK: [*PROGRAM, "check", str(home.with_name("table.csv")), "--project", "heart", *at],
        "query": [*PROGRAM, "query", "heart", SQL, *at],
    }


def once(words: list[str]) -> tuple[float, float]:
    """Run Python with these words; return its wall and CPU seconds. CalledProcessError if it fails."""
    began = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, env=environment) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return time.perf_counter() - began, used.ru_utime + used.ru_stime


def run(repeat: int) -> list[Measure]:
    """Run all commands in turn, so that a busy moment of the machine meets all of them."""
    # The confined process writes nothing, its own modules' bytecode neither.
    compileall.compile_dir(Path(strongroom.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory) / "home"
        prepare(home)
        words = commands(home)
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in words}
        for _ in range(repeat + 1):
            for name, each in words.items():
                took[name].append(once(each))
    # The first round warms the disk's cache.
    warm = {
        name: [statistics.median(part) for part in zip(*runs[1:], strict=True)] for name, runs in took.items()
    }
    return [
        Measure(name, wall, cpu, cpu / warm[PASS][1], cpu / warm[TERMINAL][1])
        for name, (wall, cpu) in warm.items()
    ]


def table(measures: list[Measure]) -> str:
    lines = [
        "| command | wall s | CPU s | times `pass` | times `import typer, rich` |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| `{each.command}` | {each.seconds:.2f} | {each.cpu_seconds:.2f} "
            f"| {each.of_pass:.1f} | {each.of_terminal:.1f} |"
            for each in measures
        ),
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="once")
    options = parser.parse_args()
    measures = run(1 if options.quick else options.repeat)
    print(json.dumps([asdict(each) for each in measures], indent=1) if options.json else table(measures))
    missed = [
        f"strongroom {each.command} takes {each.cpu_seconds:.2f} CPU seconds, at most {MOST_CPU_SECONDS}"
        for each in measures
        if each.command in AIMED and each.cpu_seconds > MOST_CPU_SECONDS
    ]
    missed += [
        f"strongroom {each.command} takes {each.seconds:.2f} s, at most {MOST_SECONDS[each.command]}"
        for each in measures
        if each.seconds > MOST_SECONDS.get(each.command, each.seconds)
    ]
    return exit_code(missed, sys.stderr if options.json else sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
