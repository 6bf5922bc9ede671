"""The page of `small-cells`."""

from tests.checker.detectors.spec import DetectorSpec, Example


def _csv(*lines):
    def make(bench, folder):
        (folder / "table.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "table.csv"

    return make


def _listed(bench, folder):
    shares = [(f"{100 * n / whole:.3f}", whole) for n, whole in ((1, 63), (2, 87), (7, 87), (3, 63), (9, 41))]
    lines = [f"- {share}% of {whole} in site {n}" for n, (share, whole) in enumerate(shares)]
    (folder / "list.md").write_text("\n".join(lines), encoding="utf-8")
    return folder / "list.md"


def _reported(bench, folder):
    text = "Of 512 patients, 61 (11.9%) died; 12.3% of 300 women smoked (95% CI 8.6% to 16.0%, n = 300).\n"
    (folder / "report.txt").write_text(text, encoding="utf-8")
    return folder / "report.txt"


SPEC = DetectorSpec(
    detector="small-cells",
    rule=(
        "No column that counts people may show a count from 1 to `small_count` - 1. Columns count people "
        "by their name (n, freq, cases, patients), by the table's type (cross tables, characteristics), or "
        "if their groups are values of the cohort and no larger than the cohort's. Nor may a small count "
        "follow from what is shown: a suppressed cell from the totals of its row and column (bounded by a "
        "linear programme), or a percentage that can only stand for too few people of its total, or for "
        "all but too few. Which column is a percentage of which total is found from the numbers: nearly "
        "all products must be whole numbers, beyond chance. In a text, counts with their percentages and "
        "percentages of stated totals are judged alike. Counts that were all rounded to one step, or to "
        "midpoints of 6, are safe."
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
            "Suppressed counts beside exact percentages",
            _csv(
                "site,everybody,smokers,share", "1,24,<5,4.17", "2,43,<5,9.30", "3,180,12,6.67", "4,87,7,8.05"
            ),
        ),
        Example("Percentages of totals in a list", _listed),
        Example("Groups of two beside means", _csv("set,n,mean", "a,2,177.25", "b,2,169.3", "c,2,173.1")),
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
        Example("Percentages of large groups in a report", _reported),
        Example(
            "Everything rounded to the middle of six",
            _csv("region,n,cases", "North,411,3", "South,357,9", "East,33,3", "West,93,3", "Wales,45,9"),
        ),
    ),
    limits=(
        "A single column of counts under an arbitrary name, of groups that are not values of the cohort, is "
        "not known to count people.",
        (
            "Class disclosure (a cell is 100 % of its row or column) is checked where `strictness` "
            "is `strict`; dominance in sums is not, because a file does not show contributions."
        ),
        "What two requests reveal together is judged by `differencing`.",
        "With more than 60 suppressed cells each total is checked separately.",
    ),
)
