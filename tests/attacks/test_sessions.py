"""Attacks out of an interactive session, by its server, a notebook or a cell: T-SANDBOX-5x and 6x."""

import asyncio
import base64
import json

import pytest

from sandbox.proxy.session_doubles import KEY, ask, gate, message, notebook_with
from strongroom.sandbox.proxy import kernel_replies, kernel_requests
from strongroom.sandbox.proxy.access import POLICY
from strongroom.sandbox.proxy.bundles import Part, shown
from strongroom.sandbox.proxy.inspection import LIMITS, ROWS, Inspection
from strongroom.sandbox.proxy.messages import V1, FrameError, read, write

TABLE = "\n".join(f"{number},60,27.1" for number in range(500))


def parsed(found):
    return read(json.dumps(found), protocol=None)


def test_no_route_hands_out_a_file(tmp_path):
    model = {"name": "x.csv", "path": "x.csv", "type": "file", "format": "text", "content": TABLE}
    answers = {("GET", f"/api/contents/{name}"): (200, model) for name in ("x.csv", "a/x.csv")}
    session = gate(tmp_path, answers=answers)
    routes = [
        f"/{kind}/x.csv" for kind in ("files", "view", "edit", "nbconvert/csv", "lab/files", "lab/extensions")
    ]
    routes += [
        f"/api/contents/x.csv{query}" for query in ("", "?format=base64", "?type=notebook", "?content=0")
    ]
    routes += ["/lab/../files/x.csv", "/static/lab/..%2f..%2fx.csv", "/api/contents/a%2fx.csv", "/x.csv"]
    for route in routes:
        for method in ("GET", "HEAD", "POST"):
            answer = ask(session, method, route)
            assert "27.1" not in answer.text
            assert "content-disposition" not in answer.headers


def test_outputs_stored_in_a_notebook_are_judged_like_live_ones(tmp_path):
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": TABLE},
        {"output_type": "execute_result", "data": {"text/html": f"<table><tr><td>{TABLE}</td></tr></table>"}},
        {"output_type": "error", "ename": "E", "evalue": TABLE, "traceback": []},
        {"output_type": "display_data", "data": {"text/csv": TABLE, "image/svg+xml": TABLE}},
    ]
    book = notebook_with(*outputs)
    book["content"]["metadata"] = {"kept": TABLE}
    book["content"]["cells"][0]["metadata"] = {"kept": TABLE}
    session = gate(tmp_path, answers={("GET", "/api/contents/a.ipynb"): (200, book)})
    answer = ask(session, "GET", "/api/contents/a.ipynb")
    assert answer.status_code == 200
    assert "499,60" not in answer.text


@pytest.mark.parametrize("size", [1, 5, 19])
def test_rows_printed_in_pieces_are_judged_together(size):
    async def judge(parts):
        text = "\n".join(part.data for part in parts)
        return "participants" if len(text.splitlines()) > 20 else None

    async def leak():
        inspection = Inspection(judge)
        out = 0
        for first in range(0, 500, size):
            piece = Part("text/plain", "\n".join(TABLE.splitlines()[first : first + size]))
            out += size if await inspection.refusal([piece]) is None else 0
        return out

    assert asyncio.run(leak()) <= LIMITS.asked_rows


def test_rows_under_every_limit_end_in_a_hold():
    async def judge(_):
        return None

    async def leak():
        inspection, out = Inspection(judge), 0
        while inspection.held is None:
            out += 19 if await inspection.refusal([Part("text/plain", "60 27.1\n" * 19)]) is None else 0
        return out

    assert asyncio.run(leak()) <= LIMITS.session_rows


PHONES = {
    "application/javascript": "fetch('http://x')",
    "image/svg+xml": "<svg onload=fetch('http://x')>",
    "text/markdown": "![x](http://x)",
    "text/latex": r"\href{http://x}{y}",
    "application/vnd.vega.v5+json": {"url": "http://x"},
    "text/html": "<img src=http://x><script>fetch('http://x')</script><meta http-equiv=refresh content='0;http://x'>",
}


def test_an_output_makes_the_browser_ask_nobody(tmp_path):
    assert "http" not in str(shown(PHONES))
    policy = ask(gate(tmp_path), "GET", "/lab").headers["content-security-policy"]
    assert policy == POLICY
    for part in ("default-src 'self'", "connect-src 'self'", "frame-src 'none'", "form-action 'self'"):
        assert part in policy.split("; ")
    assert "http" not in policy
    assert "*" not in policy


def test_the_sessions_server_cannot_give_the_browser_a_program(tmp_path):
    evil = (
        200,
        {"name": "main.js", "path": "main.js", "type": "file", "format": "text", "content": "evil()"},
    )
    paths = (
        "/static/lab/main.0.js",
        "/static/lab/evil.js",
        "/lab",
        "/lab/api/themes/evil.css",
        "/lab/api/settings",
    )
    session = gate(tmp_path, answers={("GET", path): evil for path in paths})
    for path in paths:
        assert "evil()" not in ask(session, "GET", path).text
    assert session.upstream.asked == []


@pytest.mark.parametrize(
    "headers",
    [{"host": "rebound.example"}, {"origin": "http://evil.example"}, {"origin": "http://127.0.0.1:9"}],
)
def test_another_site_in_the_same_browser_cannot_use_the_session(tmp_path, headers):
    session = gate(tmp_path)
    assert ask(session, "POST", "/api/kernels", headers=headers).status_code in (403, 421)
    assert session.upstream.asked == []


def test_the_cookies_of_the_site_do_not_reach_the_sandbox(tmp_path):
    session = gate(tmp_path, answers={("GET", "/api/kernels"): (200, [])})
    cookies = {"strongroom_session_8765": KEY, "sessionid": "SECRET"}
    assert ask(session, "GET", "/api/kernels", cookies=cookies).status_code == 200
    assert "SECRET" not in str(session.upstream.asked)
    assert KEY not in str(session.upstream.asked)


def test_a_frame_that_cannot_be_read_is_not_forwarded():
    good = write(parsed(message("iopub", "stream", {"text": "x"})), protocol=V1)
    assert read(good, protocol=V1).content["text"] == "x"
    hidden = [good + b"rows", good[:-1], b"rows", good.replace(b'"text"', b'"name":1,"name"')]
    for frame in hidden:
        with pytest.raises(FrameError):
            read(frame, protocol=V1)
    with pytest.raises(FrameError):
        read(good, protocol=None)


def test_rows_hidden_beside_what_is_judged_are_left_out():
    content = {"text": "x", "name": "stdout", "hidden": TABLE}
    found = kernel_replies.filtered(parsed(message("iopub", "stream", content, metadata={"hidden": TABLE})))
    assert "27.1" not in str(found.message)
    for field in ("msg_id", "session", "username", "date"):
        carrying = message("iopub", "status", {"execution_state": "idle"})
        carrying["parent_header"] = {field: TABLE}
        with pytest.raises(FrameError):
            kernel_replies.filtered(parsed(carrying))


def test_replies_to_completions_and_inspections_are_judged():
    for kind, content in (
        ("complete_reply", {"matches": TABLE.splitlines(), "cursor_start": 0, "cursor_end": 0}),
        ("inspect_reply", {"found": True, "data": {"text/plain": TABLE}}),
        ("execute_reply", {"status": "error", "ename": "E", "evalue": TABLE, "traceback": []}),
    ):
        found = kernel_replies.filtered(parsed(message("shell", kind, content)))
        assert asyncio.run(Inspection(_allow).refusal(found.parts)) in (ROWS, None)
        assert sum(part.data.count("27.1") for part in found.parts) >= 200


async def _allow(_):
    return None


def test_no_code_runs_without_being_recorded():
    hidden = {"code": "1", "user_expressions": {"a": "leak()"}, "payload": "leak()"}
    assert "leak" not in str(kernel_requests.filtered(parsed(message("shell", "execute_request", hidden))))
    for channel, kind in (
        ("shell", "comm_msg"),
        ("control", "debug_request"),
        ("control", "execute_request"),
        ("shell", "apply_request"),
    ):
        assert kernel_requests.filtered(parsed(message(channel, kind, {"code": "leak()"}))) is None


def test_pictures_that_are_data_are_withheld():
    raw = base64.b64encode(b"\x89PNG\r\n\x1a\n" + TABLE.encode() * 100).decode()
    assert shown({"image/png": raw}) == {}
    assert shown({"image/png": base64.b64encode(TABLE.encode()).decode()}) == {}
