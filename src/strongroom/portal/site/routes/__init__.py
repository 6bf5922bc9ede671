"""The addresses of each room."""
