"""What others check with, on the same files; used here alone, never by the checker."""

from benchmarks.exfiltration._peers.peers import NAMES, Peers

__all__ = ["NAMES", "Peers"]
