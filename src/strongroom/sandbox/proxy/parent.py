"""What the proxy asks of its parent, which has the keys: to judge outputs, and to record what happened."""

import asyncio
import itertools
import json
from collections.abc import Sequence
from typing import Any

from strongroom.sandbox.proxy.bundles import Part


class ParentGoneError(Exception):
    """The parent has ended, or could not record what must be recorded first."""


class Parent:
    """The other end of a socket, on which each request and each answer is a line of JSON."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self.gone = asyncio.Event()

    async def judge(self, parts: Sequence[Part]) -> str | None:
        """Return why these parts, taken together, may not be shown; None if they may."""
        try:
            found = await self._ask("judge", parts=[list(part) for part in parts])
        except ParentGoneError:
            return "it could not be judged"
        return None if found is None else str(found)

    async def record(self, event: str, **facts: Any) -> None:
        """Record an event and return when that is done; ParentGoneError if it could not be."""
        if await self._ask("record", event=event, facts=facts) is not True:
            raise ParentGoneError

    def tell(self, event: str, **facts: Any) -> None:
        """Have an event recorded, without waiting for it."""
        self._send({"kind": "record", "event": event, "facts": facts})

    async def listen(self) -> None:
        """Take answers until the parent is gone."""
        try:
            while line := await self._reader.readline():
                answer = json.loads(line)
                waiting = self._waiting.pop(answer["number"], None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer["answer"])
        finally:
            self.gone.set()
            for each in self._waiting.values():
                if not each.done():
                    each.set_exception(ParentGoneError())

    async def _ask(self, kind: str, **facts: Any) -> Any:
        if self.gone.is_set():
            raise ParentGoneError
        number = next(self._numbers)
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._send({"kind": kind, "number": number, **facts})
        return await waiting

    def _send(self, message: dict[str, Any]) -> None:
        self._writer.write(json.dumps(message).encode() + b"\n")
