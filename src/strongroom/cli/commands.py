"""Commands that load what they work with when they run: help, and a mistyped option, need none of it.

The modules of the command line import only what their options need: everything else is imported in the
functions that run.
"""

import sys
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

import typer

from strongroom.loading import leave_pandas


class Commands(typer.Typer):
    """A Typer application; a command with `--home` has Django's models at hand when it runs.

    Before they are loaded, `at_once` of the command's module runs, if it has one.
    """

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Register a command, as Typer does."""
        register = super().command(name, **options)

        def registered(run: Callable[..., Any]) -> Callable[..., Any]:
            register(_prepared(run))
            return run

        return registered


def _prepared(run: Callable[..., Any]) -> Callable[..., Any]:
    works_in_home = "home" in signature(run).parameters

    @wraps(run)
    def prepared(*arguments: Any, **options: Any) -> Any:
        getattr(sys.modules[run.__module__], "at_once", lambda: None)()
        leave_pandas()
        if works_in_home:
            from strongroom.portal.home import set_up_django

            set_up_django()
        return run(*arguments, **options)

    return prepared
