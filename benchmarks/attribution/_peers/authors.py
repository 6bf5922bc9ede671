"""Runs the authors' own schemes out of a checkout of their toolbox; imports nothing of ours.

A question a line on standard input, an answer a line on standard output, both JSON. Their code is used as it
is but for three shims: tables are handed over instead of being read from and written to folders of theirs;
seeds become Python integers, as Python 3.11 takes no others; where they leave the program or divide by a zero
count, nobody is accused.
"""

import contextlib
import functools
import importlib
import io
import json
import random
import sys
import types

import pandas as pd

_KEY = "Id"
_SECRET, _BITS = 0x5EED, 64
_CERTAIN = 0.01


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        question = json.loads(line)
        # They print as they go.
        with contextlib.redirect_stdout(io.StringIO()):
            answer = _answer(question)
        print(json.dumps(answer), flush=True)


def _answer(question: dict) -> dict:
    if question["checkout"] not in sys.path:
        sys.path.insert(0, question["checkout"])
    original = _table(question["keys"], question["original"])
    scheme, handed = _scheme(question)
    handed["original"] = original
    if question["do"] == "mark":
        scheme.insertion("", question["recipient"])
        return {"values": handed["marked"].drop(columns=_KEY).to_numpy().tolist()}
    found = _table(question["found_keys"], question["found"])
    # The two-level scheme looks rows up by their key, the block scheme by their place in the original.
    handed["found"] = found if question["scheme"] == "block" else found.set_index(_KEY, drop=False)
    with contextlib.suppress(SystemExit, ZeroDivisionError):
        named = int(scheme.detection(handed["found"] if question["scheme"] == "ak" else "", 0))
        return {"accused": [named] if named >= 0 else []}
    return {"accused": []}


def _table(keys: list, values: list) -> pd.DataFrame:
    table = pd.DataFrame(values).astype("int64")
    table.columns = [f"c{place}" for place in table.columns]
    table.insert(0, _KEY, keys)
    return table


def _scheme(question: dict) -> tuple:
    """Return a scheme as its authors make it, and the dictionary its tables come from and go to."""
    name = question["scheme"]
    module = importlib.import_module(f"schemes.{name}_scheme.{name}_scheme")
    handed: dict = {}
    module.import_dataset = lambda _: (handed["original"].copy(), handed["original"][_KEY])
    module.import_fingerprinted_dataset = lambda **_: (handed["found"], handed["found"][_KEY])
    module.write_dataset = lambda marked, *_: handed.update(marked=marked)
    module.random = _whole_seeds()
    # The interactive one they call closes the standard input on its way out.
    module.exit = sys.exit
    common = {
        "fingerprint_bit_length": _BITS,
        "secret_key": _SECRET,
        "number_of_buyers": question["recipients"],
    }
    bits, rows = question["significant"], question["rows"]
    if name == "ak":
        return module.AKScheme(gamma=rows, xi=bits, **common), handed
    if name == "block":
        return module.BlockScheme(beta=rows, xi=bits, **common), handed
    alphas = dict.fromkeys(("alpha_1", "alpha_2", "alpha_3"), _CERTAIN)
    return module.TwoLevelScheme(gamma_1=rows, gamma_2=rows, xi=bits, **alphas, **common), handed


@functools.cache
def _whole_seeds() -> types.SimpleNamespace:
    """Return Python's random numbers, whose seed may be a whole number of any kind."""
    return types.SimpleNamespace(
        seed=lambda value: random.seed(int(value)), randint=random.randint, getrandbits=random.getrandbits
    )


if __name__ == "__main__":
    main()
