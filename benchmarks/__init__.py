"""What we claim, as commands: `python -m benchmarks [NAME...]` prints the tables."""
