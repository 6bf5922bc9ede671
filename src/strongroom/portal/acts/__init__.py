"""Acts, through which alone state changes, each with its ledger entry; and the ledger's tables."""
