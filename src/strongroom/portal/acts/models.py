"""The ledger's rows, to be read by pages and reports; only `strongroom.ledger` writes them.

The tables are made by the first migration from `strongroom.ledger.schema`, with triggers that refuse any
change.
"""

from django.db import models


class LedgerEntry(models.Model):
    """One entry; `body` is its canonical JSON."""

    index = models.BigIntegerField(primary_key=True)
    time = models.TextField()
    body = models.BinaryField()
    leaf_hash = models.BinaryField()

    class Meta:
        """The table is the ledger's."""

        managed = False
        db_table = "ledger_entry"
        ordering = ["index"]

    def __str__(self) -> str:
        return f"entry {self.index}"


class LedgerNode(models.Model):
    """The hash of a complete subtree, so that proofs are short to compute."""

    number = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField()

    class Meta:
        """The table is the ledger's."""

        managed = False
        db_table = "ledger_node"

    def __str__(self) -> str:
        return f"node {self.number}"


class LedgerCheckpoint(models.Model):
    """A signed note over the size and root at one moment."""

    number = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    time = models.TextField()

    class Meta:
        """The table is the ledger's."""

        managed = False
        db_table = "ledger_checkpoint"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"checkpoint of {self.size} entries"


class LedgerHead(models.Model):
    """The one row writers queue for."""

    size = models.BigIntegerField()

    class Meta:
        """The table is the ledger's."""

        managed = False
        db_table = "ledger_head"

    def __str__(self) -> str:
        return f"{self.size} entries"
