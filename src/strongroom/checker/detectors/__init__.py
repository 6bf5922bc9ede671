"""One detector a file, each with a name, what it protects against, and its evidence: the whole list."""

from strongroom.checker.detectors.base import (
    Detector,
    Evidence,
    JudgedFile,
    KnownIds,
    RequestDetector,
    RowOrder,
)
from strongroom.checker.detectors.limits.attempts import Attempts
from strongroom.checker.detectors.limits.information_budget import InformationBudget
from strongroom.checker.detectors.limits.opaque import Opaque
from strongroom.checker.detectors.limits.problems import Problems
from strongroom.checker.detectors.people.case_reports import ToldPeople
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

DETECTORS: tuple[Detector, ...] = (
    Problems(),
    RowMatchDetector(),
    ReshapedDetector(),
    ReadAgain(),
    Sequences(),
    Records(),
    Decoys(),
    Genotypes(),
    CodesWithDates(),
    ParticipantIds(),
    Pictures(),
    Opaque(),
    Models(),
    MicrodataShaped(),
    MeansOfFew(),
    SmallCells(),
    SurvivalSteps(),
    RareVariants(),
    Extremes(),
    OnePersonTerms(),
    FreeTextIds(),
    ToldPeople(),
)
REQUEST_DETECTORS: tuple[RequestDetector, ...] = (
    InformationBudget(),
    SplitColumns(),
    Attempts(),
    Differencing(),
    Drawings(),
    Names(),
)


def protections() -> dict[str, str]:
    """Return what each detector protects against, by its name."""
    alone = {each.name: each.protects_against for each in DETECTORS}
    return alone | {each.name: each.protects_against for each in REQUEST_DETECTORS}


__all__ = [
    "DETECTORS",
    "REQUEST_DETECTORS",
    "Detector",
    "Evidence",
    "JudgedFile",
    "KnownIds",
    "RequestDetector",
    "RowOrder",
    "protections",
]
