import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.proxy.session_doubles import message
from strongroom.sandbox.proxy.messages import V1, FrameError, Message, read, write

STREAM = message("iopub", "stream", {"name": "stdout", "text": "grüße"})


def parts(*pieces):
    offsets = [8 * (len(pieces) + 2)]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    return b"".join(each.to_bytes(8, "little") for each in [len(offsets), *offsets]) + b"".join(pieces)


GOOD = [b"iopub", json.dumps(STREAM["header"]).encode(), b"{}", b"{}", b'{"text": "x"}']


@pytest.mark.parametrize("protocol", [None, V1])
def test_a_message_is_the_same_after_writing_and_reading(protocol):
    found = read(json.dumps(STREAM), protocol=None)
    assert read(write(found, protocol=protocol), protocol=protocol) == found
    assert (found.type, found.channel, found.content["text"]) == ("stream", "iopub", "grüße")


def test_buffers_are_counted_and_not_written():
    found = read(parts(*GOOD, b"buffer", b"another"), protocol=V1)
    assert found.buffers == 2
    assert b"buffer" not in write(found, protocol=V1)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\0" * 7,
        b"\xff" * 8,
        parts(*GOOD)[:-1],
        parts(*GOOD) + b"x",
        parts(*GOOD[:4]),
        parts(b"secret", *GOOD[1:]),
        parts(b"\xff", *GOOD[1:]),
        parts(b"iopub", b"[]", *GOOD[2:]),
        parts(b"iopub", b"{}", *GOOD[2:]),
        parts(*GOOD[:4], b'{"text": "a", "text": "b"}'),
        parts(*GOOD[:4], b"[" * 100_000),
        parts(*GOOD, *[b""] * 100),
        "text",
    ],
)
def test_what_is_no_frame_of_the_binary_format_is_refused(frame):
    with pytest.raises(FrameError):
        read(frame, protocol=V1)


@pytest.mark.parametrize("frame", [b"{}", "[]", "x", '{"channel": "iopub"}', "1" * (9 << 20)])
def test_what_is_no_frame_of_the_text_format_is_refused(frame):
    with pytest.raises(FrameError):
        read(frame, protocol=None)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(frame):
    for protocol in (None, V1):
        for each in (frame, frame.decode("latin-1")):
            try:
                found = read(each, protocol=protocol)
            except FrameError:
                continue
            assert isinstance(found, Message)
