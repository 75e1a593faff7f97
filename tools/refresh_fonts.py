"""Rebuild admin_app/documents/fonts from the packages named in its README.

A developer's tool, not needed to run the product: it needs npm, apt-get, dpkg and
fonttools, takes some minutes, and leaves the same files for the same packages.
"""

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphCoordinates

FONTS = Path(__file__).parents[1] / "admin_app" / "documents" / "fonts"
NOTO_VERSION = "0.4.3"
NOTO = {
    "serif": f"@expo-google-fonts/noto-serif-sc@{NOTO_VERSION}",
    "sans": f"@expo-google-fonts/noto-sans-sc@{NOTO_VERSION}",
}
HANAZONO = "fonts-hanazono"
# Signs that stand in certificates besides the hanzi: Latin, middle dot, dashes,
# quotes, fullwidth forms, enclosed numbers, kana (units do use の).
SIGNS = [(0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2027), (0x2030, 0x203B)]
SIGNS += [(0x20AC, 0x20AC), (0x2103, 0x2103), (0x2116, 0x2116), (0x2150, 0x218F)]
SIGNS += [(0x2190, 0x2193), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x25FF)]
SIGNS += [(0x3000, 0x30FF), (0x3220, 0x32FF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF)]
URO_AND_EXTENSION_A = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)]
EXTENSION_B = [(0x20000, 0x2A6DF)]
EXTENSIONS_C_TO_F = [(0x2A700, 0x2EBEF), (0x2F800, 0x2FA1F)]
# In 1024ths of the character's height: one dot of a 600 dpi printer at 15 pt.
INVISIBLE = 8
SMALLEST_CONTOUR = 4
POSTSCRIPT_NAME = 6


@dataclass(frozen=True)
class Face:
    """One committed font file: what it is cut from and which characters it keeps."""

    file: str
    source: Path
    characters: set[int]
    # How far, in font units, an outline may move to save points; 0 keeps it.
    tolerance: float = 0


def spans(*ranges: tuple[int, int]) -> set[int]:
    """Every code point of the ranges."""
    return {point for first, last in ranges for point in range(first, last + 1)}


def encodable(codec: str) -> set[int]:
    """The code points of the basic plane that the codec can write."""
    found = set()
    for point in spans((0x20, 0xD7FF), (0xF900, 0xFFEF)):
        try:
            chr(point).encode(codec)
        except UnicodeEncodeError:
            continue
        found.add(point)
    return found


def fetch_noto(name: str, into: Path) -> Path:
    """Unpack the npm package of one Noto family and return its folder."""
    command = ["npm", "pack", "--silent", NOTO[name]]
    subprocess.run(command, cwd=into, check=True)
    (archive,) = into.glob(f"*noto-{name}-sc-*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(into / name, filter="data")
    return into / name / "package"


def fetch_hanazono(into: Path) -> Path:
    """Unpack the Debian package of Hanazono and return its root."""
    subprocess.run(["apt-get", "download", HANAZONO], cwd=into, check=True)
    (archive,) = into.glob(f"{HANAZONO}_*.deb")
    subprocess.run(["dpkg", "-x", str(archive), str(into / "hana")], check=True)
    return into / "hana" / "usr" / "share"


def cut(face: Face) -> list[tuple[int, int]]:
    """Write the subset and return the ranges of characters it holds."""
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, glyph_names=False
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG"]
    options.drop_tables += ["DSIG", "STAT", "gasp"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    # One file for one input: the build time must not get in.
    options.recalc_timestamp = False
    font = subset.load_font(str(face.source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=face.characters)
    cutter.subset(font)
    if face.tolerance:
        thin_outlines(font, face.tolerance)
    name_after_file(font, Path(face.file).stem)
    subset.save_font(font, str(FONTS / face.file), options)
    return as_ranges(TTFont(FONTS / face.file).getBestCmap())


def name_after_file(font: TTFont, stem: str) -> None:
    """Give the font a PostScript name of its own.

    The page renderer takes two files of one name for the same font.
    """
    for record in font["name"].names:
        if record.nameID == POSTSCRIPT_NAME:
            record.string = stem


def thin_outlines(font: TTFont, tolerance: float) -> None:
    """Drop points that hardly change an outline.

    Hanazono draws every curve as a chain of short straight lines, some two hundred
    points a glyph; half of them cannot be seen in print.
    """
    for name in font.getGlyphOrder():
        glyph = font["glyf"][name]
        if glyph.numberOfContours > 0:
            thin_glyph(glyph, tolerance)


def thin_glyph(glyph: Glyph, tolerance: float) -> None:
    """Replace the contours of a glyph made of straight lines by thinner ones."""
    if not all(flag & 1 for flag in glyph.flags):
        return
    kept: list[tuple[int, int]] = []
    ends: list[int] = []
    start = 0
    for end in glyph.endPtsOfContours:
        contour = list(glyph.coordinates[start : end + 1])
        kept += thin_contour(contour, tolerance)
        ends.append(len(kept) - 1)
        start = end + 1
    glyph.coordinates = GlyphCoordinates(kept)
    glyph.endPtsOfContours = ends
    glyph.flags = bytearray(b"\x01" * len(kept))


def thin_contour(
    points: list[tuple[int, int]], tolerance: float
) -> list[tuple[int, int]]:
    """Douglas and Peucker's simplification of a closed line."""
    if len(points) <= SMALLEST_CONTOUR:
        return points
    first_x, first_y = points[0]
    far = max(
        range(len(points)),
        key=lambda i: (points[i][0] - first_x) ** 2 + (points[i][1] - first_y) ** 2,
    )
    line = [*points, points[0]]
    keep = {0, far}
    open_spans = [(0, far), (far, len(points))]
    while open_spans:
        start, end = open_spans.pop()
        place, distance = farthest(line, start, end)
        if distance > tolerance:
            keep.add(place)
            open_spans += [(start, place), (place, end)]
    return [points[i] for i in sorted(keep)]


def farthest(line: list[tuple[int, int]], start: int, end: int) -> tuple[int, float]:
    """The point between the ends that is farthest from their chord, and how far."""
    (x0, y0), (x1, y1) = line[start], line[end]
    dx, dy = x1 - x0, y1 - y0
    length = (dx * dx + dy * dy) ** 0.5
    place, most = start, 0.0
    for i in range(start + 1, end):
        x, y = line[i][0] - x0, line[i][1] - y0
        off = abs(dx * y - dy * x) / length if length else (x * x + y * y) ** 0.5
        if off > most:
            place, most = i, off
    return place, most


def as_ranges(points: Iterable[int]) -> list[tuple[int, int]]:
    """The code points as sorted, closed, non-adjacent ranges."""
    ranges: list[tuple[int, int]] = []
    for point in sorted(points):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return ranges


def faces(serif: Path, sans: Path, hanazono: Path) -> list[Face]:
    """The committed faces, in no particular order."""
    hanzi = spans(*URO_AND_EXTENSION_A, *EXTENSION_B, *EXTENSIONS_C_TO_F)
    everyday = encodable("gb2312") | spans(*SIGNS)
    outlines = hanazono / "fonts" / "truetype" / "hanazono" / "HanaMinB.ttf"
    regular = serif / "400Regular" / "NotoSerifSC_400Regular.ttf"
    bold = serif / "700Bold" / "NotoSerifSC_700Bold.ttf"
    plain = sans / "400Regular" / "NotoSansSC_400Regular.ttf"
    return [
        Face("NotoSerifSC-Regular.ttf", regular, hanzi | encodable("gbk") | everyday),
        Face("NotoSerifSC-Bold.ttf", bold, everyday),
        Face("NotoSansSC-Regular.ttf", plain, everyday),
        # Two files: a document loads a large face only for a character it has.
        Face("HanaMinB-ExtB.ttf", outlines, spans(*EXTENSION_B), INVISIBLE),
        Face("HanaMinB-ExtCF.ttf", outlines, spans(*EXTENSIONS_C_TO_F), INVISIBLE),
    ]


def main() -> int:
    """Fetch the packages, cut the faces, and copy the licence texts beside them."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        serif, sans = fetch_noto("serif", work), fetch_noto("sans", work)
        hanazono = fetch_hanazono(work)
        coverage = {face.file: cut(face) for face in faces(serif, sans, hanazono)}
        shutil.copyfile(serif / "LICENSE_FONT", FONTS / "OFL-NotoSerifSC.txt")
        shutil.copyfile(sans / "LICENSE_FONT", FONTS / "OFL-NotoSansSC.txt")
        licence = hanazono / "doc" / HANAZONO / "copyright"
        shutil.copyfile(licence, FONTS / "LICENCE-HanaMinB.txt")
    text = json.dumps(coverage, separators=(",", ":"), sort_keys=True)
    (FONTS / "coverage.json").write_text(text + "\n", encoding="ascii")
    for path in sorted(FONTS.glob("*.ttf")):
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
