"""Every detector: one per file, each with a name, what it protects against, and its rules."""

from strongroom.checker.detectors.base import (
    Detector,
    Evidence,
    JudgedFile,
    KnownIds,
    RequestDetector,
    RowOrder,
)
from strongroom.checker.detectors.limits.blocked_requests import BlockedRequests
from strongroom.checker.detectors.limits.file_size import FileSize
from strongroom.checker.detectors.limits.information_budget import InformationBudget
from strongroom.checker.detectors.limits.opaque import Opaque
from strongroom.checker.detectors.limits.problems import Problems
from strongroom.checker.detectors.people.case_reports import CaseReports
from strongroom.checker.detectors.people.decoys import Decoys
from strongroom.checker.detectors.people.event_rows import CodesWithDates
from strongroom.checker.detectors.people.file_names import Names
from strongroom.checker.detectors.people.free_text_ids import FreeTextIds
from strongroom.checker.detectors.people.genotypes import Genotypes
from strongroom.checker.detectors.people.other_readings import ReadAgain
from strongroom.checker.detectors.people.participant_ids import ParticipantIds
from strongroom.checker.detectors.people.reshaped_rows import ReshapedDetector
from strongroom.checker.detectors.people.row_match import RowMatchDetector
from strongroom.checker.detectors.people.single_columns import Sequences
from strongroom.checker.detectors.people.single_records import Records
from strongroom.checker.detectors.people.split_columns import SplitColumns
from strongroom.checker.detectors.shape.drawings import Drawings
from strongroom.checker.detectors.shape.microdata import MicrodataShaped
from strongroom.checker.detectors.shape.pictures import Pictures
from strongroom.checker.detectors.statistics.differencing import Differencing
from strongroom.checker.detectors.statistics.extremes import Extremes
from strongroom.checker.detectors.statistics.means_of_few import MeansOfFew
from strongroom.checker.detectors.statistics.models import Models
from strongroom.checker.detectors.statistics.one_person_terms import OnePersonTerms
from strongroom.checker.detectors.statistics.rare_variants import RareVariants
from strongroom.checker.detectors.statistics.small_cells import SmallCells
from strongroom.checker.detectors.statistics.survival_steps import SurvivalSteps
from strongroom.checker.rules import Rule

# By concern. No detector depends on another having run before it. The order is that of the findings in a
# report, and `run_detectors` gives the first group a separate process, because they read the cohort.
PEOPLE: tuple[Detector, ...] = (
    RowMatchDetector(),
    ReshapedDetector(),
    ReadAgain(),
    Sequences(),
    Records(),
    Decoys(),
    Genotypes(),
    CodesWithDates(),
    ParticipantIds(),
    FreeTextIds(),
    CaseReports(),
)
SHAPE: tuple[Detector, ...] = (MicrodataShaped(), Pictures())
STATISTICS: tuple[Detector, ...] = (
    MeansOfFew(),
    SmallCells(),
    SurvivalSteps(),
    RareVariants(),
    Extremes(),
    OnePersonTerms(),
    Models(),
)
LIMITS: tuple[Detector, ...] = (Problems(), Opaque())
DETECTORS: tuple[Detector, ...] = (*PEOPLE, *SHAPE, *STATISTICS, *LIMITS)
# The same concerns, over all files of a request.
REQUEST_DETECTORS: tuple[RequestDetector, ...] = (
    SplitColumns(),
    Names(),
    Drawings(),
    Differencing(),
    InformationBudget(),
    BlockedRequests(),
    FileSize(),
)


_ALL: tuple[Detector | RequestDetector, ...] = (*DETECTORS, *REQUEST_DETECTORS)


def protections() -> dict[str, str]:
    """Return what each detector protects against, by its name."""
    return {each.name: each.protects_against for each in _ALL}


def rules() -> dict[str, tuple[Rule, ...]]:
    """Return the rules of each detector, by its name."""
    return {each.name: each.rules for each in _ALL}


__all__ = [
    "DETECTORS",
    "PEOPLE",
    "REQUEST_DETECTORS",
    "Detector",
    "Evidence",
    "JudgedFile",
    "KnownIds",
    "RequestDetector",
    "RowOrder",
    "protections",
    "rules",
]
