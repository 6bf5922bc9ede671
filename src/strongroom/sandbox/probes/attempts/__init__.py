"""The programs that run inside a job: one module for each family of ways out."""
