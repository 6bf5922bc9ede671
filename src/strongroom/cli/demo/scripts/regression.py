# ruff: noqa: INP001 - a researcher's script, not a module
"""Regress systolic blood pressure on age, sex and BMI, as any epidemiologist would; writes 4 rows."""

import numpy as np
import polars as pl
import strongroom_data

data = (
    strongroom_data.open()
    .sql("SELECT p4080_i0 AS sbp, p21022_i0 AS age, p31_i0 AS sex, p21001_i0 AS bmi FROM participants")
    .pl()
    .cast(pl.Float64, strict=False)
    .drop_nulls()
)
outcome = data["sbp"].to_numpy()
design = np.column_stack([np.ones(len(data)), *(data[name].to_numpy() for name in ("age", "sex", "bmi"))])
inverse = np.linalg.inv(design.T @ design)
estimate = inverse @ design.T @ outcome
residual = outcome - design @ estimate
error = np.sqrt(np.diag(inverse) * (residual @ residual) / (len(data) - design.shape[1]))
pl.DataFrame(
    {
        "term": ["intercept", "age (years)", "sex (male)", "BMI (kg/m2)"],
        "estimate": estimate.round(3),
        "std_error": error.round(4),
        "ci_low": (estimate - 1.96 * error).round(3),
        "ci_high": (estimate + 1.96 * error).round(3),
        "n": [len(data) // 5 * 5] * 4,
    }
).write_csv("/outputs/regression.csv")
