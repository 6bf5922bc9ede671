"""A kernel's websocket: every message is read, rebuilt and judged, in both directions."""

import asyncio
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from strongroom.sandbox.proxy import kernel_replies, kernel_requests
from strongroom.sandbox.proxy.gate import Gate
from strongroom.sandbox.proxy.messages import V1, FrameError, Message, read, write
from strongroom.sandbox.proxy.parent import ParentGoneError
from strongroom.sandbox.proxy.upstream import is_id

_NORMAL, _TRY_LATER = 1000, 1013  # fixed: RFC 6455, section 7.4.1, and its registry
_ENDS = (ConnectionClosed, InvalidHandshake, OSError, WebSocketDisconnect, ParentGoneError)


async def serve(browser: WebSocket, gate: Gate) -> None:
    """Connect a browser with a kernel until one of them goes."""
    kernel, session = browser.path_params["kernel"], browser.query_params.get("session_id", "")
    if not is_id(kernel) or not is_id(session):
        await browser.close()
        return
    protocol = V1 if V1 in browser.scope["subprotocols"] else None
    try:
        async with gate.upstream.channels(kernel, session) as server:
            await browser.accept(subprotocol=protocol)
            await _both(_Connection(browser, server, gate, kernel, protocol))
            await browser.close(_NORMAL)
    except (*_ENDS, RuntimeError):  # a websocket that is closed already
        return


class _Connection:
    """One browser and one kernel, connected."""

    def __init__(
        self, browser: WebSocket, server: Any, gate: Gate, kernel: str, protocol: str | None
    ) -> None:
        self._browser, self._server, self._gate = browser, server, gate
        self._kernel, self._protocol = kernel, protocol

    async def to_kernel(self) -> None:
        """Forward what the browser sends; code is recorded before it runs."""
        while True:
            frame = await self._browser.receive()
            if frame["type"] == "websocket.disconnect":
                return
            try:
                message = kernel_requests.filtered(
                    read(frame.get("bytes") or frame.get("text") or "", protocol=self._protocol)
                )
            except FrameError:
                return
            if message is None:
                continue
            if message.type == kernel_requests.EXECUTE:
                await self._gate.executed(self._kernel, message.content["code"])
            await self._server.send(write(message, protocol=self._server.subprotocol))

    async def to_browser(self) -> None:
        """Forward what the kernel sends, as far as it may be shown."""
        async for frame in self._server:
            try:
                reply = kernel_replies.filtered(read(frame, protocol=self._server.subprotocol))
            except FrameError:
                self._gate.parent.tell("withheld", where="kernel", reason="unreadable", size=len(frame))
                continue
            if reply is not None:
                await self._send(await self._judged(reply))

    async def _judged(self, reply: kernel_replies.Reply) -> Message:
        if not reply.parts:
            return reply.message
        reason = await self._gate.refusal(reply.parts, where="kernel")
        return reply.message if reason is None else kernel_replies.withheld(reply, reason)

    async def _send(self, message: Message) -> None:
        frame = write(message, protocol=self._protocol)
        if isinstance(frame, bytes):
            await self._browser.send_bytes(frame)
        else:
            await self._browser.send_text(frame)


async def _both(connection: _Connection) -> None:
    """Serve both directions until one ends; errors of either are raised."""
    running = [asyncio.create_task(each) for each in (connection.to_kernel(), connection.to_browser())]
    try:
        ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for each in ended:
            each.result()
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
