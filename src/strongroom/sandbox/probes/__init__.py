"""Probes: small programs, each of which tries one way out of a job and says whether it was held.

`attempts` are the programs, which run inside with Python's standard library; `bait` prepares what they look
for on the host; `examine` runs them inside a job and, as a control, without one.
"""
