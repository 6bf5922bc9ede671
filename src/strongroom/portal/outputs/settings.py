"""The custodian's settings of the airlock and of the query gateway, from the home."""

from typing import TYPE_CHECKING

from strongroom.checker.contents.found import Limits
from strongroom.checker.policy import Policy, default_policy, read_policy
from strongroom.portal.home import Home

if TYPE_CHECKING:
    from strongroom.disclosure.gateway.settings import QuerySettings


def policy_of(home: Home) -> Policy:
    """Return the rules in the home's `policy.yaml`, or the defaults; InputError for invalid ones."""
    path = home.path / "policy.yaml"
    return read_policy(path) if path.exists() else default_policy()


def reader_limits(home: Home) -> Limits:
    """Return the limits under which a file is read, with the isolation that the home's policy demands."""
    return Limits(isolation=policy_of(home).isolation)


def query_settings(home: Home) -> "QuerySettings":
    """Return the settings in the home's `queries.yaml`, or the defaults; InputError for invalid ones."""
    # A check needs nothing of the query gateway.
    from strongroom.disclosure.gateway.settings import (  # noqa: PLC0415 - see above
        QuerySettings,
        read_query_settings,
    )

    path = home.path / "queries.yaml"
    return read_query_settings(path) if path.exists() else QuerySettings()
