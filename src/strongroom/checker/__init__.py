"""May this file leave? Readers open it, detectors judge what they find: release, review or block.

    from strongroom.checker import check

The names are loaded on first use: the confined process that reads a researcher's file imports this package
too, and must start fast and without the cohort's code.
"""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.checker.check_request import check
    from strongroom.checker.contents.found import Limits
    from strongroom.checker.detectors import KnownIds
    from strongroom.checker.finding import Finding, Verdict
    from strongroom.checker.found_tables import read_tables
    from strongroom.checker.policy import Policy, default_policy, read_policy
    from strongroom.checker.report import FileReport, Report

_PLACES = {
    "check": "check_request",
    "Limits": "contents.found",
    "KnownIds": "detectors",
    "Finding": "finding",
    "Verdict": "finding",
    "read_tables": "found_tables",
    "Policy": "policy",
    "default_policy": "policy",
    "read_policy": "policy",
    "FileReport": "report",
    "Report": "report",
}

__all__ = [
    "FileReport",
    "Finding",
    "KnownIds",
    "Limits",
    "Policy",
    "Report",
    "Verdict",
    "check",
    "default_policy",
    "read_policy",
    "read_tables",
]

__getattr__ = on_first_use(__name__, _PLACES)
