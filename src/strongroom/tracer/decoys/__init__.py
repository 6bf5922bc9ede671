"""Decoys: invented participants among the real ones of a view, different in every copy.

`synthesis` generates them, `decoy_tables` puts them into the tables of a view, `shared_pool` says which of
the shared ones a project is given, `register` records which decoys a view holds, and `detection` finds them
in a leaked file.
"""

from strongroom.tracer.decoys.detection.hits import DecoyHit, DecoyHits, found_decoys
from strongroom.tracer.decoys.detection.value_search import DecoyRow, DecoySearch
from strongroom.tracer.decoys.register import DecoyRegister, InventedPeople
from strongroom.tracer.decoys.settings import DecoySettings, read_decoy_settings
from strongroom.tracer.decoys.shared_pool import SharedPool, present, withheld

__all__ = [
    "DecoyHit",
    "DecoyHits",
    "DecoyRegister",
    "DecoyRow",
    "DecoySearch",
    "DecoySettings",
    "InventedPeople",
    "SharedPool",
    "found_decoys",
    "present",
    "read_decoy_settings",
    "withheld",
]
