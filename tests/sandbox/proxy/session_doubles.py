"""A session without a sandbox: a server that answers as it is told, a parent that allows and records."""

import asyncio

import httpx

from strongroom.sandbox.proxy.app import make
from strongroom.sandbox.proxy.gate import Gate
from strongroom.sandbox.proxy.inspection import Inspection
from strongroom.sandbox.proxy.platform_files import PlatformFiles

HOST, KEY = "127.0.0.1:8765", "k" * 43
KERNEL = "01234567-89ab-cdef-0123-456789abcdef"
COOKIES = {"strongroom_session_8765": KEY}


class Parent:
    """Allows everything unless `refused` says why not; keeps what it was asked and told."""

    def __init__(self, refused=None):
        self.refused, self.judged, self.told = refused, [], []

    async def judge(self, parts):
        self.judged.append(list(parts))
        return self.refused

    async def record(self, event, **facts):
        self.told.append((event, facts))

    def tell(self, event, **facts):
        self.told.append((event, facts))


class Server:
    """Answers each request as `answers` says, by method and path; keeps what it was asked."""

    def __init__(self, answers=()):
        self.answers, self.asked = dict(answers), []

    async def ask(self, method, path, *, query=None, body=None):
        self.asked.append((method, path, body))
        return self.answers.get((method, path), (404, None))


def lab(folder):
    """Write the files of a JupyterLab that does nothing."""
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "main.0.js").write_text("1;")
    (folder / "themes").mkdir()
    (folder / "schemas" / "@jupyterlab" / "x-extension").mkdir(parents=True)
    (folder / "schemas" / "@jupyterlab" / "x-extension" / "plugin.json").write_text('{"title": "X"}')
    return folder


def gate(tmp_path, *, answers=(), refused=None, limits=None):
    parent = Parent(refused)
    given = {} if limits is None else {"limits": limits}
    inspection = Inspection(parent.judge, on_hold=lambda reason: parent.tell("hold", reason=reason), **given)
    return Gate(Server(answers), parent, inspection, PlatformFiles(lab(tmp_path / "lab")))


def ask(gate, method, path, *, cookies=COOKIES, headers=(), **given):
    """Send one request to the proxy of a gate."""
    sent = {"host": HOST, "origin": f"http://{HOST}", **dict(headers)}
    if cookies:
        sent["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())

    async def send():
        transport = httpx.ASGITransport(make(gate, host=HOST, key=KEY))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            return await client.request(method, path, headers=sent, **given)

    return asyncio.run(send())


def message(channel, kind, content, **more):
    """A kernel's message as JSON has it."""
    header = {"msg_id": "m1", "msg_type": kind, "session": KERNEL, "username": "", "version": "5.3"}
    return {
        "channel": channel,
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
    } | more


def notebook_with(*outputs):
    """A notebook's model, with one cell that has these outputs."""
    cell = {"cell_type": "code", "id": "c1", "source": ["1 + 1\n"], "outputs": list(outputs), "metadata": {}}
    named = {"name": "a.ipynb", "path": "a.ipynb", "type": "notebook", "format": "json"}
    return named | {"content": {"cells": [cell]}}
