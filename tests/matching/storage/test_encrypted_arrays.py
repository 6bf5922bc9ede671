"""What is written sealed is read back whole or in part, and only the blocks asked for are decrypted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import StoreError
from strongroom.matching.storage.encrypted_arrays import EncryptedArrays, write_encrypted_arrays

KEY = bytes(range(32))


NUMBERS = np.random.default_rng(3).normal(size=300_000)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("sealed") / "index.bin"
    with write_encrypted_arrays(path, key=KEY, file_id="here") as writer:
        writer.add("before", np.zeros(5, np.uint32))
        writer.add("numbers", NUMBERS)
    return EncryptedArrays.open(path, key=KEY, file_id="here")


@pytest.fixture
def sealed(tmp_path):
    def write(**arrays):
        with write_encrypted_arrays(tmp_path / "index.bin", key=KEY, file_id="here") as writer:
            for name, array in arrays.items():
                writer.add(name, array)
        return EncryptedArrays.open(tmp_path / "index.bin", key=KEY, file_id="here")

    return write


def test_arrays_of_every_type_and_size_come_back(sealed):
    arrays = {
        "empty": np.empty(0, np.uint16),
        "one": np.array([7], np.uint8),
        "block": np.arange(1_048_576, dtype=np.uint8),
        "more": np.linspace(-1, 1, 300_000),
    }
    file = sealed(**arrays)
    assert file.names == list(arrays)
    for name, array in arrays.items():
        read = file.array(name)
        assert read.dtype == array.dtype
        assert file.length(name) == len(array)
        assert np.array_equal(read, array)


@given(first=st.integers(0, 320_000), last=st.integers(0, 320_000))
def test_a_part_is_the_same_part(whole, first, last):
    assert np.array_equal(whole.array("numbers", first, last), NUMBERS[first:last])


def test_blocks_that_are_not_asked_for_are_not_decrypted(tmp_path):
    path = tmp_path / "index.bin"
    with write_encrypted_arrays(path, key=KEY, file_id="here") as writer:
        writer.add("numbers", NUMBERS)
    content = bytearray(path.read_bytes())
    content[2_000_000] ^= 1
    path.write_bytes(content)
    file = EncryptedArrays.open(path, key=KEY, file_id="here")
    assert np.array_equal(file.array("numbers", 0, 100_000), NUMBERS[:100_000])
    with pytest.raises(StoreError):
        file.array("numbers")


def test_a_name_is_written_once_and_nothing_is_left_of_a_failure(tmp_path):
    def write_twice():
        with write_encrypted_arrays(tmp_path / "index.bin", key=KEY, file_id="here") as writer:
            writer.add("numbers", NUMBERS)
            writer.add("numbers", NUMBERS)

    with pytest.raises(StoreError, match="already"):
        write_twice()
    assert not list(tmp_path.iterdir())
