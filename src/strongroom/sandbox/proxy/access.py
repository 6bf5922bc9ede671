"""What surrounds every request: who may ask, what the browser may do with the answer, and how large it is."""

import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from strongroom.sandbox.proxy.inspection import Inspection

# JupyterLab compiles its schemas with `eval`. Everything that could load or send elsewhere is closed.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'none'; "
    "frame-ancestors 'none'; object-src 'none'; worker-src 'self' blob:; form-action 'self'; base-uri 'self'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "clipboard-write=(), display-capture=(), camera=(), microphone=()",
    "x-dns-prefetch-control": "off",
}
COOKIE = "strongroom_session"
OPENING = "/open"
PLATFORM = "strongroom.platform"
"""Set in a request's scope where the answer is one of the platform's own files, which hold no data."""

_POLICY_VIOLATION = 1008  # fixed: RFC 6455, section 7.4.1
_SAFE = ("GET", "HEAD")


class Access:
    """Lets in who has the session's key, over the session's own origin; counts every byte that is sent.

    `host` is what browsers call this server, with its port. The key is in a link that is opened once, and
    then in a cookie of this origin that no script can read.
    """

    def __init__(self, app: ASGIApp, *, host: str, key: str, inspection: Inspection) -> None:
        self._app, self._host, self._key, self._inspection = app, host, key, inspection
        # A cookie does not know ports: sessions of one host must not take each other's.
        self._cookie = f"{COOKIE}_{host.rpartition(':')[2]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != b"cookie"]
            await self._app(scope, receive, self._counting(scope, send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            refusal.headers.update(HEADERS)
            await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to a request that is not let in; None for one that is."""
        headers = Headers(scope=scope)
        if headers.get("host") != self._host:
            return PlainTextResponse("This is not the address of the session.", 421)
        if scope["type"] == "http" and scope["path"] == OPENING and scope["method"] == "GET":
            return self._opened(QueryParams(scope["query_string"]).get("key", ""))
        if not self._knows(headers.get("cookie", "")):
            return PlainTextResponse("Open the session with the link that 'strongroom session' printed.", 403)
        if not _safe(scope) and headers.get("origin") != f"http://{self._host}":
            return PlainTextResponse("The request comes from another site.", 403)
        if self._inspection.held is not None:
            return PlainTextResponse(f"The session is on hold: {self._inspection.held}.", 403)
        return None

    def _opened(self, key: str) -> Response:
        if not hmac.compare_digest(key.encode(), self._key.encode()):
            return PlainTextResponse("The link is not valid.", 403)
        answer = RedirectResponse("/lab", 303)
        answer.set_cookie(self._cookie, self._key, httponly=True, samesite="strict", path="/")
        return answer

    def _knows(self, text: str) -> bool:
        try:
            found = SimpleCookie(text).get(self._cookie)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self._key.encode())

    def _counting(self, scope: Scope, send: Send) -> Send:
        async def counted(message: Message) -> None:
            match message["type"]:
                case "http.response.start":
                    headers = MutableHeaders(scope=message)
                    headers.update(HEADERS)
                    if "set-cookie" in headers:
                        del headers["set-cookie"]
                case "http.response.body" if not scope.get(PLATFORM):
                    self._inspection.count("http", len(message.get("body", b"")))
                case "websocket.send":
                    self._inspection.count("websocket", _size(message))
                    if self._inspection.held is not None:
                        message = {"type": "websocket.close", "code": _POLICY_VIOLATION}
            await send(message)

        return counted


def _safe(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] in _SAFE


def _size(message: Message) -> int:
    return len(message.get("bytes") or b"") + len((message.get("text") or "").encode())
