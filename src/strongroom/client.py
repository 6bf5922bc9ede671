"""A client of the site's interface for programs: hand files in, wait, fetch what was released.

client = Client("https://tre.example.org", token)
check = client.wait(client.check(["table1.csv"], project="heart-risk", title="Table 1", reason="paper"))
if check["state"] == "released":
    client.fetch(check, "released/")
"""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import httpx

from strongroom.errors import RefusedError, StrongroomError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    timeout_seconds: float = threshold(60.0, "seconds", "cost: an upload of the most that one check may have")
    ask_seconds: float = threshold(1.0, "seconds", "cost: one small request; a check takes some seconds")


LIMITS = _Limits()
WAITING = frozenset({"draft", "checking", "approved"})
"""States in which nothing is asked of a person."""


class Client:
    """Speaks for the person whose token it has. Raises RefusedError with the site's own sentence."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=LIMITS.timeout_seconds,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def check(
        self, files: Iterable[Path | str], *, project: str, title: str, reason: str, key: str = ""
    ) -> dict[str, Any]:
        """Hand files in; with a `key`, a repeated call returns the same check."""
        fields = {"project": project, "title": title, "reason": reason, "key": key}
        with ExitStack() as stack:
            parts = [
                ("files", (Path(file).name, stack.enter_context(Path(file).open("rb")))) for file in files
            ]
            return self._answer(self._http.post("/checks", data=fields, files=parts))

    def state(self, check: dict[str, Any]) -> dict[str, Any]:
        """Return how far a check is."""
        return self._answer(self._http.get(f"/checks/{check['id']}"))

    def wait(self, check: dict[str, Any], *, seconds: float = 600.0) -> dict[str, Any]:
        """Return the check once it is decided, or waits for a person; StrongroomError after `seconds`."""
        limit = time.monotonic() + seconds
        while check["state"] in WAITING:
            if time.monotonic() > limit:
                raise StrongroomError("The check takes too long.", hint="Ask again later with state().")
            time.sleep(LIMITS.ask_seconds)
            check = self.state(check)
        return check

    def fetch(self, check: dict[str, Any], to: Path | str) -> list[Path]:
        """Write the released copies of a check to a directory; return their paths."""
        written = []
        for name in check["released"]:
            answer = self._http.get(f"/checks/{check['id']}/files/{name}")
            if answer.is_error:
                self._answer(answer)
            path = Path(to) / Path(name).name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(answer.content)
            written.append(path)
        return written

    @staticmethod
    def _answer(answer: httpx.Response) -> dict[str, Any]:
        try:
            document: dict[str, Any] = answer.json()
        except ValueError:
            document = {"error": f"The site answered {answer.status_code}."}
        if answer.is_error:
            message = document.get("error") or document.get("detail") or f"Status {answer.status_code}."
            raise RefusedError(str(message), hint=str(document.get("hint", "")))
        return document
