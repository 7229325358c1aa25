"""The gallery: every chart as it looks, drawn anew and compared with what was looked at."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image, ImageDraw

import sandan_lib as sd
from sandan_lib.charts.theme import PARTS
from sandan_lib.dataset import Dataset

ROOT = Path(__file__).resolve().parent.parent


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_gallery", ROOT / "tools" / "build_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
NAMES = [(name, lang) for name in TOOL.CHARTS for lang in ("ko", "en")]


@pytest.mark.parametrize(("name", "lang"), NAMES)
def test_a_chart_looks_as_it_did(ds: Dataset, name: str, lang: str) -> None:
    picture, _ = TOOL.drawn(ds, name, lang)
    kept = Image.open(TOOL.FOLDER / f"{name}-{lang}.png")
    mean, greatest = TOOL.difference(kept, picture)
    assert mean < TOOL.MEAN, "`make gallery` if it was meant; look at what it draws"
    assert greatest < TOOL.GREATEST


def test_the_gallery_has_every_chart_and_no_other() -> None:
    functions = set(sd.charts.__all__) - {"Figure", "by_round"}
    shown = {name.replace("-", "_").removesuffix("_per").removesuffix("_borders") for name in TOOL.CHARTS}
    assert shown == functions
    files = {path.name for path in TOOL.FOLDER.iterdir()}
    assert files == {f"{name}-{lang}.png" for name, lang in NAMES}
    text = TOOL.PAGE.read_text(encoding="utf-8")
    assert all(f"(gallery/{file})" in text for file in files)


@pytest.mark.parametrize("damage", ["a missing mark", "no words", "another chart", "another language"])
def test_a_broken_chart_would_be_noticed(ds: Dataset, damage: str) -> None:
    picture, _ = TOOL.drawn(ds, "compared", "ko")
    broken = picture.copy()
    pen = ImageDraw.Draw(broken)
    if damage == "a missing mark":
        row = np.asarray(broken)[broken.height // 2, 120:]
        first = 120 + int(np.flatnonzero(row < 190)[0])
        pen.rectangle((first - 6, broken.height // 2 - 8, first + 40, broken.height // 2 + 8), fill=255)
    elif damage == "no words":
        pen.rectangle((0, 0, 60, broken.height), fill=255)
    else:
        other = ("parted", "ko") if damage == "another chart" else ("compared", "en")
        broken, _ = TOOL.drawn(ds, *other)
    mean, greatest = TOOL.difference(picture, broken)
    assert mean >= TOOL.MEAN or greatest >= TOOL.GREATEST


def test_parts_of_a_bar_differ_in_black_and_white_print() -> None:
    swatches = [Image.new("RGB", (1, 1), colour).convert("L") for colour in PARTS.values()]
    greys = sorted(int(np.asarray(swatch)[0, 0]) for swatch in swatches)
    assert all(darker + 25 <= lighter for darker, lighter in itertools.pairwise(greys)), greys
