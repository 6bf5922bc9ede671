"""The home that this process serves, for pages."""

from typing import cast

from django.apps import apps

from strongroom.portal.home import Home


def the_home() -> Home:
    """Return the home; UsageError before the site has opened one."""
    return cast("Home", apps.get_app_config("site").home)
