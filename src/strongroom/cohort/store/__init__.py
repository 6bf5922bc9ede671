"""Encrypted files: tables as Parquet, each under its own key, small blobs under AES-GCM; none unencrypted."""

from strongroom.cohort.store.atomic import atomic_path, file_sha256, fresh_directory
from strongroom.cohort.store.blob import read_blob, write_blob
from strongroom.cohort.store.reader import EncryptedTable
from strongroom.cohort.store.stored_table import StoredTable, TableKind
from strongroom.cohort.store.writer import ROW_GROUP, EncryptedTableWriter

__all__ = [
    "ROW_GROUP",
    "EncryptedTable",
    "EncryptedTableWriter",
    "StoredTable",
    "TableKind",
    "atomic_path",
    "file_sha256",
    "fresh_directory",
    "read_blob",
    "write_blob",
]
