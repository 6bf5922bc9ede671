"""Planning a fingerprint: which columns are marked, by how much, and which are left unchanged."""
