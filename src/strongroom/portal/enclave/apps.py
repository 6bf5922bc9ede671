"""Registers the room with Django."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from strongroom.portal.home import Home


class EnclaveConfig(AppConfig):
    """The room's tables."""

    name = "strongroom.portal.enclave"
    label = "enclave"

    @staticmethod
    def tidy(home: "Home") -> None:
        """Record which jobs and sessions were killed, and remove what they left."""
        from strongroom.portal.enclave.interrupted import settle_jobs  # noqa: PLC0415 - needs the models
        from strongroom.portal.enclave.interrupted_sessions import settle_sessions  # noqa: PLC0415
        from strongroom.portal.enclave.orders import settle_orders  # noqa: PLC0415

        settle_jobs(home)
        settle_orders(home)
        settle_sessions(home)

    @staticmethod
    def work(home: "Home") -> bool:
        """Run a job that waits."""
        from strongroom.portal.enclave.orders import work  # noqa: PLC0415 - needs the models

        return work(home)
