"""The command line: thin commands over the portal's actions. `main` is the `strongroom` program."""

from strongroom.loading import leave_pandas
from strongroom.portal.home import set_up_django


def main() -> None:
    """Run the program."""
    leave_pandas()
    set_up_django()
    from strongroom.cli.app import run  # noqa: PLC0415 - the models behind the commands need Django set up first

    run()
