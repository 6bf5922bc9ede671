"""The array types of the generator; values are one a person, NaN or NaT if missing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Scores = NDArray[np.float32]
Dates = NDArray[np.datetime64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Values = NDArray[Any]
Calls = NDArray[np.int8]
"""(variants, people): counts of the allele A1."""
