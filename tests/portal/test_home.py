"""A home keeps its keys, and never quietly takes new ones."""

import pytest
from django.core.management import call_command
from django.db import connection

from strongroom.cohort.keys import new_key, unwrap, wrap
from strongroom.errors import KeyUnavailableError
from strongroom.portal.acts.transactions import act, ledger
from strongroom.portal.home import create_home, open_home


class Elsewhere:
    """A master key that is in no file, as in Vault or a cloud KMS."""

    def __init__(self):
        self.master = new_key()
        self.asked = []

    def wrap(self, key, *, context):
        self.asked.append(context)
        return wrap(self.master, key, context=context)

    def unwrap(self, wrapped, *, context):
        return unwrap(self.master, wrapped, context=context)


def test_a_lost_master_key_is_not_replaced(home):
    (home.path / "keys" / "master.key").rename(home.path / "keys" / "elsewhere")
    reopened = create_home(home.path)
    with pytest.raises(KeyUnavailableError, match="cannot be read"), act(reopened, by="ada") as record:
        record("note.made", "x")
    assert not (home.path / "keys" / "master.key").exists()


def test_another_master_key_opens_nothing(home):
    (home.path / "keys" / "master.key").write_bytes(new_key())
    with pytest.raises(KeyUnavailableError):
        open_home(home.path).signer("ledger")


def test_the_master_key_can_be_held_elsewhere(tmp_path):
    elsewhere = Elsewhere()
    home = create_home(tmp_path / "home", keys=elsewhere)
    with act(home, by="ada") as record:
        record("note.made", "x")
    assert elsewhere.asked == ["signer:ledger", "signer:witness"]
    assert not (home.path / "keys" / "master.key").exists()
    assert ledger(open_home(home.path, keys=elsewhere)).size() == 1


def test_keys_can_be_read_by_their_owner_alone(home):
    for name in ("master.key", "ledger.key", "witness.key"):
        assert (home.path / "keys" / name).stat().st_mode & 0o077 == 0
    assert home.path.stat().st_mode & 0o077 == 0


def test_a_home_says_no_key_when_it_is_printed(home):
    secret = (home.path / "keys" / "master.key").read_bytes()
    assert secret.hex() not in repr(home)
    assert repr(secret)[2:-1] not in repr(home)


def test_opening_a_home_of_an_earlier_version_adds_its_tables(home):
    call_command("migrate", "outputs", "0001", verbosity=0)
    assert "outputs_question" not in connection.introspection.table_names()
    open_home(home.path)
    assert "outputs_question" in connection.introspection.table_names()
