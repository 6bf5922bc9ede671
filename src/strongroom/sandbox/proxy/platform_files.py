"""JupyterLab's own files, from the runtime outside the sandbox, and the answers that need no server.

The sandboxed server could otherwise give the browser a JavaScript of its own. No file here holds data.
"""

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from strongroom.errors import RefusedError

# Menus, commands and panels that download, print, share, or need a network. This is comfort: the routes and
# what is forwarded are the defence.
DISABLED = (
    "@jupyterlab/apputils-extension:announcements",
    "@jupyterlab/apputils-extension:print",
    "@jupyterlab/debugger-extension",
    "@jupyterlab/docmanager-extension:download",
    "@jupyterlab/docmanager-extension:open-browser-tab",
    "@jupyterlab/extensionmanager-extension",
    "@jupyterlab/filebrowser-extension:download",
    "@jupyterlab/filebrowser-extension:open-browser-tab",
    "@jupyterlab/filebrowser-extension:open-url",
    "@jupyterlab/filebrowser-extension:share-file",
    "@jupyterlab/fileeditor-extension:language-server",
    "@jupyterlab/help-extension:jupyter-forum",
    "@jupyterlab/help-extension:resources",
    "@jupyterlab/htmlviewer-extension",
    "@jupyterlab/hub-extension",
    "@jupyterlab/javascript-extension:factory",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/mermaid-extension:context-commands",
    "@jupyterlab/notebook-extension:copy-output",
    "@jupyterlab/notebook-extension:export",
    "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/pdf-extension",
    "@jupyterlab/terminal-extension",
    "@jupyterlab/workspaces-extension",
)
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>strongroom session</title>'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    '<script id="jupyter-config-data" type="application/json">{config}</script>'
    '<script defer="defer" src="/static/lab/{program}"></script></head>'
    '<body class="jp-ThemedContainer"></body></html>'
)
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}


class PlatformFiles:
    """The files of one JupyterLab, in `lab`: static/, schemas/ and themes/.

    Raises RefusedError for a runtime without JupyterLab.
    """

    def __init__(self, lab: Path) -> None:
        self._lab = lab.resolve()
        programs = sorted((self._lab / "static").glob("main.*.js"))
        if len(programs) != 1:
            raise RefusedError(
                "The runtime has no JupyterLab.", hint="Build it with 'strongroom runtime build'."
            )
        self._program = programs[0].name

    def find(self, kind: str, path: str) -> tuple[bytes, str] | None:
        """Return a file below static/ or themes/ with its type, None if there is none."""
        folder = self._lab / kind
        wanted = (folder / path).resolve()
        if not wanted.is_relative_to(folder) or not wanted.is_file():
            return None
        guessed = _TYPES.get(wanted.suffix) or mimetypes.guess_type(wanted.name)[0]
        return wanted.read_bytes(), guessed or "application/octet-stream"

    def page(self, *, workspace: str = "default", tree: str = "") -> str:
        """Return the page that loads JupyterLab."""
        config = json.dumps(_config(workspace, tree)).replace("<", "\\u003c")
        return _PAGE.format(config=config, program=self._program)

    def settings(self) -> dict[str, Any]:
        """Return all settings with their schemas, none changed."""
        return {"settings": list(self._settings())}

    def setting(self, name: str) -> dict[str, Any] | None:
        """Return one of them by its id, such as "@jupyterlab/notebook-extension:tracker"."""
        return next((each for each in self._settings() if each["id"] == name), None)

    def _settings(self) -> Iterator[dict[str, Any]]:
        folder = self._lab / "schemas"
        for path in sorted(folder.rglob("*.json")):
            yield {
                "id": f"{path.parent.relative_to(folder)}:{path.stem}",
                "raw": "{}",
                "settings": {},
                "schema": json.loads(path.read_text(encoding="utf-8")),
                "version": "1",
                "created": None,
                "last_modified": None,
            }


def kernel_specs() -> dict[str, Any]:
    """Return the only kernel there is."""
    spec = {
        "argv": [],
        "display_name": "Python 3",
        "language": "python",
        "env": {},
        "interrupt_mode": "signal",
        "metadata": {},
    }
    named = {"name": "python3", "spec": spec, "resources": {}}
    return {"default": "python3", "kernelspecs": {"python3": named}}


def me() -> dict[str, Any]:
    """Return whom JupyterLab takes the reader for; who it is, the portal knows."""
    names = dict.fromkeys(("username", "name", "display_name"), "researcher")
    identity = {**names, "initials": "R", "avatar_url": None, "color": None}
    return {"identity": identity, "permissions": {}}


def _config(workspace: str, tree: str) -> dict[str, Any]:
    addresses = {
        "appUrl": "/lab",
        "docUrl": "/doc",
        "labextensionsUrl": "/lab/extensions",
        "listingsUrl": "/lab/api/listings",
        "settingsUrl": "/lab/api/settings",
        "staticUrl": "/static/lab",
        "themesUrl": "/lab/api/themes",
        "translationsApiUrl": "/lab/api/translations",
        "treeUrl": "/lab/tree",
        "workspacesApiUrl": "/lab/api/workspaces",
    }
    full = {f"full{name[0].upper()}{name[1:]}": address for name, address in addresses.items()}
    return {
        **addresses,
        **full,
        "appName": "JupyterLab",
        "appNamespace": "jupyterlab",
        "appVersion": "4",
        "baseUrl": "/",
        "buildAvailable": False,
        "buildCheck": False,
        "cacheFiles": True,
        "devMode": False,
        "disabledExtensions": list(DISABLED),
        "exposeAppInBrowser": False,
        "federated_extensions": [],
        "ignorePlugins": [],
        "mode": "multiple-document",
        "news": {"disabled": True},
        "notebookVersion": "[2, 0, 0]",
        "preferredPath": "/",
        "quitButton": False,
        "serverRoot": "/",
        "store_id": 0,
        "terminalsAvailable": False,
        "token": "",
        "treePath": tree,
        "workspace": workspace,
        "wsUrl": "",
    }
