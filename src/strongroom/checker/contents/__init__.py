"""What can be found in a file: tables, texts, pictures, models, problems; and how a reader sends them."""
