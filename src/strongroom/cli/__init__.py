"""The command line: thin commands over the portal's actions. `main` is the `strongroom` program."""

_OBJECTS = 50_000  # fixed: new objects between two searches for garbage; Python's 700 suit small programs


def main() -> None:
    """Run the program."""
    import gc
    import signal

    from strongroom.cli.trouble import end_at_once, install_interruption

    # Until the first command is loaded there is nothing to undo.
    signal.signal(signal.SIGINT, lambda *_: end_at_once())
    # Modules are no garbage, and looking for it in them takes a tenth of the time that loading them does.
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    from strongroom.cli.app import run

    install_interruption()
    run()
