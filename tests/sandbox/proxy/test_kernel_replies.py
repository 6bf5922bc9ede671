import base64
import json

import pytest

from sandbox.proxy.session_doubles import message
from strongroom.sandbox.proxy.kernel_replies import LIMITS, filtered, withheld
from strongroom.sandbox.proxy.messages import FrameError, read

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


def reply(channel, kind, content, **more):
    return filtered(read(json.dumps(message(channel, kind, content, **more)), protocol=None))


def judged(channel, kind, content):
    return "".join(part.data for part in reply(channel, kind, content).parts)


def test_a_print_is_judged_and_can_be_withheld():
    found = reply("iopub", "stream", {"name": "stdout", "text": "1 2"})
    assert found.message.content == {"name": "stdout", "text": "1 2"}
    assert "withheld: rows" in withheld(found, "rows").content["text"]
    assert "1 2" not in str(withheld(found, "rows"))


@pytest.mark.parametrize("kind", ["display_data", "update_display_data", "execute_result"])
def test_displays_keep_what_may_be_shown(kind):
    data = {"text/plain": "SECRET", "application/javascript": "fetch()", "image/png": PNG}
    content = {"data": data, "metadata": {"a": "SECRET"}, "transient": {"display_id": "d1"}}
    found = reply("iopub", kind, content | {"execution_count": 3})
    assert found.message.content["data"] == {"text/plain": "SECRET", "image/png": PNG}
    assert found.message.content["metadata"] == {}
    assert found.message.content["transient"] == {"display_id": "d1"}
    assert "SECRET" not in str(withheld(found, "rows"))


@pytest.mark.parametrize(
    ("channel", "kind", "content"),
    [
        ("iopub", "stream", {"text": "SECRET"}),
        ("iopub", "error", {"ename": "SECRET", "evalue": "", "traceback": []}),
        ("iopub", "error", {"ename": "", "evalue": "SECRET", "traceback": []}),
        ("iopub", "error", {"ename": "", "evalue": "", "traceback": ["SECRET"]}),
        ("iopub", "execute_input", {"code": "SECRET"}),
        ("shell", "execute_reply", {"status": "error", "ename": "", "evalue": "SECRET", "traceback": []}),
        ("shell", "complete_reply", {"matches": ["SECRET"], "cursor_start": 0, "cursor_end": 1}),
        ("shell", "inspect_reply", {"found": True, "data": {"text/plain": "SECRET"}}),
        ("stdin", "input_request", {"prompt": "SECRET"}),
    ],
)
def test_all_text_of_a_kernel_is_judged(channel, kind, content):
    found = reply(channel, kind, content)
    assert "SECRET" in "".join(part.data for part in found.parts)
    assert "SECRET" not in str(withheld(found, "rows"))


@pytest.mark.parametrize(
    ("channel", "kind", "content"),
    [
        (
            "shell",
            "execute_reply",
            {"status": "ok", "payload": [{"SECRET": 1}], "user_expressions": {"x": "SECRET"}},
        ),
        ("shell", "history_reply", {"history": [[1, 1, "SECRET"]]}),
        ("shell", "comm_info_reply", {"comms": {"SECRET": {}}}),
        ("shell", "kernel_info_reply", {"banner": "SECRET", "help_links": [{"url": "SECRET"}]}),
        ("shell", "is_complete_reply", {"status": "SECRET", "indent": "SECRET"}),
        ("control", "interrupt_reply", {"status": "SECRET"}),
        ("control", "shutdown_reply", {"status": "SECRET"}),
        ("iopub", "status", {"execution_state": "SECRET"}),
        ("iopub", "clear_output", {"wait": "SECRET"}),
    ],
)
def test_what_is_not_needed_is_not_forwarded(channel, kind, content):
    found = reply(channel, kind, content, metadata={"a": "SECRET"})
    assert "SECRET" not in str(found.message)
    assert found.parts == ()


@pytest.mark.parametrize("kind", ["comm_open", "comm_msg", "comm_close", "debug_event", "anything"])
def test_widgets_debuggers_and_unknown_messages_are_dropped(kind):
    assert reply("iopub", kind, {"data": "SECRET"}) is None
    assert reply("shell", "stream", {"text": "SECRET"}) is None


@pytest.mark.parametrize("field", ["msg_id", "username", "session", "date", "version"])
@pytest.mark.parametrize("value", ["x" * 129, "a b", "a\nb", {"a": 1}, 5])
def test_a_header_that_could_carry_text_is_refused(field, value):
    found = message("iopub", "status", {"execution_state": "idle"})
    for place in ("header", "parent_header"):
        changed = found | {place: found["header"] | {field: value}}
        with pytest.raises(FrameError):
            filtered(read(json.dumps(changed), protocol=None))


@pytest.mark.parametrize("count", [1 << 20, -1, 1.5, "1", True])
def test_a_count_that_could_carry_data_is_refused(count):
    with pytest.raises(FrameError):
        reply("iopub", "execute_input", {"code": "1", "execution_count": count})


def test_text_that_is_none_is_refused():
    with pytest.raises(FrameError):
        reply("iopub", "stream", {"text": {"a": 1}})
    with pytest.raises(FrameError):
        reply("iopub", "display_data", {"data": {}, "transient": {"display_id": "a b"}})


def test_a_long_traceback_is_cut():
    lines = [str(number) for number in range(1000)]
    found = reply("iopub", "error", {"ename": "E", "evalue": "", "traceback": lines})
    assert len(found.message.content["traceback"]) == LIMITS.lines + 1
    assert reply("iopub", "error", {"traceback": "x"}).message.content["traceback"] == []
