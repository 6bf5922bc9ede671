"""The command line: thin commands over the portal's actions. `main` is the `strongroom` program."""


def main() -> None:
    """Run the program."""
    import signal

    from strongroom.cli.trouble import end_at_once, install_interruption

    # Until the first command is loaded there is nothing to undo.
    signal.signal(signal.SIGINT, lambda *_: end_at_once())
    from strongroom.cli.app import run

    install_interruption()
    run()
