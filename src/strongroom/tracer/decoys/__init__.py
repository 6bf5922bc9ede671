"""Decoys: invented participants among the real ones of a view, a tripwire in every copy.

`population` reads whom they are made like, `trees`, `events` and `genotypes` draw them, `relations` puts
them right, `realism` chooses the likeliest, `distance` keeps them from everybody; `presence` says whom a
project is given of the shared pool, `register` which decoys a view holds. `found` finds them again: by their
cells where columns were recognised (`cells`: `lineup`, `agreeing`, `rows`, `evidence`), by values anywhere
in a row where none were (`matching`), and by ids.
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
