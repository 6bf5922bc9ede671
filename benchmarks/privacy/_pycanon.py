"""Run by an interpreter that has pycanon: measures tables given as JSON on its input, and answers in JSON.

It imports nothing of the project.
"""

import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402 - the warnings are its own
from pycanon import anonymity  # noqa: E402 - as above

asked = json.load(sys.stdin)
answers = []
for table in asked:
    people = pd.DataFrame(table["columns"])
    quasi, sensitive = table["quasi"], [table["sensitive"]]
    began = time.process_time()
    k = anonymity.k_anonymity(people, quasi)
    seconds = time.process_time() - began
    answers.append(
        {
            "k": int(k),
            "seconds": seconds,
            "distinct": int(anonymity.l_diversity(people, quasi, sensitive)),
            "entropy": int(anonymity.entropy_l_diversity(people, quasi, sensitive)),
            "closeness": float(anonymity.t_closeness(people, quasi, sensitive)),
        }
    )
json.dump(answers, sys.stdout)
