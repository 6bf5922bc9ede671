"""The page of `size`."""

from tests.checker.detectors.spec import DetectorSpec, Example

from strongroom.checker.policy import LIMITS, Policy


def _rows(rows):
    def make(bench, folder):
        bench.policy = Policy(limits=type(LIMITS)(largest_mb=1))
        (folder / "table.csv").write_text("level,n\n" + "all,1200\n" * rows)
        return folder / "table.csv"

    return make


SPEC = DetectorSpec(
    detector="size",
    rule="A file of more than `largest_mb` megabytes goes to review, whatever it contains.",
    fires=(Example("a file of 1.2 MB where the limit is 1 MB", _rows(140_000)),),
    silent=(Example("a file of 90 kB under the same limit", _rows(10_000)),),
    limits=("Several smaller files pass; `information-budget` adds them up.",),
)
