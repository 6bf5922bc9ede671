"""`strongroom serve`: the site and its worker."""

import os
from typing import Annotated

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person

HELP = """Start the site and its worker on this machine; Ctrl-C ends both.

The first start prints a one-time link for the first custodian, who invites everybody else. --demo serves
the demo's home, with people for each role. Behind a reverse proxy with TLS, use --https and name the hosts.
Example:

  strongroom serve --home /srv/strongroom --port 8400
"""


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8400,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A host name that the site answers to; repeatable.")
    ] = None,
    https: Annotated[
        bool, typer.Option("--https", help="Browsers come through a proxy with TLS; cookies need it.")
    ] = False,
    custodian: Annotated[
        str, typer.Option(help="Name and address of the first custodian, as 'Ada Byron <ada@example.org>'.")
    ] = "The first custodian <custodian@example.org>",
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Add people for each role to the demo's home, and print how to sign in."),
    ] = False,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `serve`."""
    from strongroom.portal.site.opening import open_site
    from strongroom.portal.site.serving import Address, require_port, serve

    console = Console(as_json=json)
    address = Address(host=host, port=port, names=tuple(name or ()), plain_http=not https)
    require_port(address)
    opened = open_site(home, address, custodian=custodian, demo=demo, by=acting_person())
    lines = [f"The site is at {address.url}", *opened.lines, "Ctrl-C ends the site and its worker."]
    console.result({"url": address.url, **opened.document}, lines)
    raise typer.Exit(serve(opened.home, address))


def at_once() -> None:
    """Choose the site's settings before Django is loaded: one process has one set."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "strongroom.portal.site.settings"
