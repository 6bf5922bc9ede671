import base64

import pytest

from strongroom.sandbox.proxy import bundles
from strongroom.sandbox.proxy.bundles import Part, parts, shown

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 40).decode()


def test_text_tables_and_bitmaps_are_shown():
    bundle = {"text/plain": ["a\n", "b"], "text/html": "<b>1</b>", "image/png": PNG + "\n"}
    assert shown(bundle) == {"text/plain": "a\nb", "text/html": "<b>1</b>", "image/png": PNG}


@pytest.mark.parametrize(
    "kind",
    [
        "application/javascript",
        "text/javascript",
        "image/svg+xml",
        "application/pdf",
        "application/json",
        "application/vnd.jupyter.widget-view+json",
        "application/vnd.plotly.v1+json",
        "text/markdown",
        "text/latex",
        "text/HTML",
        "text/plain; charset=utf-8",
        "x-anything/at-all",
    ],
)
def test_scripts_drawings_and_unknown_types_are_dropped(kind):
    assert shown({kind: "x", "text/plain": "y"}) == {"text/plain": "y"}


@pytest.mark.parametrize(
    "content",
    [
        "not base64!",
        base64.b64encode(b"<svg/>").decode(),
        base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(bundles.LIMITS.picture_bytes)).decode(),
        5,
    ],
)
def test_a_picture_that_is_none_or_too_large_is_dropped(content):
    assert shown({"image/png": content}) == {}


def test_what_is_no_bundle_is_nothing():
    assert shown(["text/plain"]) == {}
    assert shown({"text/plain": {"a": 1}}) == {}


def test_every_form_of_an_output_is_judged():
    assert parts({"text/plain": "a", "text/html": "<b>1</b>"}) == [
        Part("text/plain", "a"),
        Part("text/html", "<b>1</b>"),
    ]
