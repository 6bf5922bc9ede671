"""Safe data: cohorts in the vault, the views issued from them, and the people who withdrew."""
