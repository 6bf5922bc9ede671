"""The home: one directory that holds the database, the keys and the vault of an installation.

- `strongroom.sqlite3`: state and ledger, unless DATABASE_URL says PostgreSQL
- `keys/master.key`: wraps every other key; mode 0600
- `keys/ledger.key`: signs checkpoints; wrapped by the master key
- `keys/witness.key`: the second signature; docs/how-to/witness.md says what it is worth in the same home
- `keys/*.pub`: what a verifier needs
- `policy.yaml`: the custodian's rules for the airlock, if there are any
- `fingerprint.yaml`: the custodian's settings of the fingerprint, if there are any
- `queries.yaml`: the custodian's rules for queries, if there are any
- `queues/`: locks that let the queries of one project wait for each other
- `vault/`: encrypted cohorts and views
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from strongroom.clock import Clock, utc_now
from strongroom.cohort.keys import FileKeyProvider, KeyProvider
from strongroom.errors import NotFoundError
from strongroom.ids import RandomBytes, system_random
from strongroom.ledger import Signer, Witness
from strongroom.portal.settings import database_for

LEDGER_KEY, WITNESS_KEY = "ledger", "witness"


@dataclass(frozen=True)
class Home:
    """An opened home; clock and randomness travel with it, so that a run can be repeated."""

    path: Path
    keys: KeyProvider
    clock: Clock = utc_now
    random: RandomBytes = system_random

    @property
    def vault(self) -> Path:
        """The directory of encrypted cohort and view files."""
        return self.path / "vault"

    @property
    def origin(self) -> str:
        """The name of this installation's ledger, the first line of every checkpoint."""
        return self.verifier_key(LEDGER_KEY).partition("+")[0]

    def signer(self, name: str) -> Signer:
        """Return the ledger's or the witness's signing key."""
        wrapped = (self.path / "keys" / f"{name}.key").read_bytes()
        seed = self.keys.unwrap(wrapped, context=f"signer:{name}")
        return Signer.from_bytes(name=self.verifier_key(name).partition("+")[0], seed=seed)

    def verifier_key(self, name: str) -> str:
        """Return the text with which anyone can check what that key signed."""
        return (self.path / "keys" / f"{name}.pub").read_text(encoding="utf-8").strip()

    @property
    def witness(self) -> Witness:
        """The witness beside the ledger; its memory is what stops it from cosigning another history."""
        memory = self.path / "keys" / "witness.json"
        return Witness(memory, self.signer(WITNESS_KEY), log_keys=[self.verifier_key(LEDGER_KEY)])


def set_up_django() -> None:
    """Load the portal's models; must run before any room is imported, and may run again.

    It is the part of `django.setup()` that serves the database; the rest loads URLs, HTTP and e-mail.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strongroom.portal.settings")
    apps.populate(settings.INSTALLED_APPS)


def create_home(
    path: Path,
    *,
    keys: KeyProvider | None = None,
    clock: Clock = utc_now,
    random: RandomBytes = system_random,
) -> Home:
    """Make the directories, keys and tables that are missing, and open the home.

    `keys` holds the master key elsewhere, in Vault or a cloud KMS; without it, it is a file of the home. A
    home whose master key is lost is never given another one: opening it raises KeyUnavailableError when a
    key is used.
    """
    path = path.expanduser().resolve()
    (path / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
    (path / "vault").mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    with _locked(path):
        master = path / "keys" / "master.key"
        if keys is None and not master.exists() and not _is_home(path):
            FileKeyProvider.create(master, random=random)
        home = Home(path=path, keys=keys or FileKeyProvider(master), clock=clock, random=random)
        _create_signers(home)
        use_database_of(home)
        _migrate()
    return home


def open_home(
    path: Path,
    *,
    keys: KeyProvider | None = None,
    clock: Clock = utc_now,
    random: RandomBytes = system_random,
) -> Home:
    """Open an existing home; NotFoundError where there is none."""
    if not _is_home(path.expanduser()):
        raise NotFoundError(
            f"{path} is not a strongroom home.",
            hint="Create one with 'strongroom cohort add', or choose another directory with --home.",
        )
    return create_home(path, keys=keys, clock=clock, random=random)


def _is_home(path: Path) -> bool:
    return all((path / "keys" / f"{name}.pub").exists() for name in (LEDGER_KEY, WITNESS_KEY))


def _create_signers(home: Home) -> None:
    """Make the two signing keys; the public half is written last and says that the pair is whole."""
    installation = home.random(4).hex()
    for name in (LEDGER_KEY, WITNESS_KEY):
        public = home.path / "keys" / f"{name}.pub"
        if public.exists():
            continue
        signer = Signer.generate(f"strongroom-{installation}/{name}", random=home.random)
        wrapped = home.keys.wrap(signer.to_bytes(), context=f"signer:{name}")
        descriptor = os.open(public.with_suffix(".key"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(wrapped)
        text = signer.verifier_key if name == LEDGER_KEY else signer.witness_key
        partial = public.with_suffix(".partial")
        partial.write_text(text + "\n", encoding="utf-8")
        partial.rename(public)


def use_database_of(home: Home) -> None:
    """Give Django this home's database; a process that opens a second home lets go of the first."""
    set_up_django()
    wanted = database_for(home.path)
    if connections.settings["default"]["NAME"] != wanted["NAME"]:
        connections["default"].close()
        del connections["default"]
        connections.settings["default"].update(wanted)


def _migrate() -> None:
    """Make the tables that are missing; Django's own command is loaded only where there are any."""
    present = {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in (Path(app.path) / "migrations").glob("[0-9]*.py")
    }
    if not present <= set(MigrationRecorder(connection).applied_migrations()):
        from django.core.management import call_command  # noqa: PLC0415 - rarely needed, and slow to load

        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the home's lock, so that two processes opening a new home make one set of keys and tables."""
    with (path / "keys" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
