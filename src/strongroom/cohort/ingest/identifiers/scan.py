"""Run every detector that can read a column on all its values, at the cost of its distinct ones."""

import pyarrow as pa
import pyarrow.compute as pc

from strongroom.clock import Clock
from strongroom.cohort.dictionary import Field
from strongroom.cohort.ingest.identifiers.birth_date import BirthDate
from strongroom.cohort.ingest.identifiers.detector import Detector
from strongroom.cohort.ingest.identifiers.email import EmailAddress
from strongroom.cohort.ingest.identifiers.nhs_number import NhsNumber
from strongroom.cohort.ingest.identifiers.person_name import PersonName
from strongroom.cohort.ingest.identifiers.phone import PhoneNumber
from strongroom.cohort.ingest.identifiers.postcode import Postcode

DETECTORS: tuple[type[Detector], ...] = (
    PersonName,
    NhsNumber,
    Postcode,
    EmailAddress,
    PhoneNumber,
    BirthDate,
)

# No detector knows identifiers of fewer digits; nearly every numeric column is done here.
_TEN_DIGITS = 1_000_000_000  # fixed: the smallest number of ten digits


class IdentifierScan:
    """The detectors of one column."""

    def __init__(self, field: Field, kind: pa.DataType, *, clock: Clock) -> None:
        self._detectors = [detector(field, clock=clock) for detector in DETECTORS if detector.reads(kind)]
        self._number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
        self._tested = 0

    def add(self, values: pa.Array) -> None:
        """Add further values; missing ones are skipped."""
        if not self._detectors:
            return
        self._tested += len(values) - values.null_count
        if self._number and not _has_ten_digits(values):
            return
        counted = pc.value_counts(values.drop_null())
        distinct, counts = counted.field("values"), counted.field("counts").to_numpy()
        for detector in self._detectors:
            detector.add(distinct, counts)

    def found(self) -> list[tuple[str, str, int, int]]:
        """Return kind, reason, values found and values tested for each kind of identifier in the column."""
        hits = [(detector, detector.found()) for detector in self._detectors]
        return [(detector.kind, detector.reason, count, self._tested) for detector, count in hits if count]


def _has_ten_digits(values: pa.Array) -> bool:
    # Not pc.max, which is many times slower if values are missing.
    return bool(pc.any(pc.greater_equal(values, pa.scalar(_TEN_DIGITS, values.type))).as_py())
