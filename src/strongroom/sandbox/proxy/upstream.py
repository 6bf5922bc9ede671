"""Requests to the session's own server, over its unix socket, with none of the browser's headers."""

import json
import re
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import quote

import httpx
import websockets

from strongroom.sandbox.proxy.kernel_replies import LIMITS as NAMES
from strongroom.sandbox.proxy.messages import LIMITS as FRAMES
from strongroom.sandbox.proxy.messages import V1
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    seconds: float = threshold(
        60.0, "seconds", "judgement: starting a kernel takes two; a busy machine must not lose it"
    )
    answer_bytes: int = threshold(
        8 << 20, "bytes", "cost: of one answer; a notebook that is opened takes less than 1 MiB"
    )


LIMITS = _Limits()

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class UpstreamError(Exception):
    """The session's server did not answer, or not as it should."""


class Upstream:
    """The server in the sandbox, behind the socket at `path`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._client = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=path),
            base_url="http://localhost",
            timeout=LIMITS.seconds,
            trust_env=False,
        )

    async def ask(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None
    ) -> tuple[int, Any]:
        """Send a request; return the status and the answer's JSON, None if it is empty."""
        request = self._client.build_request(
            method,
            quote(path),
            params=dict(query or {}),
            content=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json", "accept-encoding": "identity"},
        )
        try:
            answer = await self._client.send(request, stream=True)
            try:
                text = await _bounded(answer)
            finally:
                await answer.aclose()
            return answer.status_code, json.loads(text) if text else None
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            raise UpstreamError(type(error).__name__) from error

    def channels(self, kernel: str, session: str) -> AbstractAsyncContextManager[Any]:
        """Return a connection to a kernel's websocket, to be entered."""
        address = f"ws://localhost/api/kernels/{kernel}/channels?session_id={quote(session)}"
        connection: AbstractAsyncContextManager[Any] = websockets.unix_connect(
            self._path,
            address,
            subprotocols=[websockets.Subprotocol(V1)],
            max_size=FRAMES.frame_bytes,
            compression=None,
            open_timeout=LIMITS.seconds,
        )
        return connection

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


async def _bounded(answer: httpx.Response) -> bytes:
    text = b""
    async for piece in answer.aiter_raw():
        text += piece
        if len(text) > LIMITS.answer_bytes:
            raise ValueError("too large")
    return text


def is_id(value: Any) -> bool:
    """Return whether a value is an id of a kernel or session."""
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def kernel(found: Any) -> dict[str, Any]:
    """Return a kernel's description, rebuilt; UpstreamError if it has no id."""
    if not isinstance(found, Mapping) or not is_id(found.get("id")):
        raise UpstreamError("kernel")
    state = found.get("execution_state")
    return {
        "id": found["id"],
        "name": "python3",
        "last_activity": "1970-01-01T00:00:00Z",
        "execution_state": state if state in ("busy", "idle", "starting", "restarting", "dead") else "idle",
        "connections": 1,
    }


def session(found: Any, *, plain: Any) -> dict[str, Any]:
    """Return the description of a notebook's session, rebuilt; `plain` says which paths may be shown."""
    if not isinstance(found, Mapping) or not is_id(found.get("id")):
        raise UpstreamError("session")
    path = str(found.get("path", ""))
    if len(path) > NAMES.name_chars or not plain(path):
        raise UpstreamError("path")
    running = kernel(found.get("kernel"))
    kind = found.get("type")
    return {
        "id": found["id"],
        "path": path,
        "name": path.rpartition("/")[2],
        "type": kind if kind in ("notebook", "console", "file") else "notebook",
        "kernel": running,
        **({"notebook": {"path": path, "name": path.rpartition("/")[2]}} if kind == "notebook" else {}),
    }
