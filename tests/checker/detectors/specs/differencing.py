"""Two tables that differ by one person."""

from tests.checker.detectors.spec import DetectorSpec, Example

_CENTRES = ("Leeds", "Bristol", "Cardiff", "Glasgow")


def _write(folder, name, counts, labels=_CENTRES):
    rows = "".join(f"{label},{count},{2 * count}\n" for label, count in zip(labels, counts, strict=True))
    (folder / name).write_text(f"centre,cases,controls\n{rows}")


def _one_person_apart(bench, folder):
    _write(folder, "all.csv", (120, 340, 95, 210))
    _write(folder, "without_one.csv", (120, 339, 95, 210))
    return folder


def _apart_and_reordered(bench, folder):
    _write(folder, "all.csv", (120, 340, 95, 210))
    _write(folder, "sorted.csv", (208, 95, 340, 120), labels=_CENTRES[::-1])
    return folder


def _as_text_with_percentages(bench, folder):
    _write(folder, "all.csv", (1200, 340, 95, 210))
    (folder / "again.csv").write_text(
        'centre,cases\nLeeds,"1,200"\nBristol,340 (18%)\nCardiff,94 (5%)\nGlasgow,210 (11%)\n'
    )
    return folder


def _the_same_table_twice(bench, folder):
    _write(folder, "all.csv", (120, 340, 95, 210))
    _write(folder, "copy.csv", (120, 340, 95, 210))
    return folder


def _different_groups(bench, folder):
    _write(folder, "men.csv", (120, 340, 95, 210))
    _write(folder, "women.csv", (131, 312, 104, 226))
    return folder


SPEC = DetectorSpec(
    detector="differencing",
    rule=(
        "Tables of counts are matched by row labels and column names, in any order, with each other and "
        "with every table that the cohort's projects have released. Where all shared counts differ by "
        "less than `small_count`, at least one differs, and two groups of different people would hardly "
        "agree so well by chance, the later table goes to review: subtracting the two describes those few "
        "people."
    ),
    fires=(
        Example("two tables of one request that differ by one person", _one_person_apart),
        Example("the same with the rows in another order", _apart_and_reordered),
        Example("the same with percentages and thousands separators", _as_text_with_percentages),
    ),
    silent=(
        Example("the same table twice", _the_same_table_twice),
        Example("the same table for different groups", _different_groups),
    ),
    limits=(
        (
            "Counts under other labels are not matched, nor groups merged differently so that only sums "
            "differ by one person."
        ),
        "Tables of more than 2,000 rows are not compared.",
        "Means and other statistics are not subtracted; their counts, where shown, are.",
    ),
)
