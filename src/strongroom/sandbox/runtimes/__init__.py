"""Runtimes: prepared environments for jobs and sessions, built from lists of packages with hashes."""
