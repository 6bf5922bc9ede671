"""`strongroom runtime …`: prepared environments for jobs and sessions."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from strongroom.cli.commands import Commands
from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person

if TYPE_CHECKING:
    from strongroom.sandbox.runtimes.building import BuiltRuntime

app = Commands(help="Build and list the environments that jobs and sessions use.", no_args_is_help=True)

BUILD = """Build a runtime, with pandas, Polars, DuckDB, statsmodels, lifelines, matplotlib and JupyterLab.

Its packages are downloaded, about 260 MB, and compared with the hashes that strongroom ships. A build that
fails leaves nothing. Example:

  strongroom runtime build
"""
LIST = """List the runtimes that are built; --json adds every package's version. Example:

  strongroom runtime list
"""


@app.command("build", help=BUILD)
def build(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which runtime.")] = "analysis",
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `runtime build`."""
    from strongroom.portal.enclave.runtimes import build_runtime
    from strongroom.portal.home import open_home

    console = Console(as_json=json)
    made = build_runtime(open_home(home), name=name, by=acting_person(), progress=console.progress())
    console.result(_facts(made), [f"The runtime {made.name} is built: {len(made.packages)} packages."])


@app.command("list", help=LIST)
def list_(home: HomeOption = DEFAULT_HOME, json: JsonOption = False) -> None:
    """Run `runtime list`."""
    from strongroom.portal.enclave.runtimes import runtimes
    from strongroom.portal.home import open_home

    found = runtimes(open_home(home))
    lines = [f"{each.name}  Python {each.python}  {len(each.packages)} packages" for each in found]
    empty = ["No runtime is built: jobs use strongroom's own environment. Run 'strongroom runtime build'."]
    Console(as_json=json).result({"runtimes": [_facts(each) for each in found]}, lines or empty)


def _facts(found: "BuiltRuntime") -> dict[str, Any]:
    return {
        "runtime": found.name,
        "python": found.python,
        "lock_sha256": found.lock_sha256,
        "packages": dict(found.packages),
    }
