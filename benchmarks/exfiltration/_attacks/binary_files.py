"""A table in the formats that programs write for themselves."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def write(form: str, table: pl.DataFrame, folder: Path) -> Path:
    """Write a table in one of FORMS; those for numbers alone take its numbers."""
    return _WRITERS[form](table, folder)


def doubles(table: pl.DataFrame) -> Doubles:
    """Return the numbers of a table, dates as days, shape (rows, columns); missing is NaN."""
    days = table.with_columns(pl.selectors.date().cast(pl.Int32))
    return days.select(pl.selectors.numeric()).cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _npy(table: pl.DataFrame, folder: Path) -> Path:
    np.save(folder / "weights.npy", doubles(table))
    return folder / "weights.npy"


def _npz(table: pl.DataFrame, folder: Path) -> Path:
    columns = {
        name: doubles(table.select(name)).ravel()
        for name in table.columns
        if doubles(table.select(name)).size
    }
    np.savez_compressed(folder / "state.npz", **columns)
    return folder / "state.npz"


def _npy_float32(table: pl.DataFrame, folder: Path) -> Path:
    np.save(folder / "emb.npy", doubles(table).astype(np.float32).T)
    return folder / "emb.npy"


def _joblib(table: pl.DataFrame, folder: Path) -> Path:
    import joblib  # noqa: PLC0415 - only this attack pays for it

    joblib.dump({"state": doubles(table), "names": table.columns}, folder / "model.joblib")
    return folder / "model.joblib"


def _pickle(table: pl.DataFrame, folder: Path) -> Path:
    import pickle  # noqa: PLC0415, TID251 - the attacker pickles, nobody here reads it

    (folder / "table.pkl").write_bytes(pickle.dumps({"x": table.to_dict(as_series=False)}))
    return folder / "table.pkl"


def _pandas_pickle(table: pl.DataFrame, folder: Path) -> Path:
    table.to_pandas().to_pickle(folder / "frame.pkl")
    return folder / "frame.pkl"


def _rds(table: pl.DataFrame, folder: Path) -> Path:
    import rdata  # noqa: PLC0415 - only this attack pays for it

    rdata.write_rds(folder / "fit.rds", _vectors(table))
    return folder / "fit.rds"


def _rdata(table: pl.DataFrame, folder: Path) -> Path:
    import rdata  # noqa: PLC0415 - only this attack pays for it

    rdata.write_rda(folder / "session.RData", {"fit": {"n": 3.0, "model": _vectors(table)}})
    return folder / "session.RData"


def _hdf5(table: pl.DataFrame, folder: Path) -> Path:
    import h5py  # noqa: PLC0415 - only this attack pays for it

    with h5py.File(folder / "run.h5", "w") as file:
        group = file.create_group("layer/1")
        group.create_dataset("kernel", data=doubles(table), compression="gzip")
        group.attrs["units"] = table.width
    return folder / "run.h5"


def _sqlite(table: pl.DataFrame, folder: Path) -> Path:
    _fill(folder / "store.db", table, drop=False)
    return folder / "store.db"


def _sqlite_free_pages(table: pl.DataFrame, folder: Path) -> Path:
    _fill(folder / "store.db", table, drop=True)
    return folder / "store.db"


def _safetensors(table: pl.DataFrame, folder: Path) -> Path:
    from safetensors.numpy import save_file  # noqa: PLC0415 - only this attack pays for it

    save_file({"embed.weight": doubles(table).astype(np.float32)}, folder / "model.safetensors")
    return folder / "model.safetensors"


def _stata(table: pl.DataFrame, folder: Path) -> Path:
    import pyreadstat  # noqa: PLC0415 - only this attack pays for it

    pyreadstat.write_dta(_frame(table), str(folder / "panel.dta"))
    return folder / "panel.dta"


def _spss(table: pl.DataFrame, folder: Path) -> Path:
    import pyreadstat  # noqa: PLC0415 - only this attack pays for it

    pyreadstat.write_sav(_frame(table), str(folder / "panel.sav"))
    return folder / "panel.sav"


def _parquet_metadata(table: pl.DataFrame, folder: Path) -> Path:
    import pyarrow as pa  # noqa: PLC0415 - only this attack pays for it
    import pyarrow.parquet as pq  # noqa: PLC0415

    aggregate = pa.table({"group": ["a", "b"], "n": [120, 340]})
    hidden = aggregate.replace_schema_metadata({"pandas_note": table.write_csv()})
    pq.write_table(hidden, folder / "counts.parquet")
    return folder / "counts.parquet"


def _frame(table: pl.DataFrame) -> Any:
    dates_as_text = table.with_columns(pl.selectors.temporal().cast(pl.String))
    return dates_as_text.with_columns(pl.selectors.integer().cast(pl.Float64)).to_pandas()


def _vectors(table: pl.DataFrame) -> dict[str, Any]:
    """Return the columns as R would hold a list of vectors; texts as such, the library knows no others."""
    frame = _frame(table)
    return {name: frame[name].to_numpy(object if frame[name].dtype.kind == "O" else None) for name in frame}


def _fill(path: Path, table: pl.DataFrame, *, drop: bool) -> None:
    names = ", ".join(table.columns)
    marks = ", ".join("?" * table.width)
    rows = table.with_columns(pl.selectors.temporal().cast(pl.String)).rows()
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA secure_delete = OFF")
        base.execute("CREATE TABLE counts (item TEXT, n INTEGER)")
        base.executemany("INSERT INTO counts VALUES (?, ?)", [("a", 120), ("b", 340)])
        base.execute(f"CREATE TABLE held ({names})")
        base.executemany(f"INSERT INTO held VALUES ({marks})", rows)
        if drop:
            base.execute("DROP TABLE held")
    base.close()


_WRITERS: dict[str, Callable[[pl.DataFrame, Path], Path]] = {
    "npy": _npy,
    "npy float32 transposed": _npy_float32,
    "npz": _npz,
    "pickle": _pickle,
    "pandas pickle": _pandas_pickle,
    "joblib": _joblib,
    "rds": _rds,
    "RData": _rdata,
    "hdf5": _hdf5,
    "sqlite": _sqlite,
    "sqlite free pages": _sqlite_free_pages,
    "safetensors": _safetensors,
    "stata": _stata,
    "spss": _spss,
    "parquet metadata": _parquet_metadata,
}
FORMS = tuple(_WRITERS)
