"""Values in comparable form, however they are written."""
