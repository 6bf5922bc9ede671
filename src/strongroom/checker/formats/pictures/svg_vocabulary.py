"""The SVG elements and attributes that a rebuilt drawing may use; all others are dropped."""

import re

# fmt: off
CONTAINERS = {
    "svg", "g", "defs", "symbol", "clipPath", "mask", "pattern", "marker", "switch", "linearGradient",
    "radialGradient", "stop", "style",
}
SHOWN = CONTAINERS | {
    "text", "tspan", "textPath", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use",
    "image",
}
# Position and size of a shape: found as coordinates.
PLACES = {
    "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "d", "points",
    "transform", "viewBox",
}
NUMERIC = PLACES | {
    "fx", "fy", "dx", "dy", "offset", "rotate", "textLength", "refX", "refY", "markerWidth", "markerHeight",
    "patternTransform", "gradientTransform",
}
LOOKS = {
    "clip-path", "clip-rule", "color", "display", "dominant-baseline", "fill", "fill-opacity", "fill-rule",
    "font", "font-family", "font-size", "font-stretch", "font-style", "font-variant", "font-weight",
    "letter-spacing", "marker-end", "marker-mid", "marker-start", "mask", "opacity", "overflow", "stop-color",
    "stop-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin",
    "stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor", "text-decoration",
    "text-rendering", "vector-effect", "visibility", "word-spacing", "writing-mode", "baseline-shift",
    "-inkscape-font-specification",
}
SETTINGS = {
    "preserveAspectRatio", "clipPathUnits", "maskUnits", "maskContentUnits", "patternUnits",
    "patternContentUnits", "gradientUnits", "spreadMethod", "markerUnits", "orient", "lengthAdjust",
    "version", "class", "id", "style", "href",
}
# fmt: on
# A value without external addresses and without rules of its own.
PLAIN_VALUE = re.compile(r"(?:[\w#.,%+\-\s'\"()]|(?<=[\d)])/)*")
REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)['\"]?\s*\)")
