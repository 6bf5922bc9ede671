"""Presidio and ACRO, run in their own environment: one request a line, one answer a line, both JSON.

ACRO wants an older pandas than the project has, so `make bench` installs both into `.venv-bench` and the
benchmark talks to this file over pipes. It imports nothing of the project.

    {"patterns": text}                                -> {"found": true}
    {"acro": command, "columns": {name: [values]}}    -> {"status": "fail"}
"""

import contextlib
import io
import json
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

_SURE = 0.5
# A date or the address of a page is in almost every file and says nothing about a person.
_TOO_COMMON = {"DATE_TIME", "URL"}


def patterns(text: str) -> bool:
    """Say whether a pattern recogniser of Presidio is at least half sure of something in a text."""
    return any(
        found.score >= _SURE
        for recogniser in _recognisers()
        for found in recogniser.analyze(text, recogniser.supported_entities, None) or ()
    )


@cache
def _recognisers() -> list[Any]:
    from presidio_analyzer import PatternRecognizer, RecognizerRegistry  # noqa: PLC0415 - slow to load

    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    return [
        each
        for each in registry.recognizers
        if isinstance(each, PatternRecognizer) and not _TOO_COMMON & set(each.supported_entities)
    ]


def acro(command: str, columns: dict[str, list[Any]]) -> str:
    """Return the status ACRO gives one of its own outputs, made of these columns: pass, fail or review."""
    import pandas as pd  # noqa: PLC0415 - slow to load
    from acro import ACRO  # noqa: PLC0415 - as above

    session = ACRO(suppress=False)
    commands: dict[str, Callable[[pd.DataFrame], object]] = {
        "crosstab": lambda data: session.crosstab(data["a"], data["b"]),
        "mean": lambda data: session.pivot_table(data, index=["a"], values=["x"], aggfunc="mean"),
        "regression": lambda data: session.ols(data["x"], data[[each for each in data if each != "x"]]),
    }
    commands[command](pd.DataFrame(columns))
    return str(list(session.results.results.values())[-1].status)


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        # What a library prints must not mix with the answers.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            if "patterns" in asked:
                answer: dict[str, Any] = {"found": patterns(asked["patterns"])}
            else:
                answer = {"status": acro(asked["acro"], asked["columns"])}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
