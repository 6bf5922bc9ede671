"""The formats that are read: bytes in, artefacts out. Readers run in a confined process only."""
