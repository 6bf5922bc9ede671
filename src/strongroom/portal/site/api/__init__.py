"""The interface for programs, with tokens: files are checked, released and fetched as on the pages."""
