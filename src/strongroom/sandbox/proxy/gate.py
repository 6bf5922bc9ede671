"""What one session's handlers share: the server, the parent, what was shown, and when it was last used."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from strongroom.sandbox.proxy.bundles import Part
from strongroom.sandbox.proxy.inspection import Inspection
from strongroom.sandbox.proxy.known_texts import KnownTexts
from strongroom.sandbox.proxy.parent import Parent
from strongroom.sandbox.proxy.platform_files import PlatformFiles
from strongroom.sandbox.proxy.upstream import Upstream


@dataclass
class Gate:
    """One session. `used` says when each kernel last ran code, in seconds of the monotonic clock."""

    upstream: Upstream
    parent: Parent
    inspection: Inspection
    files: PlatformFiles
    known: KnownTexts = field(default_factory=KnownTexts)
    used: dict[str, float] = field(default_factory=dict)
    last_used: float = field(default_factory=time.monotonic)

    async def refusal(self, parts: Sequence[Part], *, where: str) -> str | None:
        """Return why something may not be shown, and have that recorded; None if it may be."""
        new = [part for part in parts if part.data and part.data not in self.known]
        reason = await self.inspection.refusal(new) if new else self.inspection.held
        if reason is not None:
            size = sum(len(part.data) for part in new)
            self.parent.tell("withheld", where=where, reason=reason, size=size)
        return reason

    async def executed(self, kernel: str, code: str) -> None:
        """Record code that is about to run; ParentGoneError if that failed, and it must not run."""
        self.known.add(code)
        await self.parent.record("code", code=code)
        self.used[kernel] = self.last_used = time.monotonic()
