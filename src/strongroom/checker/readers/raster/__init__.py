"""What a picture shows, measured on its pixels: lines of numbers, dots and cells, which are read."""

from strongroom.checker.readers.raster.cells import weighted_cells
from strongroom.checker.readers.raster.dots import Dots, find_dots
from strongroom.checker.readers.raster.frames import lone_marks
from strongroom.checker.readers.raster.ground import colours
from strongroom.checker.readers.raster.lattice import Lattice, read_cells
from strongroom.checker.readers.raster.lines import Line, number_lines
from strongroom.checker.readers.raster.low_bits import low_bits
from strongroom.checker.readers.raster.numbers import read_numbers
from strongroom.checker.readers.raster.panels import panels
from strongroom.checker.readers.raster.shades import Shades, contrast, shades
from strongroom.checker.readers.raster.strokes import Strokes, strokes

__all__ = [
    "Dots",
    "Lattice",
    "Line",
    "Shades",
    "Strokes",
    "colours",
    "contrast",
    "find_dots",
    "lone_marks",
    "low_bits",
    "number_lines",
    "panels",
    "read_cells",
    "read_numbers",
    "shades",
    "strokes",
    "weighted_cells",
]
