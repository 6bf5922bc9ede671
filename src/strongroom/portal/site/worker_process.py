"""The worker's process: `python -m strongroom.portal.site.worker_process`, started by `strongroom serve`."""

from strongroom.portal.site import wsgi
from strongroom.portal.site.worker import until_signal, work


def main() -> None:
    """Work until told to stop."""
    work(wsgi.site.home, stop=until_signal())


if __name__ == "__main__":
    main()
