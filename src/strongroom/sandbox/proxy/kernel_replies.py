"""Messages from a kernel, rebuilt from the fields that JupyterLab needs; what is not listed is not forwarded.

A message says what must be judged in it. Names, times and numbers that the protocol carries are kept short,
because they could carry data too.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from strongroom.sandbox.proxy.bundles import TEXT, Part, joined, parts, shown
from strongroom.sandbox.proxy.messages import FrameError, Message
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    name_chars: int = threshold(
        128, "characters", "cost: ids of messages have 36 to 80 characters; anything longer carries data"
    )
    completions: int = threshold(
        200, "names", "judgement: the columns of a wide table; the list in the browser shows ten at a time"
    )
    lines: int = threshold(
        200, "lines", "judgement: the deepest traceback of a library; longer ones are cut in the middle"
    )


LIMITS = _Limits()

Content = dict[str, Any]
NOTICE = "[strongroom] output withheld: "
_STATES = frozenset({"busy", "idle", "starting", "restarting", "dead", "autorestarting", "terminating"})
_IDENTIFIER = re.compile(r"[\w.:+\-]*", re.ASCII)


class Reply(NamedTuple):
    """A message to forward, what must be judged of it, and the content that takes its place if it may not."""

    message: Message
    parts: Sequence[Part]
    notice: Callable[[str], Content]


def filtered(message: Message) -> Reply | None:
    """Return what may be forwarded of a kernel's message, None for nothing; FrameError if it has no sense."""
    reader = _READERS.get((message.channel, message.type))
    if reader is None:
        return None
    content, judged, notice = reader(message.content)
    rebuilt = Message(message.channel, header(message.header), header(message.parent), {}, content)
    return Reply(rebuilt, judged, notice)


def withheld(reply: Reply, reason: str) -> Message:
    """Return the message with a notice in place of its content."""
    message = reply.message
    return Message(message.channel, message.header, message.parent, {}, reply.notice(reason))


def header(found: Mapping[str, Any]) -> dict[str, str]:
    """Return a header's fields, each short and without spaces; FrameError if one is not."""
    kept = {}
    for name in ("msg_id", "msg_type", "username", "session", "date", "version", "subshell_id"):
        value = found.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or len(value) > LIMITS.name_chars or not _IDENTIFIER.fullmatch(value):
            raise FrameError(name)
        kept[name] = value
    return kept


_Read = tuple[Content, Sequence[Part], Callable[[str], Content]]


def _same(content: Content) -> _Read:
    """Return a content in which there is nothing to judge."""
    return content, (), lambda _: content


def _stream(content: Mapping[str, Any]) -> _Read:
    name = "stderr" if content.get("name") == "stderr" else "stdout"
    text = _text(content, "text")
    return (
        {"name": name, "text": text},
        [Part(TEXT, text)],
        lambda reason: {"name": name, "text": f"{NOTICE}{reason}\n"},
    )


def _display(content: Mapping[str, Any]) -> _Read:
    bundle, rest = shown(content.get("data")), {"metadata": {}, **_display_id(content), **_count(content)}
    return (
        {"data": bundle, **rest},
        parts(bundle),
        lambda reason: {"data": {TEXT: f"{NOTICE}{reason}"}, **rest},
    )


def _display_id(content: Mapping[str, Any]) -> Content:
    transient = content.get("transient")
    given = transient.get("display_id") if isinstance(transient, Mapping) else None
    return {"transient": {} if given is None else {"display_id": _name(given)}}


def _error(content: Mapping[str, Any]) -> _Read:
    fields = {"ename": _text(content, "ename"), "evalue": _text(content, "evalue")}
    trace = _lines(content.get("traceback"))

    def notice(reason: str) -> Content:
        return {"ename": "Error", "evalue": f"{NOTICE}{reason}", "traceback": [f"{NOTICE}{reason}"]}

    return {**fields, "traceback": trace}, [Part(TEXT, "\n".join([*fields.values(), *trace]))], notice


def _execute_reply(content: Mapping[str, Any]) -> _Read:
    common = {"status": _status(content), **_count(content), "payload": [], "user_expressions": {}}
    if common["status"] != "error":
        return _same(common)
    failed, judged, notice = _error(content)
    return common | failed, judged, lambda reason: common | notice(reason)


def _executed_input(content: Mapping[str, Any]) -> _Read:
    count, code = _count(content), _text(content, "code")
    return (
        {"code": code, **count},
        [Part(TEXT, code)],
        lambda reason: {"code": f"# {NOTICE}{reason}", **count},
    )


def _status_message(content: Mapping[str, Any]) -> _Read:
    state = content.get("execution_state")
    return _same({"execution_state": state if state in _STATES else "idle"})


def _clear(content: Mapping[str, Any]) -> _Read:
    return _same({"wait": content.get("wait") is True})


def _complete(content: Mapping[str, Any]) -> _Read:
    names = content.get("matches")
    matches = [str(each) for each in names][: LIMITS.completions] if isinstance(names, list) else []
    places = {"cursor_start": _number(content, "cursor_start"), "cursor_end": _number(content, "cursor_end")}
    rest = {**places, "metadata": {}, "status": "ok"}
    return (
        {"matches": matches, **rest},
        [Part(TEXT, "\n".join(matches))],
        lambda _: {"matches": [], **rest},
    )


def _inspect(content: Mapping[str, Any]) -> _Read:
    bundle, rest = shown(content.get("data")), {"metadata": {}, "status": "ok"}
    return (
        {"found": bool(bundle), "data": bundle, **rest},
        parts(bundle),
        lambda reason: {"found": True, "data": {TEXT: f"{NOTICE}{reason}"}, **rest},
    )


def _kernel_info(_: Mapping[str, Any]) -> _Read:
    """Return what a Python kernel says of itself; its own banner and links are not asked for."""
    language = {
        "name": "python",
        "version": "3",
        "mimetype": "text/x-python",
        "file_extension": ".py",
        "pygments_lexer": "ipython3",
        "codemirror_mode": {"name": "ipython", "version": 3},
        "nbconvert_exporter": "python",
    }
    return _same(
        {
            "status": "ok",
            "protocol_version": "5.3",
            "implementation": "ipython",
            "implementation_version": "",
            "language_info": language,
            "banner": "",
            "help_links": [],
            "debugger": False,
        }
    )


def _is_complete(content: Mapping[str, Any]) -> _Read:
    status = content.get("status")
    known = status if status in ("complete", "incomplete", "invalid", "unknown") else "unknown"
    indent = content.get("indent")
    return _same({"status": known, "indent": " " * min(len(indent), 40) if isinstance(indent, str) else ""})


def _prompt(content: Mapping[str, Any]) -> _Read:
    prompt, password = _text(content, "prompt"), content.get("password") is True
    return (
        {"prompt": prompt, "password": password},
        [Part(TEXT, prompt)],
        lambda reason: {"prompt": f"{NOTICE}{reason} ", "password": password},
    )


def _shut_down(content: Mapping[str, Any]) -> _Read:
    return _same({"status": _status(content), "restart": content.get("restart") is True})


def _only_status(content: Mapping[str, Any]) -> _Read:
    return _same({"status": _status(content)})


_READERS: Mapping[tuple[str, str], Callable[[Mapping[str, Any]], _Read]] = {
    ("iopub", "stream"): _stream,
    ("iopub", "display_data"): _display,
    ("iopub", "update_display_data"): _display,
    ("iopub", "execute_result"): _display,
    ("iopub", "error"): _error,
    ("iopub", "status"): _status_message,
    ("iopub", "execute_input"): _executed_input,
    ("iopub", "clear_output"): _clear,
    ("iopub", "shutdown_reply"): _shut_down,
    ("shell", "execute_reply"): _execute_reply,
    ("shell", "complete_reply"): _complete,
    ("shell", "inspect_reply"): _inspect,
    ("shell", "kernel_info_reply"): _kernel_info,
    ("control", "kernel_info_reply"): _kernel_info,
    ("shell", "is_complete_reply"): _is_complete,
    # Widgets are off, and so is the history of earlier sessions.
    ("shell", "comm_info_reply"): lambda _: _same({"status": "ok", "comms": {}}),
    ("shell", "history_reply"): lambda _: _same({"status": "ok", "history": []}),
    ("shell", "shutdown_reply"): _shut_down,
    ("control", "shutdown_reply"): _shut_down,
    ("control", "interrupt_reply"): _only_status,
    ("stdin", "input_request"): _prompt,
}


def _text(content: Mapping[str, Any], name: str) -> str:
    text = joined(content.get(name, ""))
    if text is None:
        raise FrameError(name)
    return text


def _lines(found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(line, str) for line in found):
        return []
    if len(found) <= LIMITS.lines:
        return list(found)
    half = LIMITS.lines // 2
    return [*found[:half], "...", *found[-half:]]


def _status(content: Mapping[str, Any]) -> str:
    status = content.get("status")
    return status if status in ("ok", "error", "aborted") else "error"


def _count(content: Mapping[str, Any]) -> Content:
    if content.get("execution_count") is None:
        return {}
    return {"execution_count": _number(content, "execution_count")}


def _number(content: Mapping[str, Any], name: str) -> int:
    """Return a small number: a large one could carry as many digits as it has."""
    value = content.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 20:
        raise FrameError(name)
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LIMITS.name_chars or not _IDENTIFIER.fullmatch(value):
        raise FrameError("display_id")
    return value
