"""What a picture shows, measured on its pixels: lines of numbers, which are read, and cells."""

from strongroom.checker.readers.raster.cells import weighted_cells
from strongroom.checker.readers.raster.lines import Line, number_lines
from strongroom.checker.readers.raster.numbers import read_numbers
from strongroom.checker.readers.raster.shades import Shades, contrast, shades

__all__ = ["Line", "Shades", "contrast", "number_lines", "read_numbers", "shades", "weighted_cells"]
