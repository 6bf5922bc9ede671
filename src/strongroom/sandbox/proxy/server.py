"""The proxy's process: started by the portal with three descriptors, and ended with it.

    python -I -c "..." PARENT LISTENING SERVER SETTINGS

PARENT is a socket to the portal, LISTENING a TCP socket that listens for browsers, SERVER the directory of
the session's socket.
"""

import asyncio
import json
import socket
import time
from contextlib import suppress
from pathlib import Path

import uvicorn

from strongroom.sandbox.proxy.app import make
from strongroom.sandbox.proxy.gate import Gate
from strongroom.sandbox.proxy.inspection import Inspection
from strongroom.sandbox.proxy.parent import Parent
from strongroom.sandbox.proxy.platform_files import PlatformFiles
from strongroom.sandbox.proxy.upstream import Upstream, UpstreamError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    kernel_idle_seconds: float = threshold(
        3600.0, "seconds", "judgement: a kernel holds memory that others need; a lunch break takes less"
    )
    session_idle_seconds: float = threshold(
        4 * 3600.0, "seconds", "judgement: half a working day without running code; an open door is a risk"
    )
    look_seconds: float = threshold(
        20.0, "seconds", "cost: one look at the clock; totals are reported as often"
    )


LIMITS = _Limits()


def main(parent: int, listening: int, server: int, settings: str) -> None:
    """Serve until the parent goes."""
    asyncio.run(_serve(parent, listening, server, json.loads(settings)))


async def _serve(parent_fd: int, listening: int, server: int, settings: dict[str, str]) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=socket.socket(fileno=parent_fd))
    parent = Parent(reader, writer)
    inspection = Inspection(parent.judge, on_hold=lambda reason: parent.tell("hold", reason=reason))
    upstream = Upstream(f"/proc/self/fd/{server}/{settings['socket']}")
    gate = Gate(upstream, parent, inspection, PlatformFiles(Path(settings["lab"])))
    serving = uvicorn.Server(
        uvicorn.Config(
            make(gate, host=settings["host"], key=settings["key"]),
            lifespan="off",
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="websockets-sansio",
        )
    )
    running = [
        asyncio.create_task(serving.serve(sockets=[socket.socket(fileno=listening)])),
        asyncio.create_task(parent.listen()),
        asyncio.create_task(_look(gate)),
    ]
    parent.tell("ready")
    try:
        await asyncio.wait(running[:2], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await upstream.close()


async def _look(gate: Gate) -> None:
    """Report totals, end kernels that are not used, and say when the session is not used."""
    while True:
        await asyncio.sleep(LIMITS.look_seconds)
        shown = gate.inspection
        gate.parent.tell(
            "totals", bytes=shown.bytes.total(), rows=shown.rows, withheld=shown.withheld.total()
        )
        now = time.monotonic()
        for kernel in idle(gate.used, now, LIMITS.kernel_idle_seconds):
            del gate.used[kernel]
            with suppress(UpstreamError):
                await gate.upstream.ask("DELETE", f"/api/kernels/{kernel}")
            gate.parent.tell("kernel-idle")
        if now - gate.last_used > LIMITS.session_idle_seconds:
            gate.parent.tell("idle")


def idle(used: dict[str, float], now: float, seconds: float) -> list[str]:
    """Return the kernels that ran no code for so many seconds."""
    return [kernel for kernel, last in used.items() if now - last > seconds]
