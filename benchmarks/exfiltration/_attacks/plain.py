"""Classes 1 to 6: nothing is disguised, as most often happens by accident."""

import json

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks import writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack


@attack(1, form=("csv", "tsv", "xlsx", "parquet", "feather", "ndjson"))
def raw_extract(leak: Leak, *, form: str) -> Handed:
    """Class 1: the rows as they are, ids and names included."""
    return leak.hand_in(getattr(writers, form)(leak.people, leak.path("extract")))


@attack(2, form=("txt", "csv", "line", "json"))
def id_list(leak: Leak, *, form: str) -> Handed:
    """Class 2: who they are and nothing else."""
    ids = [str(each) for each in leak.ids]
    texts = {
        "txt": ("keep.txt", "\n".join(ids)),
        "csv": ("keep.csv", "IID\n" + "\n".join(ids) + "\n"),
        "line": ("notes.md", f"Included: {', '.join(ids)}.\n"),
        "json": ("keep.json", json.dumps({"included": [int(each) for each in ids]})),
    }
    name, text = texts[form]
    leak.path(name).write_text(text, encoding="utf-8")
    return leak.hand_in(leak.path(name), cells=len(ids))


@attack(3, form=("csv", "tsv", "parquet"))
def sensitive_column(leak: Leak, *, form: str) -> Handed:
    """Class 3: ids beside one column."""
    chosen = leak.people.select(leak.people.columns[:2])
    return leak.hand_in(getattr(writers, form)(chosen, leak.path("status")), cells=len(chosen))


@attack(4, form=("txt", "md", "html"))
def rows_among_aggregates(leak: Leak, *, form: str) -> Handed:
    """Class 4: the first rows between summaries of everybody, as head() leaves them."""
    summary = leak.cohort.select(leak.rows.columns).describe()
    if form == "html":
        body = f"<html><body>{writers.html_table(summary)}{writers.html_table(leak.rows)}</body></html>"
    elif form == "md":
        body = f"# Summary\n\n{_markdown(summary)}\n\n# Check\n\n{_markdown(leak.rows)}\n"
    else:
        body = f"Summary\n{_aligned(summary)}\n\nFirst rows\n{_aligned(leak.rows)}\n\nEnd of log\n"
    target = leak.path(f"summary.{form}")
    target.write_text(body, encoding="utf-8")
    return leak.hand_in(target)


@attack(5, kind=("residuals", "fitted", "prs", "propensity", "clusters", "embedding"), ids=(False, True))
def derived_variables(leak: Leak, *, kind: str, ids: bool) -> Handed:
    """Class 5: variables computed for each person, the commonest honest mistake."""
    numbers = leak.numbers
    filled = numbers.with_columns(pl.all().fill_null(pl.all().mean())).fill_null(0).to_numpy()
    spread = filled.std(axis=0)
    scaled = (filled - filled.mean(axis=0)) / np.where(spread > 0, spread, 1)
    weights = leak.draw.normal(size=(scaled.shape[1] - 1, 4))
    fitted = scaled[:, 1:] @ weights[:, 0] / 3
    made = {
        "residuals": {"resid": scaled[:, 0] - fitted},
        "fitted": {"fitted": fitted, "leverage": (scaled**2).mean(axis=1) / len(scaled)},
        "prs": {"score": fitted * 0.31 + 0.002},
        "propensity": {"ps": 1 / (1 + np.exp(-fitted))},
        "clusters": {"cluster": (scaled[:, 1:] @ weights).argmax(axis=1)},
        "embedding": {f"z{place}": (scaled[:, 1:] @ weights)[:, place] for place in range(4)},
    }[kind]
    table = pl.DataFrame({name: np.round(values, 6) for name, values in made.items()})
    if ids:
        table = table.insert_column(0, leak.ids)
    return leak.hand_in(writers.csv(table, leak.path(kind)), cells=table.height * len(made))


@attack(6, form=("html", "text", "stream"))
def notebook_outputs(leak: Leak, *, form: str) -> Handed:
    """Class 6: a notebook whose outputs were not cleared."""
    result = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    if form == "html":
        outputs = [{**result, "data": {"text/html": writers.html_table(leak.people)}}]
    elif form == "text":
        outputs = [{**result, "data": {"text/plain": _aligned(leak.people)}}]
    else:
        outputs = [{"output_type": "stream", "name": "stdout", "text": _aligned(leak.people)}]
    target = leak.path("analysis.ipynb")
    target.write_text(writers.notebook_text(outputs, "data"), encoding="utf-8")
    return leak.hand_in(target)


def _aligned(table: pl.DataFrame) -> str:
    lines = [("", *table.columns)]
    for number, row in enumerate(table.cast(pl.String).fill_null("NaN").iter_rows()):
        lines.append((str(number), *(cell.replace(" ", "_") for cell in row)))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    )


def _markdown(table: pl.DataFrame) -> str:
    lines = [table.columns, ["---"] * table.width, *table.cast(pl.String).fill_null("").rows()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
