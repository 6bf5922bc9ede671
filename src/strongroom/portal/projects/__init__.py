"""Safe projects: an approved purpose with its columns and participants, and the keys that are its alone."""
