"""`strongroom ledger …`: the record, for auditors."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person
from strongroom.ledger import VerificationReport, verify_export
from strongroom.portal.home import open_home
from strongroom.portal.oversight.record import export_record, prove_entry, trusted_keys, verify_record
from strongroom.portal.record.acts import seal

app = typer.Typer(help="Verify, export, seal and prove the record.", no_args_is_help=True)

VERIFY = """Recompute the record from its entries: hashes, checkpoints, signatures and the witness's.

With --file, an exported copy is verified instead; with --key, against keys you hold, without any home.
Example:

  strongroom ledger verify --file ledger.jsonl --key @ledger.pub --key @witness.pub
"""
EXPORT = """Write the whole record to one file, and the stand-alone verifier beside it.

Example:

  strongroom ledger export --to ledger-2026-11.jsonl
"""
CHECKPOINT = """Sign the record as it stands, have the witness cosign, and print the note.

Keep it somewhere else: it shows later that nothing before it was changed. Example:

  strongroom ledger checkpoint > checkpoint-2026-11-21.txt
"""
PROVE = """Print entry N with the proof that it is in the record.

Example:

  strongroom ledger prove 12 --json
"""


@app.command("verify", help=VERIFY)
def verify(
    file: Annotated[Path | None, typer.Option(help="An exported copy.")] = None,
    key: Annotated[list[str] | None, typer.Option(help="A verifier key, or @FILE; may be repeated.")] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint kept elsewhere, which the copy must continue.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `ledger verify`."""
    kept = [path.read_text(encoding="utf-8") for path in checkpoint or []]
    if file is None:
        report = verify_record(open_home(home), checkpoints=kept)
    else:
        keys = [_key(text) for text in key] if key else trusted_keys(open_home(home))
        report = verify_export(file, keys, checkpoints=kept)
    Console(as_json=json).result(_document(report), _lines(report))


@app.command("export", help=EXPORT)
def export(
    to: Annotated[Path | None, typer.Option(help="A new file [default: ledger-TIME.jsonl here].")] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `ledger export`."""
    opened = open_home(home)
    to = to or Path(f"ledger-{opened.clock():%Y%m%dT%H%M%SZ}.jsonl")
    sealed = export_record(opened, to=to, by=acting_person())
    document = {"file": str(to), "entries": sealed.head.size, "root": sealed.head.root.hex()}
    Console(as_json=json).result(document, [f"{sealed.head.size:,} entries written to {to}."])


@app.command("checkpoint", help=CHECKPOINT)
def checkpoint_now(home: HomeOption = DEFAULT_HOME, json: JsonOption = False) -> None:
    """Run `ledger checkpoint`."""
    sealed = seal(open_home(home))
    document = {"size": sealed.head.size, "root": sealed.head.root.hex(), "note": str(sealed)}
    Console(as_json=json).result(document, str(sealed).rstrip("\n").split("\n"))


@app.command("prove", help=PROVE)
def prove(
    number: Annotated[int, typer.Argument(metavar="N", min=0, help="The entry's number, from 0.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `ledger prove`."""
    proof = prove_entry(open_home(home), number)
    lines = [
        proof["entry"],
        "",
        f"leaf {proof['leaf_hash']}",
        *proof["path"],
        "",
        *proof["checkpoint"].splitlines(),
    ]
    Console(as_json=json).result(proof, lines)


def _key(text: str) -> str:
    return Path(text[1:]).read_text(encoding="utf-8").strip() if text.startswith("@") else text


def _document(report: VerificationReport) -> dict[str, Any]:
    return {"verifies": True, **asdict(report)}


def _lines(report: VerificationReport) -> list[str]:
    return [
        f"The ledger {report.origin} verifies.",
        f"  {report.entries:,} entries from {report.first_time} to {report.last_time}",
        f"  {report.checkpoints:,} checkpoints, the newest over {report.sealed:,} entries",
        f"  root {report.root}",
        f"  cosigned by {', '.join(report.witnesses) or 'nobody'}",
        *(f"  note: {warning}" for warning in report.warnings),
    ]
