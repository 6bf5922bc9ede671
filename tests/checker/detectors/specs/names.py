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
    rule=(
        "The numbers in names of files, of archive members and of columns are read as a table where "
        "`microdata_rows` names or more follow one pattern, and compared with participants' ids and "
        "values; decimal numbers at uneven intervals go to review in any case. As many files with the "
        "same content, blanks aside, go to review: they can only carry data in their names, sizes and "
        "times."
    ),
    fires=(
        Example("A value in each file's name", _values_in_names),
        Example("A value in each file's size", _sizes),
    ),
    silent=(Example("Numbered models, with thresholds at even steps", _numbered),),
    limits=(
        (
            "Fewer than `microdata_rows` files pass; so do values in words, or as whole numbers that "
            "match no participant. The order of released files is alphabetical, and their times are those "
            "of their release."
        ),
    ),
)
