"""What every room stands on: the ledger's rows, and the one way to change state, with its entry."""
