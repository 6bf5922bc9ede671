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


def _csv(folder, name, text):
    (folder / name).write_text(text)


def _other_bands(bench, folder):
    _csv(folder, "one.csv", "age,n\n40-49,1011\n50-59,907\n60-69,815\n")
    _csv(folder, "other.csv", "age_group,n\n40-50,1014\n51-59,904\n60-69,815\n")
    return folder


def _age_then_sex(bench, folder):
    _csv(folder, "age.csv", "age,n\n40-49,1011\n50-59,907\n")
    _csv(folder, "sex.csv", "sex,n\nmen,1011\nwomen,910\n")
    return folder


def _merged_rows(bench, folder):
    _csv(folder, "fine.csv", "ethnicity,n\nWhite,907\nIndian,55\nPakistani,41\nOther,33\n")
    _csv(folder, "coarse.csv", "ethnicity,n\nWhite,907\nAsian,93\nOther,33\n")
    return folder


def _total_elsewhere(bench, folder):
    _csv(folder, "site.csv", "site,n\nLeeds,30\nBristol,-\nCardiff,26\n")
    _csv(folder, "sex.csv", "sex,n\nmen,25\nwomen,35\n")
    return folder


def _three_tables(bench, folder):
    _csv(folder, "a.csv", "age,n\n40-49,500\n50-59,453\n60-69,815\n")
    _csv(folder, "b.csv", "age,n\n40-44,251\n45-49,249\n60-69,815\n")
    _csv(folder, "c.csv", "age,n\n45-58,698\n60-69,815\n")
    return folder


def _honest_other_bands(bench, folder):
    _csv(folder, "one.csv", "age,n\n40-49,1011\n50-59,907\n60-69,815\n")
    _csv(folder, "other.csv", "age,n\n40-44,480\n45-54,976\n55-69,1277\n")
    return folder


def _other_people(bench, folder):
    _csv(folder, "men.csv", "age,n\n40-49,511\n50-59,407\n")
    _csv(folder, "women.csv", "smoking,n\nyes,231\nno,715\n")
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
        "people. Tables whose labels differ are solved as one system of sums if their common sums agree: "
        "bands of numbers and dates are intervals, categories found in one table only are taken for the "
        "same people merged differently, and tables of different variables have their total in common. A "
        "group that linear bounds put at 1 to `small_count` - 1 people goes to review, and so does a "
        "suppressed count that they determine, in two tables or in up to nine."
    ),
    fires=(
        Example("two tables of one request that differ by one person", _one_person_apart),
        Example("the same with the rows in another order", _apart_and_reordered),
        Example("the same with percentages and thousands separators", _as_text_with_percentages),
        Example("ages 40-49 in one table and 40-50 in the other, three people aged 50", _other_bands),
        Example("a table by age, and one by sex with three people more", _age_then_sex),
        Example("ethnic groups merged, without two people", _merged_rows),
        Example("a suppressed count in one table and the total in another", _total_elsewhere),
        Example("three tables of which no two reveal anything", _three_tables),
    ),
    silent=(
        Example("the same table twice", _the_same_table_twice),
        Example("the same table for different groups", _different_groups),
        Example("two bandings of age whose differences are large", _honest_other_bands),
        Example("tables about different people", _other_people),
    ),
    limits=(
        (
            "Tables with unequal labels are linked only if their sums agree better than by chance (1 in 100 "
            "within a project, 1 in 1,000 between projects), so totals of fewer than about 700 people must "
            "be closer than 3; a group merged in a way that no label says is compared by the sum of all "
            "such groups."
        ),
        "Tables of more than 200 rows are compared with equal labels only.",
        "Tables of more than 2,000 rows are not compared.",
        "Means and other statistics are not subtracted; their counts, where shown, are.",
    ),
)
