# The project's view inside a job: source("/opt/strongroom/strongroom_data.R"); data <- strongroom_data()
# R of Debian reads no Parquet, so every table is also written as CSV when a job runs R.
strongroom_data <- function(directory = "/data") {
  files <- list.files(directory, pattern = "[.]csv$", full.names = TRUE)
  names(files) <- sub("[.]csv$", "", basename(files))
  read <- if (requireNamespace("data.table", quietly = TRUE)) data.table::fread else utils::read.csv
  lapply(files, read)
}
