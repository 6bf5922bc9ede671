"""Messages to a kernel: those that a notebook needs, as they must be."""

from collections.abc import Callable, Mapping
from typing import Any

from strongroom.sandbox.proxy.kernel_replies import header
from strongroom.sandbox.proxy.messages import FrameError, Message

EXECUTE = "execute_request"


def filtered(message: Message) -> Message | None:
    """Return what may be forwarded of a browser's message; None for nothing."""
    reader = _READERS.get((message.channel, message.type))
    if reader is None:
        return None
    return Message(
        message.channel, header(message.header), header(message.parent), {}, reader(message.content)
    )


def _execute(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the code alone: expressions beside it would run without being recorded."""
    code = content.get("code")
    if not isinstance(code, str):
        raise FrameError("code")
    flags = {name: content.get(name) is True for name in ("silent", "allow_stdin", "stop_on_error")}
    return {
        "code": code,
        "user_expressions": {},
        "store_history": content.get("store_history") is not False,
        **flags,
    }


def _kept(*names: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return lambda content: {name: content[name] for name in names if isinstance(content.get(name), str | int)}


_READERS: Mapping[tuple[str, str], Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    ("shell", EXECUTE): _execute,
    ("shell", "complete_request"): _kept("code", "cursor_pos"),
    ("shell", "inspect_request"): _kept("code", "cursor_pos", "detail_level"),
    ("shell", "is_complete_request"): _kept("code"),
    ("shell", "kernel_info_request"): _kept(),
    ("control", "kernel_info_request"): _kept(),
    ("shell", "comm_info_request"): _kept("target_name"),
    ("shell", "history_request"): lambda _: {
        "hist_access_type": "tail",
        "n": 0,
        "raw": True,
        "output": False,
    },
    ("control", "interrupt_request"): _kept(),
    ("control", "shutdown_request"): _kept("restart"),
    ("stdin", "input_reply"): _kept("value", "status"),
}
