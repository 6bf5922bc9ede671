"""The page of `survival-steps`."""

import numpy as np
import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example


def single_events(bench, folder):
    at_risk = np.arange(400, 340, -1)
    times = np.sort(bench.draw.exponential(900, 60)).round(2)
    table = pl.DataFrame({"time": times, "n.risk": at_risk, "survival": np.cumprod(1 - 1 / at_risk)})
    table.write_csv(folder / "km.csv")
    return folder / "km.csv"


def yearly(bench, folder):
    years = np.arange(12)
    table = {
        "time": years * 365,
        "n.risk": 5_000 - 300 * years,
        "n.event": 35 + years,
        "survival": 0.99**years,
    }
    pl.DataFrame(table).write_csv(folder / "km.csv")
    return folder / "km.csv"


SPEC = DetectorSpec(
    detector="survival-steps",
    rule=(
        "A life table or survival curve (times rise; survival and the number at risk never do) goes to "
        "review when most of its ten or more steps are of fewer than `small_count` people: according to "
        "its events column, or as the steps of a Kaplan-Meier estimate imply (with one event the number "
        "at risk, 1/(1 - b/a), is whole)."
    ),
    fires=(Example("One step per event", single_events),),
    silent=(Example("A life table by years", yearly),),
    limits=(
        (
            "Curves in pictures are not read. A curve rounded to two decimals does not show how many "
            "people a step is."
        ),
    ),
)
