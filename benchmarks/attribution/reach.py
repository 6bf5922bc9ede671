"""The must-reach list of attribution, end to end: which pieces, disguises and coalitions have to be solved.

    python -m benchmarks attribution/reach
    python benchmarks/attribution/reach.py --repeats 20 --seed 5

Takes about 15 min, 60 s with --quick, which tries a few lines of it in a small cohort. All options are those
of attacks.py, as `attacks.py --reach`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.attribution import attacks

_FEW = ("--only", "verbatim", "no ids", "3 colluders, a", "noise 0.1")


def main() -> int:
    """Run the list; 1 where a line is not reached or somebody innocent is accused."""
    words = sys.argv[1:]
    few = _FEW if "--quick" in words and "--only" not in words else ()
    return attacks.main(["--reach", *words, *few])


if __name__ == "__main__":
    sys.exit(main())
