"""The one master, layout and theme of released slides: plain, black on white.

Elements are those of ECMA-376, part 1, section 19 (PresentationML) and 20 (DrawingML).
"""

from strongroom.checker.formats.office.ooxml import DRAWING, RELATIONS, Package

SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
SPACES = f'xmlns:a="{DRAWING}" xmlns:p="{SLIDES}" xmlns:r="{RELATIONS}"'
TREE = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr>'
    '<a:xfrm><a:off x="0" '
    'y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
MASTER, LAYOUT = "ppt/slideMasters/slideMaster1.xml", "ppt/slideLayouts/slideLayout1.xml"
_THEME = "ppt/theme/theme1.xml"
_MIME = "presentationml"
_COLOURS = (
    ("dk1", "000000"), ("lt1", "FFFFFF"), ("dk2", "1F497D"), ("lt2", "EEECE1"), ("accent1", "1F77B4"),
    ("accent2", "FF7F0E"), ("accent3", "2CA02C"), ("accent4", "D62728"), ("accent5", "9467BD"),
    ("accent6", "8C564B"), ("hlink", "0000FF"), ("folHlink", "800080"),
)  # fmt: skip


def add_master(package: Package) -> None:
    """Add the master, its layout and its theme to a container."""
    title = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Title"/><p:cNvSpPr/><p:nvPr><p:ph type="title"/>'
        "</p:nvPr></p:nvSpPr>"
        '<p:spPr><a:xfrm><a:off x="457200" y="274638"/><a:ext cx="8229600" cy="1143000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/>'
        "<a:lstStyle/><a:p/></p:txBody>"
        "</p:sp>"
    )
    tree = f"<p:cSld><p:spTree>{TREE}{title}</p:spTree></p:cSld>"
    colours = " ".join(
        f'{name}="{theirs}"'
        for name, theirs in (("bg1", "lt1"), ("tx1", "dk1"), ("bg2", "lt2"), ("tx2", "dk2"))
    )
    others = " ".join(f'{name}="{name}"' for name, _ in _COLOURS[4:])
    link = package.refer(MASTER, LAYOUT, "slideLayout")
    level = '<a:lvl1pPr><a:defRPr sz="{}"><a:latin typeface="+mn-lt"/></a:defRPr></a:lvl1pPr>'
    styles = "".join(
        f"<p:{name}Style>{level.format(size)}</p:{name}Style>"
        for name, size in (("title", 3600), ("body", 2400), ("other", 1800))
    )
    package.add(
        MASTER,
        f"<p:sldMaster {SPACES}>{tree}<p:clrMap {colours} {others}/><p:sldLayoutIdLst>"
        '<p:sldLayoutId id="2147483649" '
        f'r:id="{link}"/></p:sldLayoutIdLst><p:txStyles>{styles}</p:txStyles></p:sldMaster>',
        f"{_MIME}.slideMaster",
    )
    package.refer(MASTER, _THEME, "theme")
    package.add(
        LAYOUT, f'<p:sldLayout {SPACES} type="titleOnly">{tree}</p:sldLayout>', f"{_MIME}.slideLayout"
    )
    package.refer(LAYOUT, MASTER, "slideMaster")
    package.add(_THEME, _theme(), "theme")


def _theme() -> str:
    colours = "".join(f'<a:{name}><a:srgbClr val="{code}"/></a:{name}>' for name, code in _COLOURS)
    font = '<a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'<a:theme xmlns:a="{DRAWING}" name="Plain"><a:themeElements>'
        f'<a:clrScheme name="Plain">{colours}</a:clrScheme>'
        f'<a:fontScheme name="Plain"><a:majorFont>{font}</a:majorFont>'
        f"<a:minorFont>{font}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Plain"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        "</a:fmtScheme></a:themeElements></a:theme>"
    )
