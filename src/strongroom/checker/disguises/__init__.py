"""Participant-level data in disguise: encodings, spelled numbers, other readings of what was found."""
