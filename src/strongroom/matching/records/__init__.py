"""Single records, and rows too short to recognise one by one."""
