"""Searches every row of a large delimited table for participants' ids, without parsing its cells."""
