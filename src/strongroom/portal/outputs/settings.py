"""The custodian's settings of the query gateway, from the home."""

from strongroom.disclosure.gateway.settings import QuerySettings, read_query_settings
from strongroom.portal.home import Home


def query_settings(home: Home) -> QuerySettings:
    """Return the settings in the home's `queries.yaml`, or the defaults; InputError for invalid ones."""
    path = home.path / "queries.yaml"
    return read_query_settings(path) if path.exists() else QuerySettings()
