"""One detector a file, each with a name, what it protects against, and its evidence: the whole list."""

from strongroom.checker.detectors.attempts import Attempts
from strongroom.checker.detectors.base import (
    Detector,
    Evidence,
    JudgedFile,
    KnownIds,
    RequestDetector,
    RowOrder,
)
from strongroom.checker.detectors.budget import InformationBudget
from strongroom.checker.detectors.codes_with_dates import CodesWithDates
from strongroom.checker.detectors.decoys import Decoys
from strongroom.checker.detectors.differencing import Differencing
from strongroom.checker.detectors.drawings import Drawings
from strongroom.checker.detectors.extremes import Extremes
from strongroom.checker.detectors.free_text_ids import FreeTextIds
from strongroom.checker.detectors.genotypes import Genotypes
from strongroom.checker.detectors.means_of_few import MeansOfFew
from strongroom.checker.detectors.microdata_shaped import MicrodataShaped
from strongroom.checker.detectors.models import Models
from strongroom.checker.detectors.names import Names
from strongroom.checker.detectors.one_person_terms import OnePersonTerms
from strongroom.checker.detectors.opaque import Opaque
from strongroom.checker.detectors.participant_ids import ParticipantIds
from strongroom.checker.detectors.pictures import Pictures
from strongroom.checker.detectors.problems import Problems
from strongroom.checker.detectors.rare_variants import RareVariants
from strongroom.checker.detectors.read_again import ReadAgain
from strongroom.checker.detectors.records import Records
from strongroom.checker.detectors.reshaped import ReshapedDetector
from strongroom.checker.detectors.row_match import RowMatchDetector
from strongroom.checker.detectors.sequences import Sequences
from strongroom.checker.detectors.small_cells import SmallCells
from strongroom.checker.detectors.split_columns import SplitColumns
from strongroom.checker.detectors.survival_steps import SurvivalSteps
from strongroom.checker.detectors.told_people import ToldPeople

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
