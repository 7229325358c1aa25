"""Draw a small picture of every chart into `docs/gallery/`, and the page that shows them.

Run after every wanted change of a chart or of the data (`make gallery`), and look at what git says has
changed. `tests/test_gallery.py` draws them anew and compares, so that a broken chart is noticed.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageFilter

import sandan_lib as sd
from sandan_lib import Dataset
from sandan_lib.charts import Figure
from sandan_lib.profile import Profile

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "gallery"
PAGE = FOLDER.parent / "gallery.md"
WIDTH = 420
# Mean and greatest difference of lightness (0 to 255) that two pictures of one chart may have, when
# both are blurred: another renderer's edges pass, a missing mark or label does not.
MEAN, GREATEST = 1.5, 40.0

Draw = Callable[[Dataset, str], object]


def _plan(ds: Dataset) -> Profile:
    return sd.profile(ds, "충북", 2022)


CHARTS: Mapping[str, Draw] = MappingProxyType(
    {
        "compared": lambda ds, lang: sd.charts.compared(ds, sd.asked(ds, "budget"), lang),
        "compared-per": lambda ds, lang: sd.charts.compared(ds, sd.asked(ds, "budget", per="jobs"), lang),
        "standing": lambda ds, lang: sd.charts.standing(ds, sd.compare(ds, "jobs"), "2022-KR-43", lang),
        "parted": lambda ds, lang: sd.charts.parted(ds, sd.asked(ds, "budget"), lang),
        "mapped": lambda ds, lang: sd.charts.mapped(ds, sd.asked(ds, "subprojects"), lang),
        "scored": lambda ds, lang: sd.charts.scored(ds, sd.score(ds, "budget=1, jobs=2, output=-1"), lang),
        "secured-by-year": lambda ds, lang: sd.charts.secured_by_year(
            ds, sd.asked(ds, "budget"), "latest", lang
        ),
        "dispersed": lambda ds, lang: sd.charts.dispersed(ds, sd.asked(ds, "budget"), lang),
        "round-map": sd.charts.round_map,
        "tile-map": lambda ds, lang: sd.charts.tile_map(ds, sd.compare(ds, "jobs"), lang),
        "money-map": sd.charts.money_map,
        "round-map-borders": lambda ds, lang: sd.charts.round_map(ds, lang, kind="map"),
        "tile-map-borders": lambda ds, lang: sd.charts.tile_map(ds, sd.compare(ds, "jobs"), lang, "map"),
        "money-map-borders": lambda ds, lang: sd.charts.money_map(ds, lang, kind="map"),
        "outcomes": sd.charts.outcomes,
        "network": lambda ds, lang: sd.charts.network(ds, lang, 2022),
        "industries": sd.charts.industries,
        "budget-flow": lambda ds, lang: sd.charts.budget_flow(ds, 2021, lang),
        "total-paths": sd.charts.total_paths,
        "largest-revisions": sd.charts.largest_revisions,
        "secured-shares": sd.charts.secured_shares,
        "target-panels": lambda ds, lang: sd.charts.target_panels(ds, "increase", lang),
        "target-sizes": sd.charts.target_sizes,
        "lanes": lambda ds, lang: sd.charts.lanes(ds, sd.story(ds, "충북", 2022), lang),
        "sites": lambda ds, lang: sd.charts.sites(_plan(ds), lang),
        "splits": lambda ds, lang: sd.charts.splits(_plan(ds), lang),
        "history": lambda ds, lang: sd.charts.history(_plan(ds), lang),
        "timeline": lambda ds, lang: sd.charts.timeline(_plan(ds), lang),
        "coverage": lambda ds, lang: sd.charts.coverage(ds, sd.survey(ds), lang),
        "revisions": sd.charts.revisions,
        "ages": sd.charts.ages,
    }
)


def drawn(ds: Dataset, name: str, lang: str) -> tuple[Image.Image, str]:
    """Draw a chart as small as the gallery shows it, and give its words too."""
    figure = CHARTS[name](ds, lang)
    if not isinstance(figure, Figure):
        raise TypeError(f"{name} is no chart: {figure}")
    picture = Image.open(io.BytesIO(figure.png(scale=1))).convert("L")
    height = round(picture.height * WIDTH / picture.width)
    return picture.resize((WIDTH, height), Image.Resampling.LANCZOS), figure.alt_text


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Give the mean and the greatest difference of lightness of two pictures, both blurred.

    Pictures of unlike shape differ wholly.
    """
    if abs(one.height - other.height) > 2:
        return 255.0, 255.0
    other = other.resize(one.size)
    blurred = [
        np.asarray(picture.convert("L").filter(ImageFilter.GaussianBlur(2)), dtype=float)
        for picture in (one, other)
    ]
    apart = np.abs(blurred[0] - blurred[1])
    return float(apart.mean()), float(apart.max())


def main() -> int:
    """Draw all."""
    ds = sd.load()
    FOLDER.mkdir(exist_ok=True)
    lines = [
        "# 그림 · Gallery",
        "",
        "모든 그림의 작은 판이며, 흑백으로 찍은 것처럼 보인다. `make gallery`가 다시 그린다.",
        "",
        "A small version of every chart, as in black-and-white print. `make gallery` draws them again.",
        "",
    ]
    wanted = set()
    for name in CHARTS:
        lines += [f"## {name}", ""]
        for lang in ("ko", "en"):
            picture, words = drawn(ds, name, lang)
            file = FOLDER / f"{name}-{lang}.png"
            wanted.add(file)
            if not file.exists() or difference(Image.open(file), picture) > (0.2, 8.0):
                picture.quantize(16).save(file, optimize=True)
            short = words.split(";")[0].split("\n")[0].replace("[", "(").replace("]", ")")
            lines += [f"![{short}](gallery/{file.name})", ""]
    for file in FOLDER.glob("*.png"):
        if file not in wanted:
            file.unlink()
    PAGE.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    print(f"{len(wanted)} pictures in {FOLDER.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
