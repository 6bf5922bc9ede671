"""The command line: thin commands over the portal's actions. `main` is the `strongroom` program."""


def main() -> None:
    """Run the program."""
    from strongroom.cli.app import run

    run()
