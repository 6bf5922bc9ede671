"""Single records, and rows too short to recognise individually."""
