"""Fit the network of `checker.readers.raster.digits` on printed glyphs, write it and print what it reaches.

    .venv/bin/python benchmarks/exfiltration/_fit_digits.py /usr/share/fonts/truetype

Glyphs are drawn in the fonts of the folder, of matplotlib and of Pillow, at 8 to 42 pixels, some of them
shrunk or through JPEG. The fonts in HELD_OUT are never fitted on; the last line says how it does on them.
Letters that look like a digit (I, O, l, o) are left out on both sides: a line's height tells them.
"""

import argparse
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from sklearn.neural_network import MLPClassifier

from strongroom.checker.formats.pictures.raster import digits
from strongroom.checker.formats.pictures.raster.components import components

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
_SIZES = (8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 24, 28, 34, 42)
_PILLOWS = "Pillow's own"
_SHRUNK = 0.93

Samples = tuple[np.ndarray, np.ndarray]


def fonts(folder: Path) -> list[str]:
    """Return the fonts, each name once."""
    found = [*folder.rglob("*.ttf"), *Path(mpl.get_data_path(), "fonts", "ttf").glob("*.ttf")]
    named = {path.stem: str(path) for path in sorted(found) if not path.stem.startswith(_STRANGE)}
    named = {name: path for name, path in named.items() if not any(word in name for word in _STRANGE)}
    return [*named.values(), _PILLOWS]


def glyphs(font: str, draw: np.random.Generator) -> Iterator[Samples]:
    """Yield patches and what they are, size by size, twice each."""
    for size in (*_SIZES, *_SIZES):
        pen = ImageFont.load_default(size) if font == _PILLOWS else ImageFont.truetype(font, size)
        cell = 2 * size
        page = Image.new("L", (cell * len(_GLYPHS), 2 * cell), 255)
        for place, glyph in enumerate(_GLYPHS):
            corner = (cell * place + size + draw.uniform(), size + draw.uniform())
            ImageDraw.Draw(page).text(corner, glyph, font=pen, fill=int(draw.choice([0, 0, 0, 60])))
        page, scale = worn(page, draw)
        ink = 255 - np.asarray(page)
        boxes = components(ink > 80)
        high, wide = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        boxes = boxes[(high >= 5) & (wide >= 0.1 * high) & (wide <= 1.3 * high)]
        places = ((boxes[:, 1] + boxes[:, 3]) / (2 * cell * scale)).astype(int)
        known = [_GLYPHS[place] for place in np.minimum(places, len(_GLYPHS) - 1)]
        told = [int(glyph) if glyph.isdigit() else digits.NO_DIGIT for glyph in known]
        yield digits.patches(ink, boxes), np.array(told)


def worn(page: Image.Image, draw: np.random.Generator) -> tuple[Image.Image, float]:
    """Return a page through JPEG, shrunk, or as it is, and how much it was shrunk."""
    way = draw.integers(4)
    if way == 0:
        sink = BytesIO()
        page.save(sink, "JPEG", quality=75)
        return Image.open(sink), 1.0
    if way == 1:
        size = (int(page.width * _SHRUNK), int(page.height * _SHRUNK))
        return page.resize(size, Image.Resampling.BILINEAR), _SHRUNK
    return page, 1.0


def main() -> None:
    """Fit, write, and print the share of glyphs told right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fonts", type=Path)
    draw = np.random.default_rng(1)
    fitted: list[Samples] = []
    kept: list[Samples] = []
    for font in fonts(parser.parse_args().fonts):
        (kept if any(font.endswith(f"{name}.ttf") for name in HELD_OUT) else fitted).extend(
            glyphs(font, draw)
        )
    model = MLPClassifier((32,), max_iter=14, random_state=0, learning_rate_init=2e-3, batch_size=256)
    model.fit(*_together(fitted))
    layers = zip(model.coefs_, model.intercepts_, strict=True)
    whole = [{"weights": _thousandths(weights), "bias": _thousandths(bias)} for weights, bias in layers]
    target = Path(digits.__file__).with_name("digits.json")
    target.write_text(json.dumps({"layers": whole}, separators=(",", ":")) + "\n", encoding="utf-8")
    patches, told = _together(kept)
    said, digit = model.predict(patches), told != digits.NO_DIGIT
    print(f"fitted on {sum(len(each[1]) for each in fitted):,} glyphs; of fonts kept aside {len(told):,}:")
    print(f"digits told right {np.mean(said[digit] == told[digit]):.4f}")
    print(f"letters taken for digits {np.mean(said[~digit] != digits.NO_DIGIT):.4f}")


def _together(samples: list[Samples]) -> Samples:
    return np.concatenate([each[0] for each in samples]), np.concatenate([each[1] for each in samples])


def _thousandths(values: np.ndarray) -> list:
    return np.rint(values * 1_000).astype(int).tolist()


if __name__ == "__main__":
    main()
