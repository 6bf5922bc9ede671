"""The page of `small-cells`."""

from tests.checker.detectors.spec import DetectorSpec, Example


def _csv(*lines):
    def make(bench, folder):
        (folder / "table.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "table.csv"

    return make


SPEC = DetectorSpec(
    detector="small-cells",
    rule=(
        "In a table recognised as counts, estimates, named values, a panel, a life table or bins, no "
        "column that counts people may show a count from 1 to `small_count` - 1. Nor may one follow from "
        "what is shown: a suppressed cell from the totals of its row and column (bounded by a linear "
        "programme), or a percentage that can only stand for too few people of its total. Counts that "
        "were all rounded to one step, or to midpoints of 6, are safe."
    ),
    fires=(
        Example(
            "Three patients in one region", _csv("region,n", "North,412", "South,355", "East,3", "West,91")
        ),
        Example(
            "A suppressed cell whose row adds up",
            _csv("sex,no,yes,total", "Women,812,14,826", "Men,790,[REDACTED],792", "Total,1602,16,1618"),
        ),
        Example(
            "Percentages of totals that are shown",
            _csv("region,total,affected", "North,412,12.1%", "South,355,9.9%", "East,133,1.5%"),
        ),
        Example(
            "A cross table with letters for column names",
            _csv("group,a,b", "centre 0,104,118", "centre 1,274,206", "centre 2,2,107", "centre 3,168,90"),
        ),
        Example(
            "A cross table of 300 centres with letters for column names",
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
        "A single column of counts under an arbitrary name is not known to count people.",
        (
            "Class disclosure (a cell is 100 % of its row or column) is checked where the policy sets "
            "`class_disclosure`; dominance in sums is not, because a file does not show contributions."
        ),
        "What two requests reveal together is judged by `differencing`.",
        "With more than 60 suppressed cells each total is checked separately.",
    ),
)
