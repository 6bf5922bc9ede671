"""Strongroom: a trusted research environment from which only checked results leave.

`strongroom.open(home)` gives the whole of it to a Python program. The tools below it (`strongroom.checker`,
`strongroom.tracer`, `strongroom.disclosure` and others) are a library that needs no home.
"""

from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strongroom.room import Room

__version__ = "0.1.0"


def open(home: str | PathLike[str], *, create: bool = False, by: str | None = None) -> "Room":  # noqa: A001 - read as `strongroom.open`
    """Open a home and return what can be done in it; with `create`, make the home where there is none.

    `by` is the acting person as the ledger names them; the default is the user of this process. Raises
    NotFoundError where there is no home and `create` is false.
    """
    from strongroom.portal.home import set_up_django  # noqa: PLC0415 - `import strongroom` stays light

    set_up_django()
    from strongroom.room import open_room  # noqa: PLC0415 - the models below it need Django set up first

    return open_room(home, create=create, by=by)
