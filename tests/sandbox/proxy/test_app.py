import json

import pytest

from sandbox.proxy.session_doubles import COOKIES, HOST, KERNEL, KEY, ask, gate, notebook_with
from strongroom.sandbox.proxy.access import POLICY
from strongroom.sandbox.proxy.inspection import LIMITS

ROWS = "\n".join(f"{number} 60 27.1" for number in range(500))
STREAM = {"output_type": "stream", "name": "stdout"}


def text(name, content, **more):
    return {"name": name, "path": name, "type": "file", "format": "text", "content": content} | more


def got(path, model):
    return {("GET", f"/api/contents/{path}"): (200, model)}


def test_the_page_and_its_files_are_the_platforms_own(tmp_path):
    opened = gate(tmp_path)
    page = ask(opened, "GET", "/lab/tree/a.ipynb")
    assert "/static/lab/main.0.js" in page.text
    assert '"treePath": "/a.ipynb"' in page.text
    assert ask(opened, "GET", "/static/lab/main.0.js").text == "1;"
    for path in ("/lab/api/settings", "/lab/api/settings/@jupyterlab/x-extension:plugin"):
        assert "@jupyterlab/x-extension:plugin" in ask(opened, "GET", path).text
    for path in ("/api/me", "/api/kernelspecs", "/api/status", "/lab/api/translations/en"):
        assert ask(opened, "GET", path).status_code == 200
    assert opened.upstream.asked == []
    assert opened.inspection.bytes.total() == 0


def test_every_answer_has_the_policy_and_no_cookie(tmp_path):
    opened = gate(tmp_path)
    for path in ("/lab", "/static/lab/main.0.js", "/nothing", "/api/contents", "/open?key=x"):
        for cookies in (COOKIES, {}):
            answer = ask(opened, "GET", path, cookies=cookies)
            assert answer.headers["content-security-policy"] == POLICY
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "set-cookie" not in answer.headers


def test_the_link_sets_a_cookie_of_this_origin_alone(tmp_path):
    answer = ask(gate(tmp_path), "GET", f"/open?key={KEY}", cookies={})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/lab"
    for word in ("HttpOnly", "SameSite=strict", "strongroom_session_8765"):
        assert word in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("cookies", "headers", "status"),
    [
        ({}, {}, 403),
        ({"strongroom_session_8765": "x"}, {}, 403),
        ({"strongroom_session_9": KEY}, {}, 403),
        (COOKIES, {"host": "evil.example"}, 421),
        (COOKIES, {"origin": "http://evil.example"}, 403),
        (COOKIES, {"origin": "null"}, 403),
    ],
)
def test_others_are_not_let_in(tmp_path, cookies, headers, status):
    opened = gate(tmp_path)
    assert ask(opened, "POST", "/api/kernels", cookies=cookies, headers=headers).status_code == status
    assert opened.upstream.asked == []


@pytest.mark.parametrize(
    "path",
    [
        "/files/x.csv",
        "/view/x.csv",
        "/nbconvert/html/a.ipynb",
        "/nbconvert/script/a.ipynb?download=true",
        "/api/contents/x.csv",
        "/api/contents/x.csv?content=1&format=base64&type=file",
        "/api/contents/../x.csv",
        "/api/contents/%2e%2e/x.csv",
        "/api/contents/a%2f..%2fx.csv",
        "/lab/../files/x.csv",
        "/lab%2f..%2ffiles/x.csv",
        "/static/lab/../../../../etc/passwd",
        "/static/lab/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/lab/api/themes/../../../x",
        "/lab/extensions/x/static/x.js",
        "/lab/api/listings/x",
        "/custom/custom.js",
        "/kernelspecs/python3/logo-64x64.png",
        "/api/terminals",
        "/terminals/1",
        "/terminals/websocket/1",
        "/api/events/subscribe",
        "/api/metrics/v1",
        "/metrics",
        "/lsp/status",
        "/api/nbconvert",
        "/api/shutdown",
        "/api/spec.yaml",
        "/api/config/notebook",
        "/login",
        "/logout",
        "/tree",
        "/edit/x.csv",
        "/",
        "//files/x.csv",
        "/api/kernels/x",
        "/api/sessions/x",
    ],
)
def test_routes_that_are_not_listed_are_refused(tmp_path, path):
    model = text("x.csv", ROWS)
    opened = gate(tmp_path, answers={("GET", "/api/contents/x.csv"): (200, model)})
    answer = ask(opened, "GET", path)
    assert answer.status_code == 403
    assert "27.1" not in answer.text
    assert "content-disposition" not in answer.headers


def test_methods_that_are_not_listed_are_refused(tmp_path):
    opened = gate(tmp_path)
    for method, path in (("PUT", "/api/kernels"), ("POST", "/lab"), ("OPTIONS", "/api/contents/a.py")):
        assert ask(opened, method, path).status_code == 403
    assert opened.upstream.asked == []


def test_stored_outputs_are_inspected(tmp_path):
    book = notebook_with(STREAM | {"text": ROWS}, STREAM | {"text": "mean 27.1"})
    opened = gate(tmp_path, answers=got("a.ipynb", book))
    found = ask(opened, "GET", "/api/contents/a.ipynb?type=notebook&content=1")
    outputs = found.json()["content"]["cells"][0]["outputs"]
    assert "499 60" not in found.text
    assert "output withheld: row-level output" in outputs[0]["text"]
    assert outputs[1]["text"] == "mean 27.1"
    assert ("withheld", {"where": "notebook", "reason": "row-level output", "size": len(ROWS)}) in (
        opened.parent.told
    )


def test_rows_in_the_source_of_a_cell_are_withheld_unless_the_browser_wrote_them(tmp_path):
    book = notebook_with()
    book["content"]["cells"][0]["source"] = ROWS
    opened = gate(tmp_path, answers=got("a.ipynb", book) | {("PUT", "/api/contents/a.ipynb"): (200, book)})
    assert "499 60" not in ask(opened, "GET", "/api/contents/a.ipynb").text
    sent = {"type": "notebook", "format": "json", "content": book["content"]}
    saved = ask(opened, "PUT", "/api/contents/a.ipynb", content=json.dumps(sent))
    assert saved.json()["content"] is None
    assert "499 60" in ask(opened, "GET", "/api/contents/a.ipynb").text


def test_text_files_and_folders_are_judged(tmp_path):
    entries = [{"name": f"{number}.py", "path": f"{number}.py", "type": "file"} for number in range(300)]
    folder = {"name": "", "path": "", "type": "directory", "content": entries}
    answers = got("", folder) | got("x.txt", text("x.txt", ROWS)) | got("y.txt", text("y.txt", "mean"))
    opened = gate(tmp_path, answers=answers)
    for path in ("", "x.txt"):
        answer = ask(opened, "GET", f"/api/contents/{path}")
        assert answer.status_code == 403
        assert "withheld" in answer.text
    assert ask(opened, "GET", "/api/contents/y.txt").json()["content"] == "mean"
    assert ask(opened, "GET", "/api/contents/none.txt").status_code == 404


def test_a_picture_or_table_is_not_opened_even_if_the_server_calls_it_text(tmp_path):
    answers = got("x.txt", text("x.txt", "AAAA", format="base64")) | got("x.csv", text("x.csv", "a"))
    opened = gate(tmp_path, answers=answers)
    assert ask(opened, "GET", "/api/contents/x.txt").status_code == 403
    assert ask(opened, "GET", "/api/contents/x.csv").status_code == 403
    assert ask(opened, "GET", "/api/contents/x.csv?content=0").json()["content"] is None


def test_a_server_that_answers_nonsense_is_not_believed(tmp_path):
    answers = {
        ("GET", "/api/kernels"): (200, [{"id": "SECRET", "name": "SECRET"}]),
        ("GET", "/api/sessions"): (200, [{"id": KERNEL, "path": "../SECRET", "kernel": {"id": KERNEL}}]),
        ("POST", "/api/kernels"): (500, {"message": "SECRET"}),
        ("GET", "/api/contents"): (200, ["SECRET"]),
    }
    opened = gate(tmp_path, answers=answers)
    for method, path in answers:
        answer = ask(opened, method, path)
        assert answer.status_code >= 400
        assert "SECRET" not in answer.text


def test_kernels_and_sessions_are_rebuilt(tmp_path):
    kernel = {"id": KERNEL, "name": "SECRET", "last_activity": "SECRET", "execution_state": "SECRET"}
    session = {"id": KERNEL, "path": "a.ipynb", "name": "SECRET", "type": "notebook", "kernel": kernel}
    answers = {
        ("GET", "/api/kernels"): (200, [kernel]),
        ("POST", "/api/sessions"): (201, session),
        ("DELETE", f"/api/kernels/{KERNEL}"): (204, None),
        ("POST", f"/api/kernels/{KERNEL}/restart"): (200, kernel),
    }
    opened = gate(tmp_path, answers=answers)
    body = {"path": "a.ipynb", "kernel": {"name": "SECRET"}, "type": "notebook", "x": "SECRET"}
    for method, path in answers:
        content = json.dumps(body) if path == "/api/sessions" else None
        answer = ask(opened, method, path, content=content)
        assert answer.status_code < 300
        assert "SECRET" not in answer.text
    assert "SECRET" not in str(opened.upstream.asked)
    assert ask(opened, "POST", f"/api/kernels/{KERNEL}/dump").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"type": "file", "format": "base64", "content": "AAAA"},
        {"path": "../x.py"},
        {"copy_from": "/etc/passwd\n"},
        ["x"],
    ],
)
def test_only_notebooks_and_text_are_saved(tmp_path, body):
    opened = gate(tmp_path)
    assert ask(opened, "PUT", "/api/contents/x.py", content=json.dumps(body)).status_code == 403
    assert ask(opened, "PUT", "/api/contents/x.py", content="{").status_code == 403
    assert opened.upstream.asked == []


def test_files_are_removed_and_have_checkpoints(tmp_path):
    answers = {
        ("DELETE", "/api/contents/a.py"): (204, None),
        ("GET", "/api/contents/a.py/checkpoints"): (200, [{"id": "SECRET", "last_modified": "SECRET"}]),
        ("POST", "/api/contents/a.py/checkpoints"): (201, {"id": "x"}),
        ("POST", "/api/contents/a.py/checkpoints/checkpoint"): (204, None),
    }
    opened = gate(tmp_path, answers=answers)
    for method, path in answers:
        answer = ask(opened, method, path)
        assert answer.status_code < 300
        assert "SECRET" not in answer.text
    assert ask(opened, "POST", "/api/contents/a.py/checkpoints/x").status_code == 403


def test_layouts_of_the_browser_are_kept_here(tmp_path):
    opened = gate(tmp_path)
    one = "/lab/api/workspaces/default"
    assert ask(opened, "GET", one).json()["metadata"] == {"id": "default"}
    assert ask(opened, "GET", "/lab/api/workspaces").json() == {"workspaces": {"ids": [], "values": []}}
    settings = "/lab/api/settings/@jupyterlab/x-extension:plugin"
    assert ask(opened, "PUT", settings, content="{}").status_code == 204
    assert opened.upstream.asked == []


def test_bytes_are_counted_and_a_budget_ends_in_a_hold(tmp_path):
    content = "words " * 100
    opened = gate(
        tmp_path,
        answers=got("y.txt", text("y.txt", content)),
        limits=type(LIMITS)(session_bytes=1_500),
    )
    first = ask(opened, "GET", "/api/contents/y.txt")
    assert opened.inspection.bytes.total() == len(first.content)
    ask(opened, "GET", "/api/contents/y.txt")
    held = ask(opened, "GET", "/api/contents/y.txt")
    assert held.status_code == 403
    assert held.text == "The session is on hold: session budget: bytes."
    assert ("hold", {"reason": "session budget: bytes"}) in opened.parent.told


def test_headers_of_the_browser_are_not_forwarded(tmp_path):
    opened = gate(tmp_path, answers=got("y.txt", text("y.txt", "mean")))
    cookies = COOKIES | {"sessionid": "site"}
    assert ask(opened, "GET", "/api/contents/y.txt", cookies=cookies).status_code == 200
    assert opened.upstream.asked == [("GET", "/api/contents/y.txt", None)]
    assert HOST not in str(opened.upstream.asked)
