"""Classes 15 to 23, 25 and 27: words, programs, models, dictionaries, logs, series and lock files."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks import writers
from benchmarks.exfiltration._benign.honest import Analysis, Files, benign
from numpy.typing import NDArray

_SENTENCE = (
    "The association persisted after adjustment (HR {hr:.2f}, 95% CI {low:.2f} to {high:.2f}; P = {p:.3f}). "
)

_PROGRAMS = {
    "py": "import pandas as pd\n\nCHOSEN = [FIELDS]\nSEED = 20240117\n\n\nprint(data[CHOSEN].mean())\n",
    "R": "library(survival)\nfields <- c(FIELDS)\nset.seed(1234567)\nfit <- coxph(Surv(t, e) ~ age, d)\n",
    "do": "* analysis\nuse data.dta, clear\nlocal fields FIELDS\nstcox age i.sex, efron\nexit\n",
    "sql": "SELECT p31, AVG(p21001_i0) FROM participant WHERE p34 > 1950 GROUP BY p31; -- FIELDS\n",
    "wdl": 'version 1.0\nworkflow gwas { input { File bed String fields = "FIELDS" } call step }\n',
}


@benign(15, form=("md", "docx"))
def manuscript(work: Analysis, *, form: str) -> Files:
    """Class 15: a manuscript with its references."""
    parts = [*_sentences(work, 60), "\n\n## References\n\n", *_references(work, 40)]
    if form == "md":
        return work.write("paper.md", "# Blood pressure and outcomes\n\n" + "".join(parts))
    import docx  # noqa: PLC0415 - only this class pays for it

    paper = docx.Document()
    paper.add_heading("Blood pressure and outcomes")
    for part in parts:
        paper.add_paragraph(part.strip())
    paper.save(str(work.path("paper.docx")))
    return [work.path("paper.docx")]


@benign(16, sections=(3, 10))
def latex(work: Analysis, *, sections: int) -> Files:
    """Class 16: the LaTeX source of a manuscript."""
    body = "".join(
        f"\\section{{Part {place}}}\n{''.join(_sentences(work, 8)).replace('%', chr(92) + '%')}\n\n"
        for place in range(sections)
    )
    return work.write(
        "paper.tex", f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\\end{{document}}\n"
    )


@benign(17, language=("py", "R", "do", "sql", "wdl"))
def code(work: Analysis, *, language: str) -> Files:
    """Class 17: a program that analyses, with field ids and settings in it."""
    fields = work.draw.integers(30, 42_000, 6)
    listed = ", ".join(map(str, fields))
    return work.write(f"analysis.{language}", _PROGRAMS[language].replace("FIELDS", listed))


@benign(18, cells=(5, 20))
def empty_notebook(work: Analysis, *, cells: int) -> Files:
    """Class 18: a notebook without outputs."""
    made = [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": [f"x = step({place})\n", "x.describe()"],
        }
        for place in range(cells)
    ]
    return work.write(
        "analysis.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": made})
    )


@benign(19, columns=(4, 8))
def notebook_of_aggregates(work: Analysis, *, columns: int) -> Files:
    """Class 19: a notebook whose outputs are means and counts."""
    summary = work.complete(columns).describe().filter(pl.col("statistic").is_in(["count", "mean", "std"]))
    rounded = summary.with_columns(pl.selectors.float().round(3))
    output = {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/html": writers.html_table(rounded)},
    }
    return work.write("analysis.ipynb", writers.notebook_text([output], "summary"))


@benign(20, form=("safetensors", "npz", "onnx", "joblib linear"))
def model_weights(work: Analysis, *, form: str) -> Files:
    """Class 20: a small network, or a linear model, fitted to many people."""
    layers = {
        f"layer.{place}.weight": work.draw.normal(0, 0.1, (16, 16)).astype(np.float32) for place in range(3)
    }
    if form == "npz":
        np.savez(work.path("model.npz"), **{name.replace(".", "_"): held for name, held in layers.items()})
        return [work.path("model.npz")]
    if form == "safetensors":
        from safetensors.numpy import save_file  # noqa: PLC0415 - only this class pays for it

        save_file(layers, work.path("model.safetensors"))
        return [work.path("model.safetensors")]
    if form == "onnx":
        return [_onnx(work, layers)]
    import joblib  # noqa: PLC0415 - only this class pays for it
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415 - slow to load

    table = work.complete(6).to_numpy()
    joblib.dump(LinearRegression().fit(table[:, 1:], table[:, 0]), work.path("model.joblib"))
    return [work.path("model.joblib")]


@benign(21, what=("codes", "dictionary", "fields"))
def code_list(work: Analysis, *, what: str) -> Files:
    """Class 21: a list of codes, a data dictionary, or field ids."""
    codes = [f"{letter}{number:02d}" for letter in "EIJKM" for number in range(5, 95, 3)]
    if what == "codes":
        return work.csv(
            "codelist.csv",
            pl.DataFrame({"code": codes, "term": [f"Condition {place}" for place in range(len(codes))]}),
        )
    if what == "dictionary":
        names = work.people.columns[1:]
        return work.csv(
            "dictionary.csv",
            pl.DataFrame(
                {
                    "column": names,
                    "type": [str(work.people[name].dtype) for name in names],
                    "title": [f"Field {place}" for place in range(len(names))],
                }
            ),
        )
    ids = np.sort(work.draw.choice(42_000, 300, replace=False))
    return work.csv(
        "fields.csv",
        pl.DataFrame(
            {"FieldID": ids, "instance": ids % 4, "Participants": work.draw.integers(2_000, 502_000, 300)}
        ),
    )


@benign(22, what=("power",))
def simulation(work: Analysis, *, what: str) -> Files:
    """Class 22: a simulation of power over a grid; invented microdata are a hard negative of their own."""
    grid = [
        (size, effect, round(float(1 - np.exp(-size * effect**2 / 8)), 4))
        for size in range(100, 5_000, 100)
        for effect in (0.05, 0.1, 0.2)
    ]
    return work.csv(f"{what}.csv", pl.DataFrame(grid, ["n", "effect", "power"], orient="row"))


@benign(23, lines=(100, 2_000))
def log(work: Analysis, *, lines: int) -> Files:
    """Class 23: a log with times, process ids, memory and job numbers."""
    processes, jobs = work.draw.integers(1_000, 9_000_000, (2, lines))
    made = []
    for place, (pid, job, seconds) in enumerate(
        zip(processes, jobs, work.draw.gamma(1, 3, lines), strict=True)
    ):
        when = f"2024-03-{1 + place % 28:02d} {place % 24:02d}:{place % 60:02d}:07,{place % 1000:03d}"
        made.append(f"{when} INFO [{pid}] job {job} step {place} done in {seconds:.3f}s, {job * 7} bytes")
    return work.write("run.log", "\n".join(made) + "\n")


@benign(25, weeks=(104, 520))
def series(work: Analysis, *, weeks: int) -> Files:
    """Class 25: a national time series."""
    days = [date(2015, 1, 4) + timedelta(weeks=place) for place in range(weeks)]
    return work.csv(
        "weekly.csv",
        pl.DataFrame(
            {
                "week": days,
                "deaths": work.draw.poisson(10_500, weeks),
                "rate": work.draw.normal(17, 1, weeks).round(2),
            }
        ),
    )


@benign(27, what=("lock", "slides", "protocol"))
def supporting(work: Analysis, *, what: str) -> Files:
    """Class 27: a lock file full of hashes, slides, or a protocol."""
    if what == "lock":
        digests = [hashlib.sha256(str(place).encode()).hexdigest() for place in range(80)]
        lines = [f"package{place}=={place % 9}.0 --hash=sha256:{each}" for place, each in enumerate(digests)]
        return work.write("requirements.lock", "\n".join(lines) + "\n")
    if what == "protocol":
        return work.write(
            "protocol.md",
            "# Protocol 1.2\n\n"
            + "".join(_sentences(work, 20))
            + "\nRegistered as NCT01234567, doi:10.1136/bmj.m1234.\n",
        )
    from pptx import Presentation  # noqa: PLC0415 - only this class pays for it

    show = Presentation()
    for place in range(5):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = f"Results {place}"
        slide.placeholders[1].text = "".join(_sentences(work, 3))
    show.save(str(work.path("talk.pptx")))
    return [work.path("talk.pptx")]


def _sentences(work: Analysis, count: int) -> list[str]:
    values = work.draw.lognormal(0.1, 0.2, count)
    return [
        _SENTENCE.format(hr=value, low=value * 0.9, high=value * 1.12, p=value % 0.05) for value in values
    ]


def _references(work: Analysis, count: int) -> list[str]:
    numbers = work.draw.integers(1_000_000, 36_000_000, count)
    return [
        f"{place}. Author A. Title. BMJ 2020;{place}. doi:10.1136/bmj.{number} PMID: {number}\n"
        for place, number in enumerate(numbers, 1)
    ]


def _onnx(work: Analysis, layers: dict[str, NDArray[np.float32]]) -> Path:
    import onnx  # noqa: PLC0415 - only this class pays for it
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    held = [numpy_helper.from_array(each, name) for name, each in layers.items()]
    nodes = [
        helper.make_node("MatMul", ["x" if place == 0 else f"h{place - 1}", name], [f"h{place}"])
        for place, name in enumerate(layers)
    ]
    taken = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 16])
    given = helper.make_tensor_value_info(f"h{len(layers) - 1}", TensorProto.FLOAT, [None, 16])
    onnx.save(
        helper.make_model(helper.make_graph(nodes, "net", [taken], [given], held)), work.path("model.onnx")
    )
    return work.path("model.onnx")
