"""What a picture's pixels show: lines of numbers, points and cells, read back as tables."""

from strongroom.checker.formats.pictures.raster.background import colours
from strongroom.checker.formats.pictures.raster.bars import find_bars
from strongroom.checker.formats.pictures.raster.cells import weighted_cells
from strongroom.checker.formats.pictures.raster.dots import PlotPoints, find_points
from strongroom.checker.formats.pictures.raster.grey_levels import Shades, contrast, shades
from strongroom.checker.formats.pictures.raster.heat_map import Lattice, read_cells
from strongroom.checker.formats.pictures.raster.low_bits import low_bits
from strongroom.checker.formats.pictures.raster.number_lines import Line, number_lines
from strongroom.checker.formats.pictures.raster.number_tables import read_numbers
from strongroom.checker.formats.pictures.raster.panels import panels
from strongroom.checker.formats.pictures.raster.plot_frames import isolated_marks_of_frames
from strongroom.checker.formats.pictures.raster.strokes import Strokes, strokes

__all__ = [
    "Lattice",
    "Line",
    "PlotPoints",
    "Shades",
    "Strokes",
    "colours",
    "contrast",
    "find_bars",
    "find_points",
    "isolated_marks_of_frames",
    "low_bits",
    "number_lines",
    "panels",
    "read_cells",
    "read_numbers",
    "shades",
    "strokes",
    "weighted_cells",
]
