"""Web pages, PDFs and notebooks."""
