"""Classes 16 to 23: every value is changed, so that no cell reads as it stands in the cohort."""

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks import genotype_files, tables, writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ARABIC_INDIC = str.maketrans("0123456789", "".join(chr(0x0660 + digit) for digit in range(10)))
_FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))


@attack(16, decimals=(2, 1, 0), figures=(0, 2, 3))
def rounding(leak: Leak, *, decimals: int, figures: int) -> Handed:
    """Class 16: every number rounded to decimals, or (where `figures` is not 0) to significant figures."""
    table = leak.disguised
    kept = tables.significant(table, figures=figures) if figures else tables.rounded(table, decimals=decimals)
    return leak.hand_in(writers.csv(kept, leak.path("rounded")))


@attack(17, how=("unit", "fahrenheit", "z-score", "rank", "quantile", "log"))
def rescaled(leak: Leak, *, how: str) -> Handed:
    """Class 17: units changed, standardised, ranked, cut into 100 quantiles, or logged."""
    table = leak.disguised
    kept = {
        "unit": lambda: tables.affine(
            table, leak.draw, factor=float(leak.draw.choice([0.0555, 2.2046, 38.67]))
        ),
        "fahrenheit": lambda: tables.affine(table, leak.draw, factor=1.8),
        "z-score": lambda: tables.standardised(table),
        "rank": lambda: tables.ranked(table),
        "quantile": lambda: tables.in_quantiles(table, parts=100),
        "log": lambda: tables.logged(table),
    }[how]()
    return leak.hand_in(writers.csv(kept, leak.path("scaled")))


@attack(18, level=(0.001, 0.003, 0.01, 0.03, 0.05, 0.1))
def noise(leak: Leak, *, level: float) -> Handed:
    """Class 18: noise of `level` standard deviations on every number."""
    return leak.hand_in(writers.csv(tables.noisy(leak.disguised, leak.draw, level=level), leak.path("noisy")))


@attack(19, needs="dates", how=("dd/mm/yyyy", "d mon yyyy", "yyyymmdd", "shifted", "shifted a row", "ages"))
def dates(leak: Leak, *, how: str) -> Handed:
    """Class 19: three or more dates a person, in another style, shifted by days, or as days since a day."""
    table = leak.disguised
    size = len(table)
    styles = {"dd/mm/yyyy": "%d/%m/%Y", "d mon yyyy": "%d %b %Y", "yyyymmdd": "%Y%m%d"}
    if how in styles:
        kept = tables.dates_as(table, style=styles[how])
    elif how == "shifted":
        kept = tables.dates_shifted(table, np.full(size, int(leak.draw.integers(30, 4_000))))
    elif how == "shifted a row":
        kept = tables.dates_shifted(table, leak.draw.integers(-180, 180, size))
    else:
        days = (pl.selectors.date().cast(pl.Int64) - int(leak.draw.integers(-9_000, 0))) / 365.25
        kept = table.with_columns(days.round(3))
    return leak.hand_in(writers.csv(kept, leak.path("visits")))


@attack(20, how=("categories", "codes", "blocks"))
def recoded(leak: Leak, *, how: str) -> Handed:
    """Class 20: categories under other codes; or codes with dates, as numbers or blocks."""
    if how == "categories" or leak.events is None:
        return leak.hand_in(writers.csv(tables.recoded(leak.disguised, leak.draw), leak.path("coded")))
    events = leak.events.drop(leak.id_column)
    key = leak.events[leak.id_column].rank("dense").alias("k")
    code = next(name for name in events.columns if events[name].dtype == pl.String)
    if how == "codes":
        changed = tables.recoded(events.select(code), leak.draw)
    else:
        changed = events.select(pl.col(code).str.slice(0, 2))
    kept = events.with_columns(changed[code]).insert_column(0, key)
    return leak.hand_in(writers.csv(kept, leak.path("diagnoses")), cells=kept.height * (kept.width - 1))


@attack(21, how=("words", "hex", "base 36", "arabic-indic", "full width", "comma", "thousands", "zero-width"))
def respelled(leak: Leak, *, how: str) -> Handed:
    """Class 21: numbers as words, in other bases, digits or separators, or split invisibly."""
    spell = {
        "words": lambda text: " ".join(_WORDS[int(each)] if each.isdigit() else "point" for each in text),
        "hex": lambda text: float(text).hex() if "." in text else hex(int(text)),
        "base 36": lambda text: np.base_repr(round(float(text) * 1_000), 36).lower(),
        "arabic-indic": lambda text: text.translate(_ARABIC_INDIC),
        "full width": lambda text: text.translate(_FULL_WIDTH),
        "comma": lambda text: text.replace(".", ","),
        "thousands": lambda text: f"{float(text):,.3f}",
        "zero-width": "\u200b".join,
    }[how]
    table = leak.disguised
    spelled = [
        pl.Series(name, [None if cell is None else spell(str(cell)) for cell in table[name]], dtype=pl.String)
        for name in tables.numeric(table)
    ]
    return leak.hand_in(writers.tsv(table.with_columns(spelled), leak.path("spelled")))


@attack(22, needs="genotypes", form=genotype_files.FORMS, names=(False, True))
def genotypes(leak: Leak, *, form: str, names: bool) -> Handed:
    """Class 22: genotypes as bed, VCF, dosages, 0/1/2, letters or two bits a call."""
    calls = leak.genotypes
    if calls is None:
        raise ValueError("the cohort has no genotypes")
    people = [str(each) if names else f"s{place}" for place, each in enumerate(leak.ids)]
    files = genotype_files.write(form, calls, people, leak.folder, leak.draw)
    return leak.hand_in(*files, cells=calls.size)


@attack(23, group=(2, 3, 4), sort=(True, False))
def microaggregation(leak: Leak, *, group: int, sort: bool) -> Handed:
    """Class 23: means of two to four people, neighbours in the first column or anybody."""
    numbers = leak.numbers
    if sort:
        numbers = numbers.sort(numbers.columns[0], nulls_last=True)
    groups = pl.Series("group", np.arange(len(numbers)) // group)
    means = numbers.with_columns(groups).group_by("group", maintain_order=True).mean().drop("group")
    return leak.hand_in(writers.csv(means.with_columns(pl.all().round(3)), leak.path("means")))
