"""RAR archives are refused by name, with what to do instead."""

import pytest

from checker.formats.found import read
from strongroom.checker.contents.found import ProblemKind


@pytest.mark.parametrize("version", [b"\x00", b"\x01\x00"])
def test_rar_archives_are_refused_by_name(version):
    [found] = read(b"Rar!\x1a\x07" + version + bytes(40), "t.rar")
    assert found.kind is ProblemKind.UNKNOWN_TYPE
    assert "RAR archives are not supported" in found.detail
    assert "repack them as zip" in found.detail


def test_a_rar_archive_under_another_name_is_a_disagreement():
    kinds = [found.kind for found in read(b"Rar!\x1a\x07\x00" + bytes(40), "t.csv.gz")]
    assert kinds == [ProblemKind.DISAGREEMENT, ProblemKind.UNKNOWN_TYPE]
