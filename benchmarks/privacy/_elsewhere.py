"""ACRO and ONS's cell keys, in an environment of their own: a question a line, an answer a line, both JSON.

It imports nothing of the project.

    {"acro": {"command": "crosstab", "rows": [[...]], "columns": [[...]]}}
        -> {"status": "fail", "cells": [[2, 0]]}
    {"cell_keys": {"people": 1000, "groups": ["var1"], "table": [[...]]}}
        -> {"keys": [7], "groups": ["1"], "counts": {"1": 250}}
"""

import contextlib
import io
import json
import logging
import sys
import warnings
from typing import Any

_FAILING = {
    "MinimumThresholdCheck",
    "PresenceOfZeroCheck",
    "NKCheck",
    "PPercentCheck",
    "AllSameValuesCheck",
}


def acro(asked: dict[str, Any]) -> dict[str, Any]:
    """Run one of ACRO's commands; its status, and the cells that a check of cells failed."""
    from acro import ACRO  # noqa: PLC0415 - slow to load

    session = ACRO(suppress=False)
    _COMMANDS[asked["command"]](session, asked)
    record = list(session.results.results.values())[-1]
    found = (record.sdc or {}).get("cells", {})
    cells = {tuple(cell) for check, marked in found.items() if check in _FAILING for cell in marked}
    return {"status": record.status, "cells": sorted(cells)}


def _crosstab(session: Any, asked: dict[str, Any]) -> None:
    import pandas as pd  # noqa: PLC0415 - slow to load

    keys = {
        side: [pd.Series(each, name=f"{side}{place}") for place, each in enumerate(asked[side])]
        for side in ("rows", "columns")
    }
    more = {"margins": True} if asked.get("margins") else {}
    if asked.get("values") is not None:
        more |= {"values": pd.Series(asked["values"], name="value"), "aggfunc": asked["statistic"]}
    session.crosstab(keys["rows"], keys["columns"], **more)


def _pivot(session: Any, asked: dict[str, Any]) -> None:
    import pandas as pd  # noqa: PLC0415 - slow to load

    data = pd.DataFrame({"group": asked["rows"][0], "value": asked["values"]})
    session.pivot_table(data, index=["group"], values=["value"], aggfunc=asked["statistic"])


def _regression(session: Any, asked: dict[str, Any]) -> None:
    import pandas as pd  # noqa: PLC0415 - slow to load

    design = pd.DataFrame({f"x{place}": term for place, term in enumerate(asked["terms"])})
    getattr(session, asked["model"])(pd.Series(asked["outcome"], name="y", dtype=float), design)


def _survival(session: Any, asked: dict[str, Any]) -> None:
    import pandas as pd  # noqa: PLC0415 - slow to load

    session.surv_func(pd.Series(asked["times"]), pd.Series(asked["events"]), output="table")


_COMMANDS = {"crosstab": _crosstab, "pivot": _pivot, "regression": _regression, "survival": _survival}


def cell_keys(asked: dict[str, Any]) -> dict[str, Any]:
    """Run ONS's package on its own test data; its records, and the counts it shows of each group."""
    from cell_key_perturbation.create_perturbed_table import (  # noqa: PLC0415 - only this question needs it
        create_perturbed_table,
    )
    from cell_key_perturbation.utils.generate_test_data import generate_test_data  # noqa: PLC0415 - as above
    from cell_key_perturbation.utils.generate_test_ptable import (  # noqa: PLC0415 - as above
        generate_ptable_10_5_rule,
    )

    people = generate_test_data(size=asked["people"])
    table = generate_ptable_10_5_rule()
    if asked.get("table") is not None:
        table["pvalue"] = [value for row in asked["table"] for value in row]
    groups = asked["groups"]
    shown = create_perturbed_table(
        data=people, ptable=table, geog=groups[:1], tab_vars=groups[1:], record_key="record_key"
    )
    named = people[groups].astype(str).agg("/".join, axis=1)
    counts = shown.set_index(shown[groups].astype(str).agg("/".join, axis=1))["count"]
    return {
        "keys": people["record_key"].tolist(),
        "groups": named.tolist(),
        "counts": {
            name: None if count is None or count != count else int(count)  # noqa: PLR0124 - nan
            for name, count in counts.astype(object).where(counts.notna(), None).items()
        },
    }


def main() -> None:
    """Answer until the input ends."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        asked = json.loads(line)
        # What a library prints must not mix with the answers.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            answer = acro(asked["acro"]) if "acro" in asked else cell_keys(asked["cell_keys"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
