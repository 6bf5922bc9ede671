"""Django's settings. The environment is read here and nowhere else.

`STRONGROOM_HOME` names the directory of the database, the keys and the vault; `DATABASE_URL` puts the
database on PostgreSQL instead of the home's SQLite file.
"""

import os
from pathlib import Path
from typing import Any

HOME = Path(os.environ.get("STRONGROOM_HOME", "~/.strongroom")).expanduser().absolute()


def database_for(home: Path, *, read_only: bool = False) -> dict[str, Any]:
    """Return Django's description of the database that belongs to a home."""
    url = os.environ.get("DATABASE_URL")
    if url:
        import dj_database_url  # noqa: PLC0415 - SQLite needs none of it

        return dict(dj_database_url.parse(url, conn_health_checks=True))
    if read_only:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"{(home / 'strongroom.sqlite3').as_uri()}?{_reading(home / 'strongroom.sqlite3')}",
            "OPTIONS": {
                "transaction_mode": "DEFERRED",
                "timeout": 60,
                "init_command": "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY;",
            },
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / "strongroom.sqlite3",
        "OPTIONS": {
            # IMMEDIATE: a writer queues at the start of its transaction instead of failing in the middle of
            # it.
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
            # secure_delete: a destroyed key must not linger in free pages. FULL: a committed entry survives
            # power loss.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def _reading(database: Path) -> str:
    """Return how SQLite may read a database without writing.

    A write-ahead log needs its two files. Where nobody uses the database they are absent, and where this
    process may not make them the database is read as it is.
    """
    log = database.with_name(f"{database.name}-wal")
    return "mode=ro" if log.exists() or os.access(database.parent, os.W_OK) else "mode=ro&immutable=1"


DATABASES = {"default": database_for(HOME)}
INSTALLED_APPS = [
    "strongroom.portal.acts",
    "strongroom.portal.platform",
    "strongroom.portal.people",
    "strongroom.portal.projects",
    "strongroom.portal.data",
    "strongroom.portal.enclave",
    "strongroom.portal.outputs",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
# No page is served yet; the site's issue brings a secret of its own, kept with the other keys.
SECRET_KEY = ""
