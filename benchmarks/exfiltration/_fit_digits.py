"""Fit the network that reads printed digits in pictures, `checker.formats.pictures.raster.digits`.

    python benchmarks/refit.py --only digits --fonts /usr/share/fonts/truetype

Glyphs are drawn in the fonts of a folder, of matplotlib and of Pillow, at 8 to 42 pixels, some of them
shrunk or compressed as JPEG. The fit does not use the fonts in HELD_OUT; the scores are measured on them.
Letters that look like a digit (I, O, l, o) are in neither part: the height of a line tells them apart.
"""

import json
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from benchmarks.exfiltration._fitted import statement
from PIL import Image, ImageDraw, ImageFont
from sklearn.neural_network import MLPClassifier

from strongroom.checker.formats.pictures.raster import digits
from strongroom.checker.formats.pictures.raster.components import components

TARGET = Path(digits.__file__).with_name("digits.json")
HELD_OUT = ("LiberationSerif-Regular", "DejaVuSansMono-Bold", "LiberationSans-Bold", "DejaVuSansCondensed")
_STRANGE = (
    "cmex",
    "cmmi",
    "cmsy",
    "cmtt",
    "STIXSiz",
    "STIXNon",
    "Display",
    "ExtraLight",
    "Math",
    "LastResort",
)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz()%<>/:+=[]&#*"
_GLYPHS = "0123456789" * 4 + _LETTERS
SIZES = (8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 24, 28, 34, 42)
_PILLOWS = "Pillow's own"
_SHRUNK = 0.93

Samples = tuple[np.ndarray, np.ndarray]


def fonts(folder: Path) -> list[str]:
    """Return the fonts, each name once."""
    found = [*folder.rglob("*.ttf"), *Path(mpl.get_data_path(), "fonts", "ttf").glob("*.ttf")]
    named = {path.stem: str(path) for path in sorted(found) if not path.stem.startswith(_STRANGE)}
    named = {name: path for name, path in named.items() if not any(word in name for word in _STRANGE)}
    return [*named.values(), _PILLOWS]


def glyphs(font: str, draw: np.random.Generator, sizes: Sequence[int]) -> Iterator[Samples]:
    """Yield patches and their classes, for each size twice."""
    for size in (*sizes, *sizes):
        pen = ImageFont.load_default(size) if font == _PILLOWS else ImageFont.truetype(font, size)
        cell = 2 * size
        page = Image.new("L", (cell * len(_GLYPHS), 2 * cell), 255)
        for place, glyph in enumerate(_GLYPHS):
            corner = (cell * place + size + draw.uniform(), size + draw.uniform())
            ImageDraw.Draw(page).text(corner, glyph, font=pen, fill=int(draw.choice([0, 0, 0, 60])))
        page, scale = degraded(page, draw)
        ink = 255 - np.asarray(page)
        boxes = components(ink > 80)
        high, wide = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        boxes = boxes[(high >= 5) & (wide >= 0.1 * high) & (wide <= 1.3 * high)]
        places = ((boxes[:, 1] + boxes[:, 3]) / (2 * cell * scale)).astype(int)
        known = [_GLYPHS[place] for place in np.minimum(places, len(_GLYPHS) - 1)]
        truth = [int(glyph) if glyph.isdigit() else digits.NO_DIGIT for glyph in known]
        yield digits.patches(ink, boxes), np.array(truth)


def degraded(page: Image.Image, draw: np.random.Generator) -> tuple[Image.Image, float]:
    """Return a page compressed as JPEG, shrunk or unchanged, and the factor it was shrunk by."""
    way = draw.integers(4)
    if way == 0:
        sink = BytesIO()
        page.save(sink, "JPEG", quality=75)
        return Image.open(sink), 1.0
    if way == 1:
        size = (int(page.width * _SHRUNK), int(page.height * _SHRUNK))
        return page.resize(size, Image.Resampling.BILINEAR), _SHRUNK
    return page, 1.0


def fit(folder: Path, *, sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Return the content of `digits.json`, fitted on glyphs of a folder's fonts; sizes are in pixels."""
    fonts_used, held_out = samples(folder, sizes)
    model = MLPClassifier((32,), max_iter=14, random_state=0, learning_rate_init=2e-3, batch_size=256)
    patches, truth = _joined(fonts_used)
    model.fit(patches, truth)
    layers = zip(model.coefs_, model.intercepts_, strict=True)
    stored = [{"weights": _thousandths(weights), "bias": _thousandths(bias)} for weights, bias in layers]
    data = f"{len(truth):,} glyphs drawn in {len(fonts_used) // (2 * len(sizes))} fonts"
    how = statement(__file__, data=data, held_out=scores(stored, *_joined(held_out)))
    return {"fitted": how, "layers": stored}


def check(folder: Path, *, sizes: Sequence[int] = SIZES) -> dict[str, float]:
    """Return the scores of the stored network on glyphs of the held-out fonts."""
    _, held_out = samples(folder, sizes)
    return scores(json.loads(TARGET.read_text(encoding="utf-8"))["layers"], *_joined(held_out))


def samples(folder: Path, sizes: Sequence[int]) -> tuple[list[Samples], list[Samples]]:
    """Return glyphs to fit and glyphs of the held-out fonts, a sample for each font and size."""
    draw = np.random.default_rng(1)
    used: list[Samples] = []
    held_out: list[Samples] = []
    for font in fonts(folder):
        is_held_out = any(font.endswith(f"{name}.ttf") for name in HELD_OUT)
        (held_out if is_held_out else used).extend(glyphs(font, draw, sizes))
    return used, held_out


def scores(layers: Sequence[dict[str, Any]], patches: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Return how many glyphs there are, and which shares of digits and letters are read right and wrong."""
    (into, into_bias), (out, out_bias) = (
        (np.array(layer["weights"]) / 1_000, np.array(layer["bias"]) / 1_000) for layer in layers
    )
    read = (np.maximum(patches @ into + into_bias, 0) @ out + out_bias).argmax(axis=1)
    digit = truth != digits.NO_DIGIT
    return {
        "glyphs": len(truth),
        "digits read correctly": round(float(np.mean(read[digit] == truth[digit])), 4),
        "letters read as digits": round(float(np.mean(read[~digit] != digits.NO_DIGIT)), 4),
    }


def text(content: dict[str, Any]) -> str:
    """Return the content as it is stored, in one line."""
    return json.dumps(content, separators=(",", ":")) + "\n"


def _joined(samples: list[Samples]) -> Samples:
    return np.concatenate([each[0] for each in samples]), np.concatenate([each[1] for each in samples])


def _thousandths(values: np.ndarray) -> list:
    return np.rint(values * 1_000).astype(int).tolist()
