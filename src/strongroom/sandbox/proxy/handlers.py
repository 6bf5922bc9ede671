"""The answers to HTTP requests: few are forwarded, and none as it came."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from strongroom.sandbox.proxy import contents, platform_files
from strongroom.sandbox.proxy.access import PLATFORM
from strongroom.sandbox.proxy.bundles import joined
from strongroom.sandbox.proxy.contents import ContentsError, plain_path
from strongroom.sandbox.proxy.gate import Gate
from strongroom.sandbox.proxy.kernel_replies import NOTICE
from strongroom.sandbox.proxy.upstream import is_id, kernel, session
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    body_bytes: int = threshold(
        8 << 20, "bytes", "cost: of one request; a notebook that is saved takes less than 1 MiB"
    )
    workspaces: int = threshold(20, "workspaces", "cost: kept in memory; a person has one or two")


LIMITS = _Limits()

Handler = Callable[[Request], Awaitable[Response]]
_OK, _NO_CONTENT, _ERROR = 200, 204, 400  # fixed: RFC 9110, section 15


def refused(reason: str = "this is not part of a session") -> Response:
    """Return the answer to whatever is not listed."""
    return JSONResponse({"message": f"strongroom: {reason}"}, 403)


class Handlers:
    """The handlers of one session."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._workspaces: dict[str, Any] = {}

    async def page(self, request: Request) -> Response:
        """Return JupyterLab's page."""
        params = request.path_params
        workspace, tree = params.get("workspace", "default"), params.get("tree", "")
        request.scope[PLATFORM] = True
        if not plain_path(tree) or not plain_path(workspace):
            return refused()
        return HTMLResponse(self._gate.files.page(workspace=workspace, tree=f"/{tree}" if tree else ""))

    async def static(self, request: Request) -> Response:
        """Return one of JupyterLab's own files."""
        return self._platform_file(request, "static")

    async def theme(self, request: Request) -> Response:
        """Return a file of a theme."""
        return self._platform_file(request, "themes")

    async def settings(self, request: Request) -> Response:
        """Return JupyterLab's settings; what is changed lasts as long as the page."""
        request.scope[PLATFORM] = True
        if request.method == "PUT":
            return Response(status_code=_NO_CONTENT)
        name = request.path_params.get("name", "")
        found = self._gate.files.setting(name) if name else self._gate.files.settings()
        return refused() if found is None else JSONResponse(found)

    async def translations(self, request: Request) -> Response:
        """Return no translation."""
        request.scope[PLATFORM] = True
        return JSONResponse({"data": {}, "message": ""})

    async def workspaces(self, request: Request) -> Response:
        """Keep the layout of the browser's panels, which comes from the browser alone."""
        name = request.path_params.get("name", "")
        if request.method == "PUT":
            if len(self._workspaces) < LIMITS.workspaces or name in self._workspaces:
                self._workspaces[name] = await _body(request)
            return Response(status_code=_NO_CONTENT)
        if not name:
            listed = {"ids": list(self._workspaces), "values": list(self._workspaces.values())}
            return JSONResponse({"workspaces": listed})
        empty = {"data": {}, "metadata": {"id": name}}
        return JSONResponse(self._workspaces.get(name) or empty)

    async def fixed(self, request: Request) -> Response:
        """Return what is the same in every session: who is there, and the kernels that can be started."""
        answers = {
            "/api/me": platform_files.me(),
            "/api/kernelspecs": platform_files.kernel_specs(),
            "/api/status": {"connections": 1, "kernels": 1, "started": "", "last_activity": ""},
        }
        request.scope[PLATFORM] = True
        return JSONResponse(answers[request.url.path])

    async def kernels(self, request: Request) -> Response:
        """List and start kernels."""
        return await self._described(request, "/api/kernels", kernel, body={"name": "python3"})

    async def kernel(self, request: Request) -> Response:
        """Describe, interrupt, restart and end a kernel."""
        number, action = request.path_params["kernel"], request.path_params.get("action", "")
        if not is_id(number) or action not in ("", "interrupt", "restart"):
            return refused()
        path = f"/api/kernels/{number}{action and '/'}{action}"
        return await self._described(request, path, kernel, body={})

    async def sessions(self, request: Request) -> Response:
        """List, start, describe, rename and end the sessions of notebooks."""
        number = request.path_params.get("session", "")
        if number and not is_id(number):
            return refused()
        body = _session_request(await _body(request)) if request.method in ("POST", "PATCH") else None
        path = f"/api/sessions/{number}" if number else "/api/sessions"

        def described(found: Any) -> dict[str, Any]:
            return session(found, plain=plain_path)

        return await self._described(request, path, described, body=body)

    async def _described(
        self, request: Request, path: str, rebuild: Callable[[Any], dict[str, Any]], *, body: Any
    ) -> Response:
        sent = body if request.method in ("POST", "PATCH") else None
        status, found = await self._gate.upstream.ask(request.method, path, body=sent)
        if status >= _ERROR:
            return JSONResponse({"message": "The session's server refused this."}, status)
        if found is None:
            return Response(status_code=_NO_CONTENT)
        if isinstance(found, list):
            return JSONResponse([rebuild(each) for each in found], status)
        return JSONResponse(rebuild(found), status)

    def _platform_file(self, request: Request, kind: str) -> Response:
        found = self._gate.files.find(kind, request.path_params["path"])
        if found is None:
            return refused()
        request.scope[PLATFORM] = True
        headers = {"cache-control": "private, max-age=3600"}
        return Response(found[0], media_type=found[1], headers=headers)


class ContentsHandlers:
    """The handlers of files in the session's work folder."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def files(self, request: Request) -> Response:
        """Open, save, make, rename and remove files; refuse whatever is not a notebook or text."""
        path = request.path_params.get("path", "").strip("/")
        if not plain_path(path):
            return refused("the name has unusual characters")
        match request.method:
            case "GET":
                return await self._open(path, request.query_params.get("content", "1") != "0")
            case "DELETE":
                status, _ = await self._gate.upstream.ask("DELETE", f"/api/contents/{path}")
                return Response(status_code=_NO_CONTENT if status < _ERROR else status)
            case method:
                return await self._write(method, path, await _body(request))

    async def checkpoints(self, request: Request) -> Response:
        """List, make and restore the checkpoint of a file."""
        path, number = request.path_params["path"].strip("/"), request.path_params.get("checkpoint", "")
        if not plain_path(path) or number not in ("", "checkpoint"):
            return refused()
        address = f"/api/contents/{path}/checkpoints" + (f"/{number}" if number else "")
        status, found = await self._gate.upstream.ask(request.method, address)
        if status >= _ERROR or found is None:
            return Response(status_code=status if status >= _ERROR else _NO_CONTENT)
        listed = contents.checkpoints(found)
        return JSONResponse(listed if request.method == "GET" else (listed or [{}])[0], status)

    async def _open(self, path: str, content: bool) -> Response:  # noqa: FBT001 - of the request
        query = {"content": "1" if content else "0"}
        status, found = await self._gate.upstream.ask("GET", f"/api/contents/{path}", query=query)
        if status >= _ERROR or not isinstance(found, dict):
            return JSONResponse({"message": "There is no such file."}, max(status, _ERROR))
        if not content:  # it may have sent some all the same
            found = found | {"content": None}
        kind = found.get("type")
        if kind == "directory":
            return await self._judged(contents.folder(found))
        if content and not contents.may_open(path):
            return refused("files of this type are not shown; results leave through the airlock")
        if kind == "notebook":
            return await self._notebook(found)
        return await self._judged(contents.file(found))

    async def _notebook(self, found: dict[str, Any]) -> Response:
        item, outputs = contents.notebook(found)
        for cell in (item.model.get("content") or {}).get("cells", []):
            if cell["source"] in self._gate.known or not cell["source"]:
                continue
            if reason := await self._gate.refusal(contents.source(cell), where="notebook"):
                cell["source"] = f"# {NOTICE}{reason}"
        for output in outputs:
            if reason := await self._gate.refusal(output.parts, where="notebook"):
                output.withhold(reason)
        return JSONResponse(item.model)

    async def _judged(self, item: contents.Item) -> Response:
        reason = await self._gate.refusal(item.parts, where="file")
        return JSONResponse(item.model) if reason is None else refused(f"output withheld: {reason}")

    async def _write(self, method: str, path: str, body: Any) -> Response:
        model = _writing(body)
        if model is None:
            return refused("only notebooks and text can be saved")
        for text in _texts(model):
            self._gate.known.add(text)
        status, found = await self._gate.upstream.ask(method, f"/api/contents/{path}", body=model)
        if status >= _ERROR or not isinstance(found, dict):
            return JSONResponse({"message": "The file was not saved."}, max(status, _ERROR))
        # What has been written is not sent back.
        return JSONResponse(contents.described(found | {"content": None}), status)


async def _body(request: Request) -> Any:
    """Return a request's JSON; ContentsError if it is too large or none."""
    text = b""
    async for piece in request.stream():
        text += piece
        if len(text) > LIMITS.body_bytes:
            raise ContentsError("too large")
    try:
        return json.loads(text) if text else {}
    except (ValueError, RecursionError) as error:
        raise ContentsError("not JSON") from error


def _session_request(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or not plain_path(str(body.get("path", ""))):
        raise ContentsError("its path has unusual characters")
    path = str(body.get("path", ""))
    kept: dict[str, Any] = {"path": path, "name": path.rpartition("/")[2], "type": "notebook"}
    chosen = body.get("kernel")
    number = chosen.get("id") if isinstance(chosen, dict) else None
    if isinstance(chosen, dict):
        kept["kernel"] = {"id": number} if is_id(number) else {"name": "python3"}
    return kept


def _writing(body: Any) -> dict[str, Any] | None:
    """Return what may be written: a new or renamed file, a notebook, or text; None for anything else."""
    if not isinstance(body, dict) or body.get("format") not in (None, "json", "text"):
        return None
    names = ("type", "format", "content", "path", "ext", "copy_from", "name")
    kept = {name: body[name] for name in names if name in body}
    paths = [kept[name] for name in ("path", "copy_from", "name") if kept.get(name)]
    if not all(isinstance(path, str) and plain_path(path) for path in paths):
        return None
    return kept


def _texts(model: dict[str, Any]) -> list[str]:
    """Return the texts of a file that the browser saves."""
    content = model.get("content")
    if isinstance(content, str):
        return [content]
    cells = content.get("cells") if isinstance(content, dict) else None
    found = [joined(each.get("source")) for each in cells or [] if isinstance(each, dict)]
    return [text for text in found if text]
