"""`strongroom vault …`: the encrypted files."""

from dataclasses import asdict

from strongroom.cli.commands import Commands
from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption

app = Commands(help="Verify the encrypted files of cohorts, views and requests.", no_args_is_help=True)

VERIFY = """Verify the vault: decrypt every file of it to the end, and name those that are missing or changed.

Files of revoked projects are left out, because their keys were destroyed. Example:

  strongroom vault verify
"""


@app.callback()
def _group() -> None:
    """Keep `verify` a command of the group although it is the only one."""


@app.command("verify", help=VERIFY)
def verify(home: HomeOption = DEFAULT_HOME, json: JsonOption = False) -> None:
    """Run `vault verify`."""
    from strongroom.portal.home import read_home
    from strongroom.portal.oversight.vault_audit import verify_vault

    console = Console(as_json=json)
    report = verify_vault(read_home(home), progress=console.progress())
    lines = [f"The vault verifies: {report.files:,} files, {report.bytes:,} bytes."]
    console.result({"verifies": True, **asdict(report)}, lines)
