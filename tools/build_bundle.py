"""Write Vega's scripts for pages: sandan_lib/assets/vega/bundle.js, as vl-convert has them.

Bundling takes a second, and is the same every time; so it is done once for each release of
vl-convert, and a test compares.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import vl_convert

TARGET = Path(__file__).resolve().parent.parent / "sandan_lib" / "assets" / "vega" / "bundle.js"


def bundle() -> str:
    """Give the scripts, fit to stand in a page."""
    text = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # the stub forgets the default
    # A script element ends at the first such tag, also inside a string of the script.
    return re.sub(r"</(script)", r"<\\/\1", text, flags=re.IGNORECASE).replace("<!--", "<\\!--")


def main() -> int:
    """Write the file."""
    TARGET.write_text(bundle(), encoding="utf-8", newline="\n")
    print(TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main())
