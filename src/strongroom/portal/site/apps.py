"""Registers the site with Django, and holds the home that this process serves."""

from django.apps import AppConfig

from strongroom.errors import UsageError
from strongroom.portal.home import Home


class SiteConfig(AppConfig):
    """The accounts' tables, and the opened home."""

    name = "strongroom.portal.site"
    label = "site"
    _home: Home | None = None

    def ready(self) -> None:
        """Connect the entries that sign-in writes."""
        from strongroom.portal.site.accounts import records  # noqa: F401, PLC0415 - connects signals

    def serve(self, home: Home) -> None:
        """Serve this home from now on."""
        self._home = home

    @property
    def home(self) -> Home:
        """The home that is served; UsageError before `serve`."""
        if self._home is None:
            raise UsageError("This process serves no home.", hint="Start the site with 'strongroom serve'.")
        return self._home
