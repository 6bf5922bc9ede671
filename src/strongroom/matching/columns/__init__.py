"""Which cohort column is a file's column?"""
