"""The page of `small-cells`."""

from tests.checker.detectors.spec import DetectorSpec, Example


def _csv(*lines):
    def make(bench, folder):
        (folder / "table.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "table.csv"

    return make


SPEC = DetectorSpec(
    detector="small-cells",
    rule="In a table recognised as counts, estimates, named values, a panel, a life table or bins, a column that "
    "counts people must hold no count from 1 to `small_count` - 1. Nor may one follow from what is shown: a "
    "suppressed cell from totals of its row and column (a linear programme bounds it), a percentage "
    "that can stand for too few of its total only. Counts that were all rounded to one step, or to midpoints of 6, are safe.",
    fires=(
        Example(
            "Three patients in one region", _csv("region,n", "North,412", "South,355", "East,3", "West,91")
        ),
        Example(
            "A suppressed cell whose row adds up",
            _csv("sex,no,yes,total", "Women,812,14,826", "Men,790,[REDACTED],792", "Total,1602,16,1618"),
        ),
        Example(
            "Percentages of totals that are given",
            _csv("region,total,affected", "North,412,12.1%", "South,355,9.9%", "East,133,1.5%"),
        ),
        Example(
            "A cross table whose columns have letters for names",
            _csv("group,a,b", "centre 0,104,118", "centre 1,274,206", "centre 2,2,107", "centre 3,168,90"),
        ),
        Example(
            "A cross table of 300 centres whose columns have letters for names",
            _csv("group,a,b", *(f"centre {n},{20 + n * 37 % 300},{1 + n * 53 % 290}" for n in range(300))),
        ),
    ),
    silent=(
        Example("Large counts", _csv("region,n", "North,412", "South,355", "East,33", "West,91")),
        Example("Degrees of freedom and ranks", _csv("term,df,rank", "age,1,1", "sex,1,2", "site,4,3")),
        Example(
            "Everything rounded to the middle of six",
            _csv("region,n,cases", "North,411,3", "South,357,9", "East,33,3", "West,93,3", "Wales,45,9"),
        ),
    ),
    limits=(
        "A single column of counts under a name that says nothing is not known to count people.",
        "Class disclosure (everybody in a row or column is in one cell) is looked at where the policy sets "
        "`class_disclosure`; dominance in sums is not, for a file does not say who contributed what.",
        "What two requests give away together is `differencing`'s affair.",
        "With more than 60 suppressed cells each total is looked at alone.",
    ),
)
