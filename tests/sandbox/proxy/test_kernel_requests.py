import json

import pytest

from sandbox.proxy.session_doubles import message
from strongroom.sandbox.proxy.kernel_requests import filtered
from strongroom.sandbox.proxy.messages import FrameError, read


def request(channel, kind, content):
    return filtered(read(json.dumps(message(channel, kind, content)), protocol=None))


def test_code_is_all_that_is_executed():
    found = request("shell", "execute_request", {"code": "1", "user_expressions": {"x": "leak()"}})
    assert found.content["code"] == "1"
    assert found.content["user_expressions"] == {}


def test_code_that_is_no_text_is_refused():
    with pytest.raises(FrameError):
        request("shell", "execute_request", {"code": ["1"]})


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        ("control", "execute_request"),
        ("shell", "comm_msg"),
        ("control", "debug_request"),
        ("control", "create_subshell_request"),
        ("iopub", "execute_request"),
        ("shell", "unknown"),
    ],
)
def test_everything_else_that_runs_code_is_dropped(channel, kind):
    assert request(channel, kind, {"code": "1"}) is None


def test_what_a_notebook_needs_goes_through():
    assert request("shell", "complete_request", {"code": "a", "cursor_pos": 1, "x": 2}).content == {
        "code": "a",
        "cursor_pos": 1,
    }
    assert request("shell", "history_request", {"n": 1000, "output": True}).content["n"] == 0
    assert request("stdin", "input_reply", {"value": "yes"}).content == {"value": "yes"}
