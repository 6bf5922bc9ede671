"""Formats of pictures: SVG drawings, and raster pictures, which all leave as PNG."""

from strongroom.checker.formats.format import OLE_START, Candidate, Format, Order, Sign, magic
from strongroom.checker.formats.text.formats import markup_root, may_be_markup

_IN = "strongroom.checker.formats.pictures"
_PLUGINS = tuple(f"PIL.{name}ImagePlugin" for name in ("Bmp", "Gif", "Jpeg", "Png", "Ppm"))


def _raster(name: str, endings: tuple[str, ...], *looks: Sign, reader: str = "raster_files:read") -> Format:
    return Format(
        name,
        f"image/{name.lower()}",
        endings,
        f"{_IN}.{reader}",
        looks,
        f"{_IN}.rebuild_raster:rebuild_picture",
        preload=_PLUGINS,
        raster=True,
        copy="the visible pixels and the resolution as PNG, rare colours in 16 steps a channel",
        library="Pillow",
    )


def _is_svg(file: Candidate) -> bool:
    return may_be_markup(file) and not file.data.startswith(OLE_START) and markup_root(file) == "svg"


def _is_webp(file: Candidate) -> bool:
    return file.data.startswith(b"RIFF") and file.data[8:12] == b"WEBP"


def _is_bmp(file: Candidate) -> bool:
    reserved = int.from_bytes(file.data[6:10], "little")
    return file.data.startswith(b"BM") and reserved == 0 and file.name.endswith(".bmp")


JPEG = _raster("JPEG", (".jpg", ".jpeg"), magic(Order.DOCUMENT_MAGIC, b"\xff\xd8\xff"))
TIFF = _raster("TIFF", (".tif", ".tiff"), magic(Order.DOCUMENT_MAGIC, b"II*\x00", b"MM\x00*"))
GIF = _raster("GIF", (".gif",), magic(Order.DOCUMENT_MAGIC, b"GIF87a", b"GIF89a"))
WEBP = _raster("WebP", (".webp",), Sign(Order.DOCUMENT_LAYOUT, _is_webp))
BMP = _raster("BMP", (".bmp",), Sign(Order.DOCUMENT_LAYOUT, _is_bmp))
PNG = _raster("PNG", (".png",), magic(Order.MAGIC, b"\x89PNG\r\n\x1a\n"), reader="png:read")
SVG = Format(
    "SVG",
    "image/svg+xml",
    (".svg",),
    f"{_IN}.svg:read",
    (Sign(Order.MARKUP, _is_svg),),
    f"{_IN}.rebuild_svg:rebuild_svg",
    copy="the visible shapes and words as SVG, coordinates rounded",
    library="defusedxml",
)
