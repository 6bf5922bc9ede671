"""Scientific containers: arrays, HDF5, R, SQLite, Stata, SAS, SPSS, genotypes."""
