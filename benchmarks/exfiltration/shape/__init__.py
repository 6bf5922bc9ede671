"""The corpus of public tables behind `table_types.row_level_model`, and the command that fits it."""
