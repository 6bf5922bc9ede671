"""The append-only ledger: a Merkle tree, signed checkpoints, proofs, witnesses and an offline verifier."""

from strongroom.ledger.database import Database, SqliteDatabase
from strongroom.ledger.entry import LARGEST_ENTRY, Entry
from strongroom.ledger.group import GroupCommitter
from strongroom.ledger.log import Checkpoint, Ledger
from strongroom.ledger.note import SignedNote, TreeHead, VerifierKey
from strongroom.ledger.offline_verifier import Fault, VerificationReport
from strongroom.ledger.proof import ConsistencyProof, InclusionProof
from strongroom.ledger.schema import create_schema, drop_statements, statements
from strongroom.ledger.signer import Signer
from strongroom.ledger.verify import LedgerFaultError, verify_export
from strongroom.ledger.witness import FileMemory, Witness, WitnessMemory, WitnessRefusedError

__all__ = [
    "LARGEST_ENTRY",
    "Checkpoint",
    "ConsistencyProof",
    "Database",
    "Entry",
    "Fault",
    "FileMemory",
    "GroupCommitter",
    "InclusionProof",
    "Ledger",
    "LedgerFaultError",
    "SignedNote",
    "Signer",
    "SqliteDatabase",
    "TreeHead",
    "VerificationReport",
    "VerifierKey",
    "Witness",
    "WitnessMemory",
    "WitnessRefusedError",
    "create_schema",
    "drop_statements",
    "statements",
    "verify_export",
]
