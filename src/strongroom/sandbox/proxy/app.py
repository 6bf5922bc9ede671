"""The proxy's routes. What is not listed here is refused."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from strongroom.sandbox.proxy import channels
from strongroom.sandbox.proxy.access import Access
from strongroom.sandbox.proxy.contents import ContentsError
from strongroom.sandbox.proxy.gate import Gate
from strongroom.sandbox.proxy.handlers import ContentsHandlers, Handler, Handlers, refused
from strongroom.sandbox.proxy.messages import FrameError
from strongroom.sandbox.proxy.upstream import UpstreamError


def make(gate: Gate, *, host: str, key: str) -> ASGIApp:
    """Return the application of one session, which browsers reach as `host` with the secret `key`."""
    handlers, files = Handlers(gate), ContentsHandlers(gate)
    routes = [
        *(Route(path, handlers.page) for path in ("/lab", "/lab/tree", "/lab/tree/{tree:path}")),
        Route("/lab/workspaces/{workspace}", handlers.page),
        Route("/lab/workspaces/{workspace}/tree/{tree:path}", handlers.page),
        Route("/static/lab/{path:path}", handlers.static),
        Route("/lab/api/themes/{path:path}", handlers.theme),
        *_methods("/lab/api/settings", handlers.settings, "GET"),
        *_methods("/lab/api/settings/{name:path}", handlers.settings, "GET", "PUT"),
        *_methods("/lab/api/translations", handlers.translations, "GET"),
        *_methods("/lab/api/translations/{locale:path}", handlers.translations, "GET"),
        *_methods("/lab/api/workspaces", handlers.workspaces, "GET"),
        *_methods("/lab/api/workspaces/{name}", handlers.workspaces, "GET", "PUT"),
        *(Route(f"/api/{name}", handlers.fixed) for name in ("me", "kernelspecs", "status")),
        *_methods("/api/kernels", handlers.kernels, "GET", "POST"),
        *_methods("/api/kernels/{kernel}", handlers.kernel, "GET", "DELETE"),
        *_methods("/api/kernels/{kernel}/{action}", handlers.kernel, "POST"),
        *_methods("/api/sessions", handlers.sessions, "GET", "POST"),
        *_methods("/api/sessions/{session}", handlers.sessions, "GET", "PATCH", "DELETE"),
        *_methods("/api/contents/{path:path}/checkpoints", files.checkpoints, "GET", "POST"),
        *_methods("/api/contents/{path:path}/checkpoints/{checkpoint}", files.checkpoints, "POST"),
        *_methods("/api/contents", files.files, "GET", "POST"),
        *_methods("/api/contents/{path:path}", files.files, "GET", "PUT", "POST", "PATCH", "DELETE"),
        WebSocketRoute("/api/kernels/{kernel}/channels", _channels(gate)),
    ]
    errors = {404: _refuse, 405: _refuse, UpstreamError: _failed, ContentsError: _unfit, FrameError: _unfit}
    app = Starlette(exception_handlers=errors)
    app.mount("", Router(routes, redirect_slashes=False))
    return Access(app, host=host, key=key, inspection=gate.inspection)


def _methods(path: str, handler: Handler, *methods: str) -> list[Route]:
    """Return the route with and without a slash at its end, for these methods alone."""
    return [Route(each, handler, methods=list(methods)) for each in (path, f"{path}/")]


def _channels(gate: Gate) -> Callable[[WebSocket], Awaitable[None]]:
    async def serve(browser: WebSocket) -> None:
        await channels.serve(browser, gate)

    return serve


async def _refuse(_request: Request, _error: Exception) -> Response:
    return refused()


async def _failed(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"message": "The session's server does not answer."}, 502)


async def _unfit(_request: Request, error: Exception) -> Response:
    return refused(str(error))
