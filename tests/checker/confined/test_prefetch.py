"""Files come in the order they were given, whatever is read meanwhile, and no more than there is room for."""

import pytest

from strongroom.checker.confined import prefetch
from strongroom.checker.confined.prefetch import opened_ahead
from strongroom.checker.confined.request_budget import RequestBudget
from strongroom.checker.contents.found import Limits
from strongroom.checker.detectors import Evidence
from strongroom.checker.policy import Policy


@pytest.fixture
def files(tmp_path):
    made = []
    for number in range(40):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Note {number} of this analysis.\n" * 3)
        made.append((path, path.name))
    return made


@pytest.fixture
def evidence(extracts):
    return Evidence(extracts.cohort, extracts.index, [], Policy())


@pytest.mark.parametrize(("room", "cores"), [(1, 1), (1, 4), (1 << 28, 1), (1 << 28, 4)])
def test_all_files_come_in_order(files, evidence, monkeypatch, room, cores):
    monkeypatch.setattr(prefetch, "LIMITS", type(prefetch.LIMITS)(bytes_ahead=room))
    monkeypatch.setattr(prefetch, "cores", lambda: cores)
    private = files[0][0].parent / "private"
    private.mkdir()
    batches = list(opened_ahead(files, private, evidence.id_query, RequestBudget(Limits())))
    opened = [each for batch in batches for each in batch]
    assert [name for name, _ in opened] == [name for _, name in files]
    assert [each.content.artefacts[0].text.split()[1] for _, each in opened] == [str(n) for n in range(40)]
    if room == 1:
        assert {len(batch) for batch in batches} == {1}
