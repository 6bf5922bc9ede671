"""`strongroom ledger …`: the ledger, for auditors."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strongroom.cli.commands import Commands
from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person
from strongroom.errors import UsageError

if TYPE_CHECKING:
    from strongroom.ledger import VerificationReport

app = Commands(
    help="Verify and export the ledger, sign checkpoints, and prove entries.", no_args_is_help=True
)

VERIFY = """Verify the ledger: recompute its hashes, and check all checkpoints and signatures.

With --state, also compare every row of the database with its last digest in the ledger. With --file, verify
an export instead; with --key, use your own copy of the keys, without a home. A home is only read.
Example:

  strongroom ledger verify --file ledger.jsonl --key @ledger.pub --key @witness.pub
"""
EXPORT = """Export the whole ledger to one file, with the stand-alone verifier beside it.

Example:

  strongroom ledger export --to ledger-2026-11.jsonl
"""
CHECKPOINT = """Sign a checkpoint of the ledger, have the witness cosign it, and print it.

Keep it on another machine: it proves later that no earlier entry was changed. With --from, a witness that
lost its memory continues from a checkpoint that was kept. Example:

  strongroom ledger checkpoint > checkpoint-2026-11-21.txt
"""
PROVE = """Print entry N with its inclusion proof.

Example:

  strongroom ledger prove 12 --json
"""


@app.command("verify", help=VERIFY)
def verify(
    file: Annotated[Path | None, typer.Option(help="An exported ledger.")] = None,
    key: Annotated[list[str] | None, typer.Option(help="A verifier key, or @FILE; can be repeated.")] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint kept elsewhere, which the ledger must continue.")
    ] = None,
    state: Annotated[
        bool, typer.Option("--state", help="Also compare the state in the database with the ledger.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `ledger verify`."""
    from strongroom.ledger import verify_export
    from strongroom.portal.home import read_home
    from strongroom.portal.oversight.ledger_audit import trusted_keys, verify_ledger
    from strongroom.portal.oversight.state_audit import verify_state

    kept = [path.read_text(encoding="utf-8") for path in checkpoint or []]
    if file is not None:
        if state:
            raise UsageError("An export has no state.", hint="Use either --file or --state.")
        keys = [_key(text) for text in key] if key else trusted_keys(read_home(home))
        report = verify_export(file, keys, checkpoints=kept)
        Console(as_json=json).result(_document(report), _lines(report))
        return
    opened = read_home(home)
    report = verify_ledger(opened, checkpoints=kept)
    rows = verify_state(opened).rows if state else None
    document, lines = _document(report), _lines(report)
    if rows is not None:
        document["state_rows"] = rows
        lines.append(f"  {rows:,} rows of state match the ledger")
    Console(as_json=json).result(document, lines)


@app.command("export", help=EXPORT)
def export(
    to: Annotated[Path | None, typer.Option(help="A new file [default: ledger-TIME.jsonl].")] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `ledger export`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.oversight.ledger_audit import export_ledger

    opened = open_home(home)
    to = to or Path(f"ledger-{opened.clock():%Y%m%dT%H%M%SZ}.jsonl")
    sealed = export_ledger(opened, to=to, by=acting_person())
    document = {"file": str(to), "entries": sealed.head.size, "root": sealed.head.root.hex()}
    Console(as_json=json).result(document, [f"{sealed.head.size:,} entries written to {to}."])


@app.command("checkpoint", help=CHECKPOINT)
def checkpoint_now(
    kept: Annotated[
        Path | None,
        typer.Option("--from", help="A checkpoint for a witness that lost its memory to continue from."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `ledger checkpoint`."""
    from strongroom.portal.acts.transactions import seal
    from strongroom.portal.home import open_home
    from strongroom.portal.oversight.ledger_audit import relearn

    if kept is None:
        sealed = seal(open_home(home))
    else:
        sealed = relearn(home, kept.read_text(encoding="utf-8"), by=acting_person())
    document = {"size": sealed.head.size, "root": sealed.head.root.hex(), "note": str(sealed)}
    Console(as_json=json).result(document, str(sealed).rstrip("\n").split("\n"))


@app.command("prove", help=PROVE)
def prove(
    number: Annotated[int, typer.Argument(metavar="N", min=0, help="The entry's number, from 0.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `ledger prove`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.oversight.ledger_audit import prove_entry

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


def _document(report: "VerificationReport") -> dict[str, Any]:
    return {"verifies": True, **asdict(report)}


def _lines(report: "VerificationReport") -> list[str]:
    return [
        f"The ledger {report.origin} verifies.",
        f"  {report.entries:,} entries from {report.first_time} to {report.last_time}",
        f"  {report.checkpoints:,} checkpoints, the newest over {report.sealed:,} entries",
        f"  root {report.root}",
        f"  cosigned by {', '.join(report.witnesses) or 'no witness'}",
        *(f"  warning: {warning}" for warning in report.warnings),
    ]
