"""Raster pictures and SVG drawings: what they show, as tables and coordinates."""
