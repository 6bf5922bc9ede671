"""Office containers: workbooks, Word documents and slides."""
