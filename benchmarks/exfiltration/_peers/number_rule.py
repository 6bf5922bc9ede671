"""UK Biobank's rule for auditing repositories, written anew from its published description.

A number of seven digits from 1,000,000 to 6,500,000 that follows no digit, dot or `rs`, in a text file of
UTF-8 (UK-Biobank/UKB-Git-Audit-Tool, version 1.2).
"""

import re
from pathlib import Path

_NUMBER = re.compile(r"(?<![0-9.])(?<!rs)([1-6][0-9]{6})(?![0-9])")
_LOW, _HIGH = 1_000_000, 6_500_000


def fires(path: Path) -> bool:
    """Say whether the rule stops the file."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\x00" not in text and any(_LOW <= int(each) <= _HIGH for each in _NUMBER.findall(text))
