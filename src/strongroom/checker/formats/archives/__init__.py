"""Archives: ZIP and tar, each member read as a file of its own."""
