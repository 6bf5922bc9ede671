"""The append-only record: a Merkle log, signed checkpoints, proofs, witnesses and an offline verifier."""

from strongroom.ledger.database import Database, SqliteDatabase
from strongroom.ledger.entry import LARGEST_ENTRY, Entry
from strongroom.ledger.log import Checkpoint, Ledger
from strongroom.ledger.note import SignedNote, TreeHead, VerifierKey
from strongroom.ledger.proof import ConsistencyProof, InclusionProof
from strongroom.ledger.schema import create_schema, drop_statements, statements
from strongroom.ledger.signer import Signer
from strongroom.ledger.witness import FileMemory, Witness, WitnessMemory, WitnessRefusedError

__all__ = [
    "LARGEST_ENTRY",
    "Checkpoint",
    "ConsistencyProof",
    "Database",
    "Entry",
    "FileMemory",
    "InclusionProof",
    "Ledger",
    "SignedNote",
    "Signer",
    "SqliteDatabase",
    "TreeHead",
    "VerifierKey",
    "Witness",
    "WitnessMemory",
    "WitnessRefusedError",
    "create_schema",
    "drop_statements",
    "statements",
]
