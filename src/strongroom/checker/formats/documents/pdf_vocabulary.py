"""The names of PDF (ISO 32000-1) that a page needs to be drawn; everything else is removed."""

# fmt: off
PAGE_KEYS = {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}
# Dictionaries whose keys are names of the file's own making.
OWN_NAMES = {
    "/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/CharProcs", "/Colorants",
}
DRAWING_KEYS = PAGE_KEYS | OWN_NAMES | {
    "/Subtype", "/Length", "/Filter", "/DecodeParms", "/BBox", "/Matrix", "/FormType", "/ProcSet",
    "/Width", "/Height", "/BitsPerComponent", "/ImageMask", "/Mask", "/SMask", "/Decode",
    "/Interpolate", "/Intent", "/S", "/CS", "/I", "/K", "/BC", "/TR", "/LW", "/LC", "/LJ", "/ML", "/D",
    "/RI", "/OP", "/op", "/OPM", "/SA", "/BM", "/CA", "/ca", "/AIS", "/TK", "/FL", "/BG", "/BG2",
    "/UCR", "/UCR2", "/TR2", "/HT", "/SM", "/G", "/BaseFont", "/FirstChar", "/LastChar", "/Widths",
    "/FontDescriptor", "/Encoding", "/ToUnicode", "/DescendantFonts", "/CIDSystemInfo", "/Registry",
    "/Ordering", "/Supplement", "/DW", "/DW2", "/W", "/W2", "/CIDToGIDMap", "/FontBBox", "/FontMatrix",
    "/FontName", "/FontFamily", "/FontStretch", "/FontWeight", "/Flags", "/ItalicAngle", "/Ascent",
    "/Descent", "/Leading", "/CapHeight", "/XHeight", "/StemV", "/StemH", "/AvgWidth", "/MaxWidth",
    "/MissingWidth", "/FontFile", "/FontFile2", "/FontFile3", "/CharSet", "/CIDSet", "/Name",
    "/Length1", "/Length2", "/Length3", "/BaseEncoding", "/Differences", "/CMapName", "/WMode",
    "/UseCMap", "/PatternType", "/PaintType", "/TilingType", "/XStep", "/YStep", "/ShadingType",
    "/Coords", "/Domain", "/Function", "/Extend", "/Background", "/AntiAlias", "/BitsPerCoordinate",
    "/BitsPerFlag", "/VerticesPerRow", "/FunctionType", "/Range", "/Size", "/BitsPerSample", "/Order",
    "/Encode", "/C0", "/C1", "/N", "/Functions", "/Bounds", "/Alternate", "/WhitePoint", "/BlackPoint",
    "/Gamma", "/Predictor", "/Columns", "/Colors", "/Process", "/Components", "/Attributes",
}
OPERATORS = {
    "b", "B", "b*", "B*", "BI", "BT", "BX", "c", "cm", "CS", "cs", "d", "d0", "d1", "Do", "EI", "ET",
    "EX", "f", "F", "f*", "G", "g", "gs", "h", "i", "ID", "j", "J", "K", "k", "l", "m", "M", "n", "q",
    "Q", "re", "RG", "rg", "ri", "s", "S", "SC", "sc", "SCN", "scn", "sh", "T*", "Tc", "Td", "TD", "Tf",
    "Tj", "TJ", "TL", "Tm", "Tr", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y", "'", '"', "INLINE IMAGE",
}
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound", "/GoToE"}
# fmt: on
