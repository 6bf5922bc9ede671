"""Archives: ZIP and tar, each member read as a separate file."""
