"""The page of `names`."""

from tests.checker.detectors.spec import DetectorSpec, Example


def _values_in_names(bench, folder):
    for place, value in enumerate(bench.draw.normal(27, 4, 12).round(2)):
        (folder / f"plot_{value}_{place}.txt").write_text(
            f"plot {place} of trait {place * 7}\n", encoding="utf-8"
        )
    return folder


def _sizes(bench, folder):
    for place, value in enumerate(bench.draw.integers(40, 70, 12)):
        (folder / f"plot_{place}.txt").write_text("done\n" + " " * int(value), encoding="utf-8")
    return folder


def _numbered(bench, folder):
    for place in range(12):
        name = f"model_{place}_p0.{5 * place:02}.txt"
        (folder / name).write_text(f"The mean was {60 + place}.\n", encoding="utf-8")
    return folder


SPEC = DetectorSpec(
    detector="names",
    rule="The numbers in names of files, of archives' members and of columns are read as a table where "
    "`microdata_rows` names or more are of one build, and compared with participants' ids and values; numbers with "
    "decimals in no even steps go to review whoever they are. As many files with the same content, blanks aside, go "
    "to review: they can only say something by their names, sizes and times.",
    fires=(
        Example("A value in each file's name", _values_in_names),
        Example("A value in each file's size", _sizes),
    ),
    silent=(Example("Models that are numbered, with thresholds in even steps", _numbered),),
    limits=(
        "Fewer than `microdata_rows` files; values in words or as whole numbers that match nobody; the order of "
        "files, which is alphabetical in what leaves. Times of what leaves are those of its writing.",
    ),
)
