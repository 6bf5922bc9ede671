"""The worker: does what waits, room by room, until it is told to stop.

What waits is state: a job that is queued, a request that is to be checked. There is no other queue that
could forget it or disagree (docs/decisions/0045). A room's `work(home)` does one thing and returns True, or
returns False where nothing waits; it claims what it does in an act, and finds what a killed worker left.
"""

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

from django.apps import apps
from django.db import close_old_connections

from strongroom.errors import StrongroomError
from strongroom.portal.home import Home
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    idle_seconds: float = threshold(
        1.0,
        "seconds",
        "cost: one query for each room; a person who submits waits at most so long for the start",
    )
    pause_seconds: float = threshold(
        10.0, "seconds", "cost: a room that fails is asked again, without filling the log"
    )


LIMITS = _Limits()
_LOG = logging.getLogger("strongroom.worker")


def work(home: Home, *, stop: threading.Event) -> None:
    """Do what waits in every room until `stop` is set."""
    while not stop.is_set():
        if not once(home, stop):
            close_old_connections()
            stop.wait(LIMITS.idle_seconds)


def once(home: Home, stop: threading.Event | None = None) -> bool:
    """Do one thing of each room that has one waiting; return whether there was any."""
    done = False
    for room in apps.get_app_configs():
        ask: Callable[[Home], bool] | None = getattr(room, "work", None)
        if ask is None or (stop is not None and stop.is_set()):
            continue
        try:
            done |= ask(home)
        except StrongroomError as error:
            _LOG.warning("%s: %s", room.label, error)
            if stop is not None:
                stop.wait(LIMITS.pause_seconds)
        except Exception:  # noqa: BLE001 - one room must not stop the others
            # Its task stays claimed, and is taken up again or marked as interrupted.
            _LOG.exception("%s: work failed", room.label)
            if stop is not None:
                stop.wait(LIMITS.pause_seconds)
    return done


def until_signal() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    return stop
