"""pycanon beside ours: k, l and t of the same tables.

pycanon pins versions older than those of the other peers, so that it is not installed with them. Name an
interpreter that has it: STRONGROOM_PYCANON=/path/to/python.
"""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from benchmarks.ending import left_out

from strongroom.risk.anonymity import anonymity
from strongroom.risk.columns import CodedColumn, classes_of
from strongroom.risk.diversity import diversity

_SCRIPT = Path(__file__).with_name("_pycanon.py")
_TABLES, _ROWS, _LARGE = 30, 300, 100_000


def compare_with_pycanon() -> None:
    """Print on how many tables both agree, and the processor time of k on a larger one."""
    print("## pycanon")
    python = os.environ.get("STRONGROOM_PYCANON")
    if not python:
        left_out("pycanon (set STRONGROOM_PYCANON to an interpreter that has it)")
        return
    draw = np.random.default_rng(3)
    tables = [_table(draw, _ROWS, text=bool(place % 2)) for place in range(_TABLES)]
    large = _table(draw, _LARGE, text=False)
    answered = subprocess.run(
        [python, str(_SCRIPT)], input=json.dumps([*tables, large]), capture_output=True, text=True, check=True
    )
    answers = json.loads(answered.stdout)
    ours = [_ours(table) for table in [*tables, large]]
    for figure in ("k", "distinct", "entropy"):
        # pycanon cuts entropy l down to a whole number, of which e to the log of 2 may just fall short.
        same = sum(
            a[figure] in {int(b[figure] - 1e-9), int(b[figure] + 1e-9)}
            for a, b in zip(answers, ours, strict=True)
        )
        print(f"{figure}: the same in {same} of {len(ours)} tables")
    for kind, start in (("numbers", 0), ("text", 1)):
        pairs = list(zip(answers[start:_TABLES:2], ours[start:_TABLES:2], strict=True))
        apart = max(abs(a["closeness"] - b["closeness"]) for a, b in pairs)
        print(f"t over {kind}: at most {apart:.6f} apart in {len(pairs)} tables")
    ratio = answers[-1]["seconds"] / ours[-1]["seconds"]
    print(f"k of {_LARGE:,} rows, 6 columns: {ratio:.0f} times our processor time")


def _table(draw: np.random.Generator, rows: int, *, text: bool) -> dict[str, Any]:
    columns = {f"q{place}": draw.integers(0, 3, rows).tolist() for place in range(3 if rows == _ROWS else 6)}
    quasi = list(columns)
    sensitive = draw.integers(0, 6, rows)
    columns["s"] = [f"code {value}" for value in sensitive] if text else sensitive.tolist()
    return {"columns": columns, "quasi": quasi, "sensitive": "s"}


def _ours(table: dict[str, Any]) -> dict[str, Any]:
    columns = {name: CodedColumn.of(name, pa.array(values)) for name, values in table["columns"].items()}
    rows = len(columns["s"].codes)
    began = time.process_time()
    of, sizes = classes_of([columns[name] for name in table["quasi"]], rows)
    k = anonymity((), of, sizes).smallest
    seconds = time.process_time() - began
    found = diversity(columns["s"], of, sizes)
    return {
        "k": k,
        "seconds": seconds,
        "distinct": found.distinct,
        "entropy": found.entropy,
        "closeness": found.closeness,
    }
