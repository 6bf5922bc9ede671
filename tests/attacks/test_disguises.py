"""Rows that were changed until they no longer look like rows, and statistics about few: T-CHECK-*."""

import zlib

import numpy as np
import polars as pl
import pytest

from strongroom.checker import Verdict, check
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index


@pytest.fixture
def cohort(cohort_home):
    return open_cohort(cohort_home, find_cohort("synthetic"))


@pytest.fixture
def judge(cohort_home, cohort, tmp_path):
    """Return the verdict on a table written as CSV, or on lines of text."""
    index = open_index(cohort_home, find_cohort("synthetic"))

    def verdict(content) -> Verdict:
        path = tmp_path / "result.csv"
        if isinstance(content, str):
            path = tmp_path / "result.txt"
            path.write_text(content)
        else:
            content.write_csv(path)
        return check([path], cohort=cohort, index=index).verdict

    return verdict


@pytest.fixture
def rows(cohort, extracts):
    """Return 200 people's ten most telling numbers under invented names."""
    columns = cohort.participants.read([*extracts.telling[:8], "p50_i0", "p21002_i0"])
    table = pl.from_arrow(columns).select(pl.selectors.numeric().cast(pl.Float64))
    table = table.drop_nulls().sample(200, seed=3, shuffle=True)
    return table.rename({name: f"v{place}" for place, name in enumerate(table.columns)})


def test_exact_values_under_a_scale_and_an_offset_do_not_leave(judge, rows):
    columns = sorted(rows.columns, key=lambda name: -rows[name].n_unique())[:3]
    changed = [
        (rows[name].head(60) * scale + offset).round(9)
        for name, scale, offset in zip(columns, (0.01, 0.002, 0.1), (0, -0.35, 44_000_000), strict=True)
    ]
    labels = pl.Series("subgroup", [f"Subgroup {place}" for place in range(1, 61)])
    estimates = [each.alias(name) for each, name in zip(changed, ("hr", "lower", "upper"), strict=True)]
    assert judge(pl.DataFrame([labels, *estimates])) is Verdict.BLOCK


def test_running_means_do_not_leave(judge, rows):
    totals = rows.head(80).select(pl.all().cum_sum()).with_row_index("n", offset=1)
    means = totals.select("n", (pl.all().exclude("n") / pl.col("n")).round(8))
    assert judge(means.select(means.columns[:5])) is Verdict.BLOCK


def test_means_and_spreads_of_two_do_not_leave(judge, rows):
    names = sorted(rows.columns, key=lambda name: -rows[name].n_unique())[:3]
    one, other = rows.select(names).head(50), rows.select(names).tail(50)
    columns = {"stratum": [f"set {place}" for place in range(50)], "n": [2] * 50}
    for name in names:
        columns[f"{name} mean"] = ((one[name] + other[name]) / 2).round(6)
        columns[f"{name} sd"] = ((one[name] - other[name]).abs() / 2**0.5).round(6)
    assert judge(pl.DataFrame(columns)) is Verdict.BLOCK


@pytest.mark.parametrize("form", ["column", "log"])
def test_values_packed_into_digits_do_not_leave(judge, rows, form):
    positive = [name for name in rows.columns if (rows[name].min() or 0) > 0]
    names = sorted(positive, key=lambda name: -rows[name].n_unique())[:3]
    digits = [(rows[name] * 100).round(0).cast(pl.Int64).cast(pl.String) for name in names]
    width = [int(each.str.len_chars().max() or 0) for each in digits]
    packed = [each.str.zfill(size).to_list() for each, size in zip(digits, width, strict=True)]
    numbers = ["0." + "".join(row) for row in zip(*packed, strict=True)]
    lines = [f"step={at} loss={each} lr=1e-3" for at, each in enumerate(numbers)]
    table = pl.DataFrame({"term": [f"x{at}" for at in range(len(numbers))], "estimate": numbers})
    assert judge("\n".join(lines) if form == "log" else table) is Verdict.BLOCK


SYLLABLES = [one + two for one in "bcdfghjklmnprstvw" for two in "aeiou"]
SENTENCE = "we adjusted the model for age and sex and report robust confidence intervals"
CODES = {
    "syllables": lambda each: SYLLABLES[each >> 4] + SYLLABLES[16 + (each & 15)],
    "pairs of signs": lambda each: "!#$%&*+-/:;<=>?@"[each >> 4] + "!#$%&*+-/:;<=>?@"[each & 15],
    "another script": lambda each: chr(0x4E00 + 7 * each),
    "between sentences": lambda each: f"{SENTENCE} {SYLLABLES[each >> 4]}{SYLLABLES[16 + (each & 15)]}",
}


@pytest.mark.parametrize("code", CODES)
def test_compressed_rows_in_a_code_of_words_do_not_leave(judge, rows, code):
    words = [CODES[code](each) for each in zlib.compress(rows.write_csv().encode(), 9)]
    lines = [" ".join(words[at : at + 12]) for at in range(0, len(words), 12)]
    assert judge("\n".join(lines)) is not Verdict.RELEASE


def test_standardised_values_with_noise_do_not_leave(judge, rows):
    draw = np.random.default_rng(1)
    changed = [
        (rows[name] - rows[name].mean()) / rows[name].std() + draw.normal(0, 0.02, len(rows))
        for name in rows.columns
    ]
    assert judge(pl.DataFrame(changed)) is not Verdict.RELEASE


def test_a_table_on_its_side_does_not_leave(judge, rows):
    assert judge(rows.transpose()) is Verdict.BLOCK


def test_a_long_table_does_not_leave(judge, rows):
    assert judge(rows.with_row_index("who").unpivot(index="who")) is not Verdict.RELEASE


def test_one_persons_record_in_a_log_does_not_leave(judge, rows):
    record = "  ".join(f"{value:g}" for value in rows.row(5))
    log = f"Fitting finished in 3.1 s.\nmodel frame, first row: {record}\nConverged.\n"
    assert judge(log) is Verdict.BLOCK


def test_a_few_rows_among_many_others_do_not_leave(judge, rows):
    draw = np.random.default_rng(2)
    invented = pl.DataFrame({name: draw.choice(rows[name].to_numpy(), 6_000) for name in rows.columns})
    mixed = pl.concat([rows.head(60), invented]).sample(fraction=1, shuffle=True, seed=1)
    assert judge(mixed) is not Verdict.RELEASE


def test_diagnoses_with_dates_do_not_leave(judge, cohort):
    events = pl.from_arrow(cohort.events["hesin_diag"].read(["diag_icd10", "epistart"])).drop_nulls()
    renamed = events.sample(200, seed=1).rename({"diag_icd10": "a", "epistart": "b"})
    assert judge(renamed) is not Verdict.RELEASE


def test_genotypes_do_not_leave(judge, cohort):
    calls = pl.from_arrow(cohort.genotypes.read()).drop("_participant").sample(200, seed=1)
    renamed = calls.rename({name: f"c{place}" for place, name in enumerate(calls.columns)})
    assert judge(renamed) is not Verdict.RELEASE


def test_a_count_of_three_does_not_leave_by_itself(judge):
    counts = pl.DataFrame({"region": ["North", "South", "East", "West"], "n": [412, 355, 3, 91]})
    assert judge(counts) is Verdict.REVIEW


BETWEEN = {
    "a log of four lines a row": (
        "t.log",
        "step\n  loss {0} ({1})\n  saved model-{2}.pt\n  memory {3} of {4}\n",
    ),
    "sentences": ("t.md", "It was {0} of {1} ({2}; {3}), and then {4}. "),
    "styles": ("t.css", ".c {{ margin: {0}px {1}px; width: {2}px; height: {3}px; left: {4}px }}\n"),
    "markup": ("t.xml", "<r a='{0}'><s b='{1}'><t c='{2}'/></s></r><u>{3}</u><v>{4}</v>"),
    "tests": (
        "t.py",
        "def test():\n    assert f() == '{0}'\n    assert g('{1}') == {2}\n    assert h({3}) > {4}\n\n",
    ),
    "letters": ("t.txt", "a{0}b{1}c{2}d{3}e{4}\n"),
}


@pytest.fixture
def judge_file(cohort_home, cohort, tmp_path):
    """Return the verdict on a text under a name of its own."""
    index = open_index(cohort_home, find_cohort("synthetic"))

    def verdict(name, content) -> Verdict:
        (tmp_path / name).write_text(content)
        return check([tmp_path / name], cohort=cohort, index=index).verdict

    return verdict


@pytest.mark.parametrize("how", BETWEEN)
def test_rows_between_other_words_do_not_leave(judge_file, rows, how):
    name, template = BETWEEN[how]
    body = "".join(template.format(*(f"{cell:g}" for cell in row)) for row in rows.head(20).iter_rows())
    content = f"<runs>{body}</runs>" if name.endswith("xml") else body
    assert judge_file(name, content) is Verdict.BLOCK


def test_rows_beside_units_do_not_leave(judge, rows):
    first = rows.head(20).select(rows.columns[:6])
    assert judge(first.select(pl.all().cast(pl.String) + " mmol/L")) is Verdict.BLOCK


def test_a_long_series_of_people_one_after_the_other_does_not_leave(judge, rows):
    first = rows.head(20).select(rows.columns[:6])
    assert judge(" ".join(f"{cell:g}" for row in first.iter_rows() for cell in row)) is Verdict.BLOCK


def test_digits_that_are_letters_do_not_leave(judge, rows):
    order = str.maketrans("0123456789", "QABCDEFGHI")
    first = rows.head(20).select(pl.nth(range(6)).cast(pl.String))
    spelled = pl.DataFrame({name: [cell.translate(order) for cell in first[name]] for name in first.columns})
    assert judge(spelled) is not Verdict.RELEASE
