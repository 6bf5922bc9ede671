"""A site that runs as its users run it, and people who sign in to it over HTTP with both factors."""

import base64
import hashlib
import hmac
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from strongroom.portal.home import Home
from strongroom.portal.people.persons import new_link

PASSWORD = "correct horse battery staple"


def totp(secret: str, at: float | None = None) -> str:
    """Return the code of RFC 6238 for a secret in base 32."""
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class Visitor:
    """Somebody with a browser: cookies, forms, nothing else."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(
            base_url=url, follow_redirects=True, timeout=60, headers={"Connection": "close"}
        )
        self.secret = ""

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self.http.get(path)

    def post(
        self, path: str, *, page: str = "", files: dict[str, object] | None = None, **fields: str
    ) -> httpx.Response:
        """Send a form of `page`, by default of the page at `path`, with its token."""
        return self._send(path, self.get(page or path).text, page=page, files=files, **fields)

    def _send(
        self, path: str, text: str, *, page: str = "", files: dict[str, object] | None = None, **fields: str
    ) -> httpx.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        fields = {"csrfmiddlewaretoken": token[1] if token else "", **fields}
        referer = f"{str(self.http.base_url).rstrip('/')}{page or path}"
        return self.http.post(path, data=fields, files=files, headers={"Referer": referer})

    def join(self, link: str) -> None:
        """Choose a password by a one-time link."""
        answer = self.post(link, password=PASSWORD, again=PASSWORD)
        assert "Sign in" in answer.text, answer.text

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in with a password, and with the second factor if there is one."""
        answer = self.post("/account/login/", login=email, password=password)
        if "2fa/authenticate" in str(answer.url) and self.secret:
            answer = self.post("/account/2fa/authenticate/", code=totp(self.secret))
        return answer

    def set_up_factor(self) -> httpx.Response:
        """Set up an authenticator app."""
        page = self.get("/account/2fa/totp/activate/")
        if "reauthenticate" in str(page.url):
            page = self.post(str(page.url.raw_path.decode()), password=PASSWORD)
        self.secret = re.search(r'class="secret">([A-Z2-7]+)<', page.text)[1]
        # Each time the page is opened it shows another secret.
        return self._send("/account/2fa/totp/activate/", page.text, code=totp(self.secret))


def joined(home: Home, people: object, url: str, who: str) -> Visitor:
    """Return one of `people` after they joined, signed in and set up a second factor."""
    person = getattr(people, who)
    by = people.bea if who == "ada" else people.ada
    visitor = Visitor(url)
    visitor.join(f"/join/{new_link(home, person=person, by=by)}/")
    visitor.sign_in(person.email)
    visitor.set_up_factor()
    return visitor


@contextmanager
def serving(home: Home | Path, *options: str) -> Iterator[str]:
    """Run `strongroom serve` on a free port; yields its address."""
    path = home if isinstance(home, Path) else home.path
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from strongroom.cli import main; main()"]
    log = path.with_name("serve.log")
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, "serve", "--home", str(path), "--port", str(port), *options],
            stdout=output,
            stderr=output,
        )
    try:
        _wait(f"http://localhost:{port}/", server, log)
        yield f"http://localhost:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    while server.poll() is None:
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())
