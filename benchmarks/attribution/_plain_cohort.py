"""A cohort whose columns have plain names and obey the relations that clinical tables have."""

from pathlib import Path

import numpy as np
import polars as pl

_YEAR = 365.25


def plain_cohort(people: int, seed: int) -> pl.DataFrame:
    """Return a table of people: sizes, pressures, lipids, lungs, kidneys, a questionnaire, dates, codes."""
    draw = np.random.default_rng(seed)
    sex = (draw.random(people) < 0.5).astype(int)
    height = np.round(draw.normal(163 + 13 * sex, 7), 1)
    weight = np.round(np.exp(draw.normal(4.28 + 0.008 * (height - 169), 0.16)), 1)
    waist = np.round(0.75 * weight + draw.normal(32, 6, people))
    hip = np.round(0.45 * weight + draw.normal(68, 5, people))
    systolic = np.round(draw.normal(112 + 0.3 * weight, 16))
    diastolic = np.round(0.4 * systolic + draw.normal(28, 8, people))
    hdl = np.round(np.exp(draw.normal(0.35, 0.25, people)), 2)
    triglycerides = np.round(np.exp(draw.normal(0.4, 0.5, people)), 2)
    total = np.round(draw.normal(3.6, 0.9, people).clip(1) + hdl + triglycerides / 2.2, 2)
    ldl = np.round(total - hdl - triglycerides / 2.2, 2)
    ldl[triglycerides > 4.5] = np.nan
    born = np.floor(draw.uniform(-12_000, 0, people))
    visit = np.floor(draw.uniform(13_500, 15_500, people))
    age = np.floor((visit - born) / _YEAR)
    vital = np.round((0.045 * height - 0.028 * age - 2.3 + draw.normal(0, 0.45, people)).clip(0.8), 2)
    forced = np.round(vital * draw.normal(0.77, 0.06, people).clip(0.4, 0.95), 2)
    creatinine = np.round(np.exp(draw.normal(-0.35 + 0.22 * sex, 0.17)), 2)
    bmi = np.round(weight / (height / 100) ** 2, 1)
    wrong = draw.random(people) < 0.015
    bmi = np.where(wrong, np.round(bmi + draw.normal(0, 2, people), 1), bmi)
    fat = np.round(draw.normal(24 + 8 * (1 - sex), 6).clip(6), 1)
    mood = np.clip(draw.poisson(0.6 + 0.4 * (draw.random((9, people)) < 0.2)), 0, 3)
    glucose, insulin = (
        np.round(np.exp(draw.normal(middle, width, people)), 2)
        for middle, width in ((1.65, 0.15), (2.1, 0.55))
    )
    table = {
        "sex": sex, "height": height, "weight": weight, "bmi": bmi, "waist": waist, "hip": hip,
        "waist_hip_ratio": np.round(waist / hip, 3), "weight_lb": np.round(weight * 2.20462, 1),
        "obesity": np.digitize(bmi, [18.5, 25, 30]), "sbp": systolic, "dbp": diastolic,
        "map": np.round((systolic + 2 * diastolic) / 3, 1), "pulse_pressure": systolic - diastolic,
        "hypertension": ((systolic >= 140) | (diastolic >= 90)).astype(int),
        "chol": total, "hdl": hdl, "trig": triglycerides, "ldl": ldl, "non_hdl": np.round(total - hdl, 2),
        "fvc": vital, "fev1": forced, "fev1_fvc": np.round(100 * forced / vital, 1),
        "creatinine": creatinine, "egfr": np.round(_filtration(creatinine, age, sex), 1), "age": age,
        "fat_percent": fat, "fat_mass": np.round(weight * fat / 100, 1),
        "fat_free_mass": np.round(weight - np.round(weight * fat / 100, 1), 1),
        "glucose": glucose, "insulin": insulin, "homa_ir": np.round(glucose * insulin / 22.5, 2),
        **{f"mood_{number}": item for number, item in enumerate(mood, 1)}, "mood_total": mood.sum(axis=0),
        "haemoglobin": np.round(draw.normal(13.3 + 1.5 * sex, 1.1), 1),
        "born": born.astype("datetime64[D]"), "visit": visit.astype("datetime64[D]"),
    }  # fmt: skip
    return pl.DataFrame(table).with_columns(pl.col("ldl").fill_nan(None))


def write_plain(folder: Path, people: int, seed: int, identifier: str) -> tuple[Path, pl.DataFrame]:
    """Write the table with an identifier of seven digits in its first column; returns its place."""
    table = plain_cohort(people, seed)
    numbers = np.random.default_rng(seed + 1).choice(np.arange(1_000_000, 6_000_000), people, replace=False)
    table.insert_column(0, pl.Series(identifier, numbers))
    table.write_parquet(folder / "people.parquet")
    return folder / "people.parquet", table


def _filtration(creatinine: np.ndarray, age: np.ndarray, sex: np.ndarray) -> np.ndarray:
    """Return the CKD-EPI 2021 rate; sex is 1 for men."""
    kappa, power = np.where(sex == 1, 0.9, 0.7), np.where(sex == 1, -0.302, -0.241)
    ratio = creatinine / kappa
    women = np.where(sex == 1, 1, 1.012)
    return 142 * np.minimum(ratio, 1) ** power * np.maximum(ratio, 1) ** -1.2 * 0.9938**age * women
