"""The relations of a cohort's columns as they are stored: encrypted under the cohort's key, as plans are."""

import json
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from strongroom.canonical import digest
from strongroom.cohort.keys import unwrap, wrap
from strongroom.portal.acts.transactions import Recorder
from strongroom.portal.data.models import Cohort, CohortRelations
from strongroom.portal.home import Home

if TYPE_CHECKING:
    from strongroom.tracer.relations.relation import Relation

REFUSED = "refused"


def kept_relations(row: Cohort, key: bytes) -> "list[Relation] | None":
    """Return the relations of a cohort, the refused ones last; None where nobody searched for any."""
    from strongroom.tracer.relations.relation import Relation  # noqa: PLC0415 - most commands need none

    kept = CohortRelations.objects.filter(cohort=row).first()
    if kept is None:
        return None
    sealed = unwrap(key, bytes(kept.sealed), context=_context(row))
    return [Relation.from_json(each) for each in json.loads(zlib.decompress(sealed))]


def keep_relations(
    home: Home, row: Cohort, relations: "Sequence[Relation]", *, key: bytes, record: Recorder
) -> None:
    """Store the relations of a cohort within the caller's act."""
    plain = [each.to_json() for each in relations]
    kept = CohortRelations.objects.filter(cohort=row).first() or CohortRelations(cohort=row)
    kept.sealed = wrap(
        key,
        zlib.compress(json.dumps(plain, sort_keys=True).encode()),
        context=_context(row),
        random=home.random,
    )
    kept.save()
    roles = [each.role for each in relations]
    record(
        "relations.kept",
        row.name,
        relations=digest(plain),
        found=len(plain),
        recomputed=roles.count("recomputed"),
        refused=roles.count(REFUSED),
    )


def _context(row: Cohort) -> str:
    return f"relations:{row.name}"
