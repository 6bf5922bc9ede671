"""The proxy as a process of its own, between a browser's library and a server on a unix socket."""

import asyncio
import json
import os
import threading
import time
from urllib.parse import urlsplit

import httpx
import pytest
import websockets

from sandbox.proxy.session_doubles import KERNEL, lab, message
from strongroom.sandbox.proxy.desk import Desk
from strongroom.sandbox.proxy.messages import V1, Message, read, write

ROWS = "\n".join(f"{number} 60 27.1" for number in range(500))


class Kernel(threading.Thread):
    """A server that echoes what is executed, as a kernel's output, and keeps the headers it was sent."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.headers, self.executed = str(path), [], []
        self.ready, self.stop = threading.Event(), None

    def run(self):
        asyncio.run(self._serve())

    async def _serve(self):
        self.stop, loop = asyncio.Event(), asyncio.get_running_loop()
        self.end = lambda: loop.call_soon_threadsafe(self.stop.set)
        async with websockets.unix_serve(self._talk, self.path, subprotocols=[V1], max_size=None):
            self.ready.set()
            await self.stop.wait()

    async def _talk(self, browser):
        self.headers.append(dict(browser.request.headers))
        async for frame in browser:
            asked = read(frame, protocol=V1)
            code = asked.content["code"]
            self.executed.append(code)
            content = {"name": "stdout", "text": ROWS if code == "rows" else code}
            made = message("iopub", "stream", content)
            await browser.send(b"nonsense")
            await browser.send(write(Message("iopub", made["header"], content=content), protocol=V1))


@pytest.fixture
def kernel(tmp_path):
    (tmp_path / "run").mkdir()
    started = Kernel(tmp_path / "run" / "j.sock")
    started.start()
    assert started.ready.wait(10)
    yield started
    started.end()
    started.join()


class Session:
    """A desk that serves in a thread; `records` has what was recorded."""

    def __init__(self, tmp_path, *, record=None, judge=lambda _: None):
        self.records, self.goes_on, self.reason = [], True, None
        self._directory = os.open(tmp_path / "run", os.O_DIRECTORY)
        self.desk = Desk(directory=self._directory, name="j.sock", lab=lab(tmp_path / "lab"))
        self._record, self._judge = record or (lambda *each: self.records.append(each)), judge
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        opened = httpx.get(self.desk.address, trust_env=False)
        self.cookie = opened.headers["set-cookie"].partition(";")[0]
        self.host = urlsplit(self.desk.address).netloc

    def _serve(self):
        self.reason = self.desk.serve(self._judge, self._record, goes_on=lambda: self.goes_on)

    def connect(self, *, protocol=V1, **headers):
        from websockets.sync.client import connect

        sent = {"Cookie": f"sessionid=site; {self.cookie}", **headers}
        address = f"ws://{self.host}/api/kernels/{KERNEL}/channels?session_id={KERNEL}"
        return connect(
            address,
            subprotocols=[protocol] if protocol else None,
            additional_headers=sent,
            origin=f"http://{self.host}",
            proxy=None,
        )

    def close(self):
        self.goes_on = False
        self._thread.join()
        self.desk.close()
        os.close(self._directory)


@pytest.fixture
def session(tmp_path, kernel):
    opened = Session(tmp_path)
    yield opened
    opened.close()


def execute(connection, code, protocol=V1):
    made = message("shell", "execute_request", {"code": code})
    connection.send(write(read(json.dumps(made), protocol=None), protocol=protocol))


@pytest.mark.parametrize("protocol", [V1, None])
def test_a_message_goes_through_in_both_formats(session, kernel, protocol):
    with session.connect(protocol=protocol) as connection:
        execute(connection, "1 + 1", protocol)
        found = read(connection.recv(timeout=10), protocol=protocol)
    assert found.content["text"] == "1 + 1"
    assert ("code", {"code": "1 + 1"}) in session.records


def test_rows_are_withheld_and_recorded(session):
    with session.connect() as connection:
        execute(connection, "rows")
        assert "row-level output" in read(connection.recv(timeout=10), protocol=V1).content["text"]
    told = [facts["reason"] for event, facts in session.records if event == "withheld"]
    assert sorted(told) == ["row-level output", "unreadable"]


def test_the_server_sees_no_cookie(session, kernel):
    with session.connect() as connection:
        execute(connection, "1")
        connection.recv(timeout=10)
    assert "site" not in str(kernel.headers)
    assert not {"cookie", "origin"} & {name.lower() for each in kernel.headers for name in each}


def test_code_that_cannot_be_recorded_does_not_run(tmp_path, kernel):
    def refuse(event, _):
        if event == "code":
            raise OSError

    session = Session(tmp_path, record=refuse)
    try:
        with session.connect() as connection:
            execute(connection, "1")
            with pytest.raises(websockets.ConnectionClosed):
                connection.recv(timeout=10)
    finally:
        session.close()
    assert kernel.executed == []


@pytest.mark.parametrize("failing", [lambda _: "participants", lambda _: 1 / 0])
def test_what_is_refused_or_cannot_be_judged_is_withheld(tmp_path, kernel, failing):
    session = Session(tmp_path, judge=failing)
    try:
        with session.connect() as connection:
            execute(connection, "\n".join(f"{each} 1" for each in range(30)).replace("0 1", "0 1 "))
            # The code comes back as output: it is the browser's own, so a line is added by the kernel.
            connection.recv(timeout=10)
            execute(connection, "rows")
            assert "withheld" in read(connection.recv(timeout=10), protocol=V1).content["text"]
    finally:
        session.close()


def test_another_site_cannot_connect(session):
    with pytest.raises(websockets.InvalidStatus), session.connect(Cookie="a=b"):
        pass
    answer = httpx.get(f"http://{session.host}/lab", trust_env=False)
    assert answer.status_code == 403


def test_the_end_of_the_session_ends_the_proxy(tmp_path, kernel):
    session = Session(tmp_path)
    session.close()
    assert session.reason == "ended"
    with pytest.raises(httpx.ConnectError):
        httpx.get(session.desk.address, trust_env=False)


def test_the_end_of_the_proxy_ends_the_session(tmp_path, kernel):
    session = Session(tmp_path)
    session.desk._process.kill()
    for _ in range(100):
        if session.reason is not None:
            break
        time.sleep(0.05)
    session.close()
    assert session.reason == "proxy"
