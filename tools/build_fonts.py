# mypy: disable-error-code="import-untyped"
"""Remake the Korean font that the package ships: ``Sandan Sans KR``.

The files are a renamed subset of the static Regular and Bold of Noto Sans KR
(version 2.004-H2, SIL Open Font License 1.1).  The source is the npm package
``@expo-google-fonts/noto-sans-kr`` 0.4.3, unpacked into any directory; the
script finds the two fonts and their licence by name below it, and compares
their SHA-256 sums with those below, so that another source is never taken
unnoticed.

    npm pack @expo-google-fonts/noto-sans-kr@0.4.3
    tar -xzf expo-google-fonts-noto-sans-kr-0.4.3.tgz
    python tools/build_fonts.py build package
    python tools/build_fonts.py check data README.md

``build`` writes ``SandanSansKR-Regular`` and ``-Bold``, each as ``.ttf`` (for
chart rendering outside a browser) and ``.woff2`` (for web pages), and the
licence text.  ``--text FILE_OR_DIR`` adds every character of a UTF-8 text.
``check`` lists the characters of the given texts that the built fonts lack, and
exits with 1 if there are any.

The result depends only on the source, the texts and the versions of fontTools
and brotli: no time of day, path or machine name gets into the files.  Built
with fontTools 4.68.0 and brotli 1.2.1.

What is changed from the source, besides the choice of glyphs and the names:

* hinting, vertical metrics and the layout features that only Japanese, Chinese
  or vertical text needs are dropped (kept: kern, mark, mkmk, ccmp, liga);
* the source lacks a few characters of Korean official text.  U+223C (the KS X
  1001 tilde), U+2024 and U+00AD share the glyph of a look-alike; U+2023 and the
  superscript and subscript digits it has no glyph for are drawn from its own
  triangle and digits.

The source has no ``tnum`` feature because its digits are tabular by default;
``build`` fails if that is not so.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.misc.timeTools import epoch_diff
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable, reorderFontTables

FAMILY = "Sandan Sans KR"
POSTSCRIPT_FAMILY = "SandanSansKR"
VENDOR_ID = "NONE"
#: Written to ``head.modified``, so that a rebuild is byte for byte the same.
MODIFIED = datetime(2026, 11, 23, tzinfo=UTC)

#: Small tables first: the renderer looks into all of them for each glyph it draws.
TABLE_ORDER = (
    *("head", "hhea", "maxp", "OS/2", "name", "post", "gasp", "GSUB", "cmap", "hmtx", "loca", "GPOS", "glyf"),
)

SOURCE_PACKAGE = "@expo-google-fonts/noto-sans-kr 0.4.3"
SOURCE_LICENCE = "LICENSE_FONT"

REPOSITORY = Path(__file__).resolve().parent.parent
FONTS_DIR = REPOSITORY / "sandan_lib" / "assets" / "fonts"
LICENCE_FILE = REPOSITORY / "sandan_lib" / "assets" / "OFL.txt"


@dataclass(frozen=True)
class Weight:
    """One style of the family and the source file that it is made from."""

    style: str
    css_weight: int
    source: str

    @property
    def bold(self) -> bool:
        """Whether this is the bold weight."""
        return self.style == "Bold"


WEIGHTS = (
    Weight("Regular", 400, "NotoSansKR_400Regular.ttf"),
    Weight("Bold", 700, "NotoSansKR_700Bold.ttf"),
)

SOURCE_SHA256 = {
    "NotoSansKR_400Regular.ttf": "8cbc9b353bb9ce848fd69bb6a507319dfacc659cf5fd643db5d88f3c4970e1dd",
    "NotoSansKR_700Bold.ttf": "4ffa20c272ae6d689f7c8d34ff9c8039a326e9c334d9fc8852b2a7396227d077",
    "LICENSE_FONT": "1c05c68c34f9708415aada51f17e1b0092d2cea709bf4a94cd38114f9e73d7d9",
}

#: Lead bytes of the KS X 1001 rows that are taken: punctuation and signs (rows
#: 1-2), full-width Latin (3), compatibility jamo (4), Roman and Greek (5), units
#: (7), circled, bracketed, raised and lowered forms (8-9), syllables (16-40).
#: Left out are box drawing (6), kana (10-11), Cyrillic (12) and hanja.
KS_X_1001_LEAD_BYTES = (*range(0xA1, 0xA6), *range(0xA7, 0xAA), *range(0xB0, 0xC9))

#: Inclusive ranges wanted besides KS X 1001.
RANGES = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00FF),  # Latin-1
    (0x0391, 0x03A1),  # Greek capitals
    (0x03A3, 0x03A9),
    (0x03B1, 0x03C9),  # Greek small letters, with the final sigma
    (0x2010, 0x2027),  # dashes, quotation marks, bullets, leaders
    (0x2030, 0x203A),  # per mille, primes, angle quotation marks
    (0x2070, 0x2079),  # superscript digits
    (0x2080, 0x2089),  # subscript digits
    (0x2460, 0x2473),  # circled 1 to 20
    (0x3000, 0x3017),  # CJK punctuation and brackets
    (0x3131, 0x318E),  # Hangul compatibility jamo
)

#: Single characters wanted besides those.
EXTRA_CHARACTERS = "₩€·×−±≤≥≈≠∼～※㈜㈱㎢㎡㎞㎥㏊㎾㎿℃℉℡№™←→↑↓↔⇒⇔○●◎□■▪▫◦△▲▽▼▶▷◀◁◇◆★☆✓・…‥大中小"

#: Features kept; everything else in GSUB and GPOS goes.
FEATURES = ["ccmp", "kern", "liga", "mark", "mkmk"]

#: Characters that share another character's glyph where the source has none.
ALIASES = {"\u223c": "\uff5e", "\u2024": ".", "\u00ad": "-"}

SUPERSCRIPTS = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
SUBSCRIPTS = dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True))
#: How far below its superscript a subscript digit stands, in em.
SUBSCRIPT_DROP = 0.587

LICENCE_NOTE = """\
The font files SandanSansKR-Regular and SandanSansKR-Bold (.ttf and .woff2) are
a renamed subset of Noto Sans KR 2.004-H2, which the copyright line above covers.
They are a Modified Version under this licence, named "Sandan Sans KR"; they use
no Reserved Font Name and are not endorsed by the authors of the source.
"""


class BuildError(Exception):
    """The source is not what this script can make the fonts from."""


# -- which characters ---------------------------------------------------------


def ks_x_1001(lead_bytes: Iterable[int] = KS_X_1001_LEAD_BYTES) -> set[int]:
    """Code points of the given KS X 1001 rows (EUC-KR lead bytes)."""
    found: set[int] = set()
    for lead in lead_bytes:
        for trail in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((lead, trail)).decode("euc_kr")))
            except UnicodeDecodeError:
                continue
    return found


def wanted_characters(texts: Iterable[str] = ()) -> set[int]:
    """Give the fixed character set and every visible character of `texts`."""
    wanted = ks_x_1001()
    for first, last in RANGES:
        wanted.update(range(first, last + 1))
    wanted.update(map(ord, EXTRA_CHARACTERS))
    for text in texts:
        wanted.update(visible_characters(text))
    return wanted


def visible_characters(text: str) -> set[int]:
    """Code points of `text` in NFC, without controls and unassigned ones."""
    return {
        ord(character)
        for character in set(unicodedata.normalize("NFC", text))
        if unicodedata.category(character) not in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
    }


def read_texts(paths: Iterable[Path]) -> Iterator[str]:
    """Give the UTF-8 texts at `paths`; of a directory, every file in it that is one."""
    for path in paths:
        if not path.exists():
            raise BuildError(f"no such text: {path}")
        if not path.is_dir():
            yield path.read_text(encoding="utf-8")
            continue
        for file in sorted(path.rglob("*")):
            if file.is_file():
                try:
                    yield file.read_text(encoding="utf-8")
                except UnicodeDecodeError:
                    continue


def describe(code_point: int) -> str:
    """`U+2192 → RIGHTWARDS ARROW`, for a message."""
    name = unicodedata.name(chr(code_point), "?")
    return f"U+{code_point:04X} {chr(code_point)} {name}"


# -- one font -----------------------------------------------------------------


def add_glyph(
    font: TTFont,
    character: str,
    base: str,
    *,
    scale: float = 1.0,
    dx: float = 0.0,
    dy: float = 0.0,
    advance: int,
) -> None:
    """Give `character` a glyph drawn from that of `base`, scaled and moved."""
    name = f"uni{ord(character):04X}"
    glyph_set = font.getGlyphSet()
    pen = TTGlyphPen(glyph_set)
    base_name = font.getBestCmap()[ord(base)]
    glyph_set[base_name].draw(TransformPen(pen, (scale, 0, 0, scale, dx, dy)))
    glyph = pen.glyph()
    glyf = font["glyf"]
    glyf[name] = glyph  # appends to the glyph order
    glyph.recalcBounds(glyf)
    font["hmtx"].metrics[name] = (advance, glyph.xMin)
    if "vmtx" in font:  # dropped later, but must be whole until then
        font["vmtx"].metrics[name] = (font["head"].unitsPerEm, 0)
    map_character(font, character, name)


def map_character(font: TTFont, character: str, glyph_name: str) -> None:
    """Point every Unicode cmap of `font` at `glyph_name` for `character`."""
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format != 14:
            table.cmap[ord(character)] = glyph_name


def bounds(font: TTFont, character: str) -> tuple[int, int, int, int, int]:
    """xMin, yMin, xMax, yMax and advance width of a character's glyph."""
    name = font.getBestCmap()[ord(character)]
    glyph = font["glyf"][name]
    advance, _ = font["hmtx"][name]
    return glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax, advance


def fill_gaps(font: TTFont) -> None:
    """Add the characters of Korean official text that the source lacks."""
    cmap = font.getBestCmap()
    for character, look_alike in ALIASES.items():
        if ord(character) not in cmap:
            map_character(font, character, cmap[ord(look_alike)])

    if ord("‣") not in cmap:  # the triangle ▶ at the size and height of •
        left, bottom, right, top, advance = bounds(font, "•")
        t_left, t_bottom, t_right, t_top, _ = bounds(font, "▶")
        scale = 1.1 * (top - bottom) / (t_top - t_bottom)
        add_glyph(
            font,
            "‣",
            "▶",
            scale=scale,
            dx=(left + right) / 2 - scale * (t_left + t_right) / 2,
            dy=(bottom + top) / 2 - scale * (t_bottom + t_top) / 2,
            advance=advance,
        )

    # The size, height and width of ² say where the missing digits belong.
    _, two_bottom, _, two_top, two_advance = bounds(font, "2")
    _, bottom, _, top, advance = bounds(font, "²")
    scale = (top - bottom) / (two_top - two_bottom)
    for digit, superscript in SUPERSCRIPTS.items():
        if ord(superscript) not in font.getBestCmap():
            add_glyph(
                font,
                superscript,
                digit,
                scale=scale,
                dx=(advance - scale * two_advance) / 2,
                dy=bottom - scale * two_bottom,
                advance=advance,
            )
    drop = SUBSCRIPT_DROP * font["head"].unitsPerEm
    for digit, subscript in SUBSCRIPTS.items():
        if ord(subscript) not in font.getBestCmap():
            superscript = SUPERSCRIPTS[digit]
            add_glyph(font, subscript, superscript, dy=-drop, advance=bounds(font, superscript)[4])


def subset(font: TTFont, characters: Iterable[int]) -> None:
    """Cut `font` down to `characters` and to the tables a chart or page uses."""
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.recalc_bounds = True
    options.recalc_average_width = True
    options.recalc_timestamp = False
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.drop_tables += ["BASE", "DSIG", "STAT", "VORG", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted(characters))
    subsetter.subset(font)


def rename(font: TTFont, weight: Weight) -> None:
    """Write the names, the style links and the fixed time; keep the credits."""
    old = font["name"]

    def text(name_id: int) -> str:
        found = old.getDebugName(name_id)
        if not found:
            raise BuildError(f"the source has no name record {name_id}")
        return str(found)

    full_name = FAMILY if weight.style == "Regular" else f"{FAMILY} {weight.style}"
    postscript_name = f"{POSTSCRIPT_FAMILY}-{weight.style}"
    source_version = text(5).removeprefix("Version ").partition(";")[0]
    source_name = f"{text(1)} {text(2)} {source_version}"
    revision = f"{font['head'].fontRevision:.3f}"
    records = {
        0: text(0),  # copyright
        1: FAMILY,
        2: weight.style,
        3: f"{revision};{VENDOR_ID};{postscript_name}",
        4: full_name,
        5: f"Version {revision}; renamed subset of {source_name}",
        6: postscript_name,
        7: text(7),  # trademark
        8: text(8),  # manufacturer
        9: text(9),  # designers
        10: text(10),  # description
        11: text(11),  # vendor
        13: text(13),  # licence
        14: text(14),  # licence address
        16: FAMILY,
        17: weight.style,
    }
    new = newTable("name")
    new.names = []
    for name_id, value in records.items():
        new.setName(value, name_id, 3, 1, 0x409)
    font["name"] = new

    os2 = font["OS/2"]
    os2.usWeightClass = weight.css_weight
    os2.achVendID = VENDOR_ID
    # bit 0 italic, 5 bold, 6 regular
    os2.fsSelection = (os2.fsSelection & ~0b110_0001) | (1 << 5 if weight.bold else 1 << 6)
    head = font["head"]
    head.macStyle = 1 if weight.bold else 0
    head.modified = int(MODIFIED.timestamp()) - epoch_diff


def check_source(font: TTFont, weight: Weight) -> None:
    """Refuse a font that is variable, of the wrong weight or without tabular digits."""
    if "fvar" in font or "glyf" not in font:
        raise BuildError(f"{weight.source}: not a static TrueType font")
    if font["OS/2"].usWeightClass != weight.css_weight:
        raise BuildError(f"{weight.source}: weight {font['OS/2'].usWeightClass}")
    if len({bounds(font, digit)[4] for digit in "0123456789"}) != 1:
        raise BuildError(f"{weight.source}: the digits are not tabular")


def make_font(source: Path, weight: Weight, characters: Iterable[int]) -> tuple[bytes, bytes]:
    """Make the finished TTF and WOFF2 of one weight."""
    font = TTFont(source, recalcTimestamp=False)
    check_source(font, weight)
    fill_gaps(font)
    subset(font, characters)
    rename(font, weight)
    saved = BytesIO()
    font.save(saved)
    # The renderer maps the file anew for each glyph: what it reads each time had better lie together.
    ttf = BytesIO()
    reorderFontTables(BytesIO(saved.getvalue()), ttf, tableOrder=TABLE_ORDER)

    packed = TTFont(BytesIO(ttf.getvalue()), recalcTimestamp=False)
    packed.flavor = "woff2"
    woff2 = BytesIO()
    packed.save(woff2)
    return ttf.getvalue(), woff2.getvalue()


# -- the licence --------------------------------------------------------------


def licence_text(source: str) -> str:
    """Give the source's licence with a note, below its copyright line, on the change."""
    copyright_line, separator, rest = source.replace("\r\n", "\n").partition("\n\n")
    if not separator or not copyright_line.startswith("Copyright"):
        raise BuildError(f"{SOURCE_LICENCE}: does not start with a copyright line")
    if "SIL OPEN FONT LICENSE Version 1.1" not in rest:
        raise BuildError(f"{SOURCE_LICENCE}: not the SIL Open Font License 1.1")
    body = "\n".join(line.rstrip() for line in rest.rstrip().split("\n"))
    return f"{copyright_line}\n\n{LICENCE_NOTE}\n{body}\n"


# -- commands -----------------------------------------------------------------


def find_source(directory: Path, name: str, *, any_source: bool) -> Path:
    """Find the one file called `name` below `directory`, with the sum known for it."""
    found = sorted(directory.rglob(name))
    if len(found) != 1:
        raise BuildError(f"{len(found)} files called {name} below {directory}, not one")
    digest = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if digest != SOURCE_SHA256[name] and not any_source:
        raise BuildError(f"{name}: not that of {SOURCE_PACKAGE} (--any-source takes it)")
    return found[0]


def build(
    source_dir: Path,
    texts: Sequence[Path] = (),
    fonts_dir: Path = FONTS_DIR,
    licence_file: Path = LICENCE_FILE,
    *,
    any_source: bool = False,
) -> list[Path]:
    """Write the four font files and the licence; return their paths."""
    from_texts = list(read_texts(texts))
    wanted = wanted_characters(from_texts)
    licence = find_source(source_dir, SOURCE_LICENCE, any_source=any_source)
    outputs = {licence_file: licence_text(licence.read_text(encoding="utf-8")).encode()}
    for weight in WEIGHTS:
        source = find_source(source_dir, weight.source, any_source=any_source)
        ttf, woff2 = make_font(source, weight, wanted)
        outputs[fonts_dir / f"{POSTSCRIPT_FAMILY}-{weight.style}.ttf"] = ttf
        outputs[fonts_dir / f"{POSTSCRIPT_FAMILY}-{weight.style}.woff2"] = woff2
    for path, content in outputs.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return list(outputs)


def covered(fonts_dir: Path = FONTS_DIR) -> set[int]:
    """Code points that every built font has a glyph for."""
    fonts = sorted(fonts_dir.glob(f"{POSTSCRIPT_FAMILY}-*.ttf"))
    if not fonts:
        raise BuildError(f"no fonts in {fonts_dir}")
    return set.intersection(*(set(TTFont(path, lazy=True).getBestCmap()) for path in fonts))


def missing(texts: Iterable[Path], fonts_dir: Path = FONTS_DIR) -> list[int]:
    """Visible characters of `texts` that the built fonts lack, in order."""
    wanted: set[int] = set()
    for text in read_texts(texts):
        wanted |= visible_characters(text)
    return sorted(wanted - covered(fonts_dir))


def summary(path: Path) -> str:
    """One line on a file that was written."""
    content = path.read_bytes()
    line = f"{path.name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}"
    if path.suffix in {".ttf", ".woff2"}:
        font: Any = TTFont(BytesIO(content), lazy=True)
        line += f", {font['maxp'].numGlyphs:,} glyphs, {len(font.getBestCmap()):,} characters"
    return line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        epilog="The head of this file tells more.",
    )
    parser.add_argument("--fonts-dir", type=Path, default=FONTS_DIR, help="where the fonts are")
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("build", help="remake the fonts and the licence text")
    making.add_argument("source", type=Path, help=f"directory holding {SOURCE_PACKAGE}")
    making.add_argument(
        "--text",
        type=Path,
        action="append",
        default=[],
        metavar="FILE_OR_DIR",
        help="UTF-8 text whose characters are added (may be repeated)",
    )
    making.add_argument("--licence-file", type=Path, default=LICENCE_FILE)
    making.add_argument("--any-source", action="store_true", help="skip the SHA-256 comparison")
    checking = commands.add_parser("check", help="list characters that the built fonts lack")
    checking.add_argument("text", type=Path, nargs="+", metavar="FILE_OR_DIR")
    options = parser.parse_args(arguments)

    try:
        if options.command == "check":
            lacking = missing(options.text, options.fonts_dir)
            for code_point in lacking:
                print(describe(code_point))
            return 1 if lacking else 0
        written = build(
            options.source,
            options.text,
            options.fonts_dir,
            options.licence_file,
            any_source=options.any_source,
        )
        for path in written:
            print(summary(path))
        lacking = sorted(wanted_characters(read_texts(options.text)) - covered(options.fonts_dir))
        if lacking:
            print(f"not in the source ({len(lacking)}): {''.join(map(chr, lacking))}")
    except BuildError as error:
        print(f"build_fonts: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
