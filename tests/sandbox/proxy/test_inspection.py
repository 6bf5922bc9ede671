import asyncio

from sandbox.proxy.session_doubles import Parent
from strongroom.sandbox.proxy.bundles import Part
from strongroom.sandbox.proxy.inspection import BUDGET, JUDGED, LIMITS, ROWS, Inspection


def rows(count, first=0):
    return Part("text/plain", "\n".join(f"{number} 60 27.1" for number in range(first, first + count)))


def limits(**values):
    return type(LIMITS)(**values)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def inspected(*, refused=None, **values):
    parent, clock, holds = Parent(refused), Clock(), []
    made = Inspection(parent.judge, on_hold=holds.append, limits=limits(**values), clock=clock)
    return made, parent, clock, holds


def show(inspection, *parts):
    return asyncio.run(inspection.refusal(parts))


def test_small_outputs_are_shown_without_asking():
    inspection, parent, _, _ = inspected()
    assert show(inspection, rows(10)) is None
    assert parent.judged == []


def test_many_rows_at_once_are_withheld_without_asking():
    inspection, parent, _, _ = inspected()
    assert show(inspection, rows(500)) == ROWS
    assert parent.judged == []
    assert inspection.withheld == {ROWS: 1}


def test_rows_between_are_judged():
    inspection, parent, _, _ = inspected(refused="participants")
    assert show(inspection, rows(50)) == f"{JUDGED}: participants"
    assert len(parent.judged) == 1


def test_pieces_are_judged_together():
    inspection, parent, _, _ = inspected()
    for piece in range(5):
        assert show(inspection, rows(5, first=5 * piece)) is None
    assert [len(asked) for asked in parent.judged] == [5]


def test_pieces_far_apart_are_judged_together_as_the_session_goes_on():
    inspection, parent, clock, _ = inspected(first_whole_rows=40)
    for piece in range(30):
        clock.now += LIMITS.window_seconds + 1
        show(inspection, rows(5, first=5 * piece))
    assert [len(asked) for asked in parent.judged] == [8, 16]


def test_every_picture_is_judged():
    inspection, parent, _, _ = inspected(refused="points")
    assert show(inspection, Part("image/png", "eA==")) == f"{JUDGED}: points"
    assert parent.judged == [[Part("image/png", "eA==")]]


def test_long_text_without_numbers_is_judged():
    inspection, parent, _, _ = inspected()
    show(inspection, Part("text/plain", "word " * 5_000))
    assert len(parent.judged) == 1


def test_too_many_rows_in_all_hold_the_session():
    inspection, _, _, holds = inspected(session_rows=100)
    while inspection.held is None:
        show(inspection, rows(10))
    assert inspection.rows == 100
    assert holds == [f"{BUDGET}: rows"]
    assert show(inspection, rows(1)) == holds[0]


def test_too_many_bytes_hold_the_session_once():
    inspection, _, _, holds = inspected(session_bytes=1_000)
    inspection.count("http", 600)
    assert inspection.held is None
    inspection.count("websocket", 600)
    inspection.count("websocket", 600)
    assert holds == [f"{BUDGET}: bytes"]
