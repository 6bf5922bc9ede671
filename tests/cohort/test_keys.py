"""Keys: what wraps what, and what happens when a key is gone."""

import stat

import pytest

from strongroom.cohort.keys import FileKeyProvider, derive, new_key, unwrap, wrap
from strongroom.errors import AlreadyExistsError, KeyUnavailableError


def test_a_wrapped_key_comes_back():
    parent, key = new_key(), new_key()
    wrapped = wrap(parent, key, context="file_1")
    assert unwrap(parent, wrapped, context="file_1") == key
    assert key not in wrapped


def test_a_wrapped_key_opens_under_no_other_parent():
    wrapped = wrap(new_key(), new_key(), context="file_1")
    with pytest.raises(KeyUnavailableError, match="file_1"):
        unwrap(new_key(), wrapped, context="file_1")


def test_a_wrapped_key_cannot_be_moved_to_another_file():
    parent = new_key()
    wrapped = wrap(parent, new_key(), context="file_1")
    with pytest.raises(KeyUnavailableError):
        unwrap(parent, wrapped, context="file_2")


@pytest.mark.parametrize("damage", [lambda w: w[:-1], lambda w: b"", lambda w: w[:20] + b"\0" + w[21:]])
def test_a_damaged_wrapped_key_is_refused(damage):
    parent = b"\1" * 32
    wrapped = wrap(parent, b"\2" * 32, context="x", random=lambda n: b"\3" * n)
    with pytest.raises(KeyUnavailableError):
        unwrap(parent, damage(wrapped), context="x")


def test_derived_keys_differ_by_purpose_and_repeat():
    """HKDF-SHA256: no key is used for two things, and the same purpose gives the same key."""
    key = bytes(32)
    assert derive(key, "pseudonyms") == derive(key, "pseudonyms")
    assert derive(key, "pseudonyms") != derive(key, "blob")
    assert len(derive(key, "x", 16)) == 16


def test_randomness_is_an_argument():
    assert new_key(lambda n: b"r" * n) == b"r" * 32


def test_a_master_key_is_readable_by_its_owner_alone(tmp_path):
    path = tmp_path / "master.key"
    provider = FileKeyProvider.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = new_key()
    assert FileKeyProvider(path).unwrap(provider.wrap(key, context="c"), context="c") == key


def test_a_master_key_is_never_overwritten(tmp_path):
    FileKeyProvider.create(tmp_path / "master.key")
    with pytest.raises(AlreadyExistsError):
        FileKeyProvider.create(tmp_path / "master.key")


def test_a_master_key_others_can_read_is_not_used(tmp_path):
    path = tmp_path / "master.key"
    provider = FileKeyProvider.create(path)
    path.chmod(0o644)
    with pytest.raises(KeyUnavailableError, match="chmod 600"):
        provider.wrap(new_key(), context="c")


def test_a_destroyed_master_key_stops_working_at_once(tmp_path):
    path = tmp_path / "master.key"
    provider = FileKeyProvider.create(path)
    wrapped = provider.wrap(new_key(), context="c")
    path.unlink()
    with pytest.raises(KeyUnavailableError, match=r"master\.key"):
        provider.unwrap(wrapped, context="c")


def test_a_truncated_master_key_is_refused(tmp_path):
    path = tmp_path / "master.key"
    provider = FileKeyProvider.create(path)
    path.write_bytes(b"short")
    with pytest.raises(KeyUnavailableError, match="32 bytes"):
        provider.wrap(new_key(), context="c")
