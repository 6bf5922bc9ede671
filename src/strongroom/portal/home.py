"""The home: one directory that holds the database, the keys and the vault of an installation.

- `strongroom.sqlite3`: state and ledger, unless DATABASE_URL says PostgreSQL
- `keys/master.key`: wraps every other key; mode 0600
- `keys/ledger.key`: signs checkpoints; wrapped by the master key
- `keys/witness.key`: the second signature; docs/how-to/witness.md says what it is worth in the same home
- `keys/witness.json`: the last state of the ledger that the witness knows
- `keys/witness.relearning`: how many entries a checkpoint covers that this state is being taken from
- `keys/state.salt`: makes the digests of rows in the ledger unguessable
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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from strongroom.clock import Clock, utc_now
from strongroom.cohort.keys import FileKeyProvider, KeyProvider, new_key
from strongroom.errors import LedgerError, NotFoundError, StoreError, StrongroomError
from strongroom.ids import RandomBytes, system_random
from strongroom.ledger import FileMemory, Ledger, SignedNote, Signer, Witness, WitnessRefusedError
from strongroom.portal.database import DjangoDatabase
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

    @cached_property
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
        return Witness(self.memory, self.signer(WITNESS_KEY), log_keys=[self.verifier_key(LEDGER_KEY)])

    @property
    def memory(self) -> FileMemory:
        """The witness's memory of the ledger's size and root."""
        return FileMemory(self.path / "keys" / "witness.json")

    @property
    def relearning(self) -> Path:
        """The file that is there while the witness continues from a checkpoint and no entry says so yet."""
        return self.path / "keys" / "witness.relearning"

    @property
    def salt(self) -> Path:
        """The file whose bytes go into the digest of every row (strongroom.portal.acts.state)."""
        return self.path / "keys" / "state.salt"


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
    relearn: str = "",
) -> Home:
    """Make the directories, keys and tables that are missing, and open the home.

    `keys` holds the master key elsewhere, in Vault or a cloud KMS; without it, it is a file of the home. A
    home whose master key is lost is never given another one: opening it raises KeyUnavailableError when a
    key is used. A home whose database is lost, or older than the witness's memory, is not opened: StoreError,
    WitnessRefusedError. `relearn` is a checkpoint for a witness that lost its memory.
    """
    path = path.expanduser().resolve()
    (path / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
    (path / "vault").mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    with _locked(path):
        known = _is_home(path)
        master = path / "keys" / "master.key"
        if keys is None and not master.exists() and not known:
            FileKeyProvider.create(master, random=random)
        home = Home(path=path, keys=keys or FileKeyProvider(master), clock=clock, random=random)
        use_database_of(home)
        if known:
            _require_database(home)
        _migrate()
        # Last, so that keys prove that there was a database.
        _create_signers(home, new=not known)
    if relearn:
        _relearn(home, SignedNote.parse(relearn))
    _require_continuation(home)
    if not relearn:
        _tidy(home)
    return home


def open_home(
    path: Path,
    *,
    keys: KeyProvider | None = None,
    clock: Clock = utc_now,
    random: RandomBytes = system_random,
    relearn: str = "",
) -> Home:
    """Open an existing home, as `create_home` does; NotFoundError where there is none."""
    _require_home(path)
    return create_home(path, keys=keys, clock=clock, random=random, relearn=relearn)


def read_home(path: Path) -> Home:
    """Open a home without writing to it: the right to read its files suffices. Raises as `open_home` does."""
    _require_home(path)
    path = path.expanduser().resolve()
    home = Home(path=path, keys=FileKeyProvider(path / "keys" / "master.key"))
    use_database_of(home, read_only=True)
    _require_database(home)
    _require_continuation(home)
    return home


def _require_home(path: Path) -> None:
    if not _is_home(path.expanduser()):
        raise NotFoundError(
            f"{path} is not a strongroom home.",
            hint="Create one with 'strongroom cohort add', or choose another directory with --home.",
        )


def _relearn(home: Home, note: SignedNote) -> None:
    """Have the witness continue from a checkpoint; until an entry says so, a file does."""
    write_secret(home.relearning, str(home.witness.signed_head(note).size).encode())
    try:
        home.witness.relearn(note)
    except LedgerError:
        home.relearning.unlink()
        raise


def _tidy(home: Home) -> None:
    """Let each room remove what killed commands left; where that fails, the next command tries again."""
    for app in apps.get_app_configs():
        tidy = getattr(app, "tidy", None)
        if tidy is not None:
            with suppress(OSError, DatabaseError, StrongroomError):
                tidy(home)


def _is_home(path: Path) -> bool:
    return all((path / "keys" / f"{name}.pub").exists() for name in (LEDGER_KEY, WITNESS_KEY))


def _require_database(home: Home) -> None:
    """Refuse a home whose database is gone: an empty one in its place would forget what was done."""
    sqlite = connection.vendor == "sqlite"
    file = home.path / "strongroom.sqlite3"
    if (sqlite and not file.exists()) or "ledger_head" not in connection.introspection.table_names():
        raise StoreError(
            f"the database of {home.path} is missing, but its keys are there.",
            hint=f"Restore {file.name} from a backup." if sqlite else "Does DATABASE_URL name its database?",
        )


def _require_continuation(home: Home) -> None:
    """Refuse a database that is older than the witness's memory, or has another history."""
    log = Ledger(DjangoDatabase(), origin=home.origin)
    # In this order, because others may write meanwhile: the witness knows a checkpoint before it is stored,
    # and the database has an entry before the witness knows it.
    sealed = log.last_checkpoint()
    last = home.memory.last(home.origin)
    log.continuing(last)
    if sealed is not None and sealed.head.size > last.size:
        raise WitnessRefusedError(
            f"the witness's memory {home.memory.path} has forgotten this ledger.",
            hint="Restore it from a backup, or give the witness a checkpoint that was kept elsewhere: "
            "strongroom ledger checkpoint --from FILE.",
        )


def _create_signers(home: Home, *, new: bool) -> None:
    """Make the two signing keys; the public half is written last and says that the pair is whole."""
    empty = Ledger(DjangoDatabase(), origin="").size() == 0
    if new and not empty:
        raise LedgerError(
            f"the database of {home.path} has a ledger, but its keys are missing.",
            hint="Restore the directory keys/ from a backup.",
        )
    if new:
        write_secret(home.salt, new_key(home.random))
    if empty and not home.memory.path.exists():
        FileMemory.create(home.memory.path)
    installation = home.random(4).hex()
    for name in (LEDGER_KEY, WITNESS_KEY):
        public = home.path / "keys" / f"{name}.pub"
        if public.exists():
            continue
        signer = Signer.generate(f"strongroom-{installation}/{name}", random=home.random)
        wrapped = home.keys.wrap(signer.to_bytes(), context=f"signer:{name}")
        write_secret(public.with_suffix(".key"), wrapped)
        text = signer.verifier_key if name == LEDGER_KEY else signer.witness_key
        partial = public.with_suffix(".partial")
        partial.write_text(text + "\n", encoding="utf-8")
        partial.rename(public)


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def use_database_of(home: Home, *, read_only: bool = False) -> None:
    """Give Django this home's database; a process that opens a second home lets go of the first."""
    set_up_django()
    wanted = database_for(home.path, read_only=read_only)
    if connections.settings["default"]["NAME"] != wanted["NAME"]:
        connections["default"].close()
        del connections["default"]
        connections.settings["default"].update({"OPTIONS": {}, **wanted})


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
