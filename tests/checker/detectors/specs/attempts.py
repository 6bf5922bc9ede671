"""A project that tries one disguise after another."""

from tests.checker.detectors.spec import DetectorSpec, Example

from strongroom.checker.history import History


def _table(folder):
    (folder / "table.csv").write_text("group,n\ncases,1200\ncontrols,2300\n")
    return folder / "table.csv"


def _after(blocked):
    def make(bench, folder):
        bench.history = History(blocked=blocked)
        return _table(folder)

    return make


SPEC = DetectorSpec(
    detector="attempts",
    rule=(
        "Every verdict reveals something about the detectors, and their source is open. When more than "
        "`blocked_allowed` requests of a project were blocked in the last 30 days, all its requests go to "
        "review."
    ),
    fires=(Example("an honest table after 21 blocked requests", _after(21)),),
    silent=(Example("the same table after 20", _after(20)),),
    limits=(
        (
            "Twenty attempts may be enough for a clever researcher; the custodian sees them all and may "
            "allow fewer."
        ),
        "Projects of one institution are counted separately.",
    ),
)
