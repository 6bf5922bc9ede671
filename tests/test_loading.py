"""What is loaded when."""

import subprocess
import sys

import pytest

from strongroom.loading import on_first_use

_ARROW = """
import sys
import pyarrow as pa
from strongroom.loading import leave_pandas
leave_pandas()
table = pa.table({"age": [40, None], "sex": ["f", "m"]})
print("pandas" in sys.modules, table.to_pandas().shape)
"""
_LATER = """
import sys
from strongroom.loading import leave_pandas
leave_pandas()
leave_pandas()
import pyarrow as pa
table = pa.table({"age": [40, None], "sex": ["f", "m"]})
finders = [each for each in sys.meta_path if "strongroom" in str(each)]
print("pandas" in sys.modules, table.to_pandas().shape, finders)
"""
_VERB = """
import sys
from strongroom.portal.home import set_up_django
set_up_django()
import strongroom.cli.check
import strongroom.portal.outputs.actions
print({"scipy.ndimage", "scipy.optimize", "scipy.special", "duckdb", "polars", "numba"} & set(sys.modules))
"""
_READERS = """
import sys
import strongroom.checker.confined.running
print({"django", "numpy", "pyarrow"} & set(sys.modules))
"""


def test_a_name_is_found_in_the_module_that_makes_it() -> None:
    found = on_first_use("email", {"Message": "message"})
    assert found("Message").__module__ == "email.message"
    with pytest.raises(AttributeError, match="'email' has no attribute 'Letter'"):
        found("Letter")


def test_arrow_makes_tables_without_pandas_and_still_gives_one_to_who_asks() -> None:
    assert _printed(_ARROW) == "False (2, 2)"


def test_arrow_may_be_imported_after_it_was_to_leave_pandas() -> None:
    assert _printed(_LATER) == "False (2, 2) []"


def test_a_check_begins_without_what_most_checks_never_need() -> None:
    assert _printed(_VERB) == "set()"


def test_readers_are_started_before_anything_large_is_loaded() -> None:
    assert _printed(_READERS) == "set()"


def _printed(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
