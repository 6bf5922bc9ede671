"""Runs NCorr-FP out of a checkout of its authors' code; imports nothing of ours.

A question a line on standard input, an answer a line on standard output, both JSON. Their scheme and their
Tardos code are used as they are. Their `utils` and `datasets`, which read files and import much that is gone
from later libraries, are replaced by what hands tables over.
"""

import contextlib
import importlib
import io
import json
import sys
import time
import types

import numpy as np
import pandas as pd

_KEY = "Id"
# Their seeds are this, shifted by 20 bits, and the key: NumPy takes 32.
_SECRET, _BITS = 101, 64
_NEIGHBOURS, _ASKED_FOR = 100, 3


def main() -> None:
    """Answer until the input ends."""
    module = None
    for line in sys.stdin:
        question = json.loads(line)
        # They print as they go.
        with contextlib.redirect_stdout(io.StringIO()):
            module = module or _imported(question["checkout"])
            answer = _answer(module, question)
        print(json.dumps(answer), flush=True)


def _imported(checkout: str) -> types.ModuleType:
    utils = types.ModuleType("utils")
    utils.__dict__.update(
        pd=pd,
        np=np,
        time=time,
        datasets=types.SimpleNamespace(Dataset=types.SimpleNamespace),
        import_dataset_from_file=lambda table, key: (table.copy(), key),
        read_data=lambda table: types.SimpleNamespace(dataframe=table, columns=table.columns),
        list_to_string=lambda values: "".join(map(str, values)),
    )
    sys.modules["utils"] = utils
    sys.path.insert(0, checkout)
    return importlib.import_module("NCorrFP.NCorrFP")


def _answer(module: types.ModuleType, question: dict) -> dict:
    marking = question["do"] == "mark"
    keys, values = (question[each] for each in (("keys", "original") if marking else ("found_keys", "found")))
    table = pd.DataFrame(values).astype("int64")
    table.columns = [f"c{place}" for place in table.columns]
    table.insert(0, _KEY, keys)
    scheme = module.NCorrFP(
        gamma=question["rows"],
        fingerprint_bit_length=_BITS,
        number_of_recipients=question["recipients"],
        # They ask for three times as many neighbours as they use.
        k=min(_NEIGHBOURS, len(table) // _ASKED_FOR),
        fingerprint_code_type="tardos",
    )
    if marking:
        copy = scheme.insertion(table, question["recipient"], _SECRET, primary_key_name=_KEY)
        return {"values": copy.drop(columns=_KEY).to_numpy().tolist()}
    if scheme.k < 2:
        return {"accused": []}
    bits, _, _ = scheme.detection(table, _SECRET, primary_key=_KEY)
    return {"accused": _accused(module.tardos, bits, question["recipients"])}


def _accused(tardos: types.ModuleType, bits: list, recipients: int) -> list:
    """Return who has just the bits found, and if nobody does, their colluders."""
    codes, _ = tardos.generate_codebook(recipients, _SECRET, fp_len=_BITS)
    exact = np.flatnonzero((codes == np.array(bits)).all(axis=1)).tolist()
    return exact or [int(each) for each in tardos.detect_colluders(bits, _SECRET, recipients)]


if __name__ == "__main__":
    main()
