"""Pictures drawn by our own engine: the same look as vl-convert's, at a third of the time."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import io
import itertools
import json
import os
import random
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import psutil
import pytest
import vl_convert
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path
from fontTools.ttLib import TTFont
from PIL import Image
from py_mini_racer import MiniRacer

from sandan_lib import pictures
from sandan_lib.charts import Figure
from sandan_lib.dataset import Dataset
from sandan_lib.pictures import letters, painter
from sandan_lib.pictures.drawing import drawn, pdf, svg
from sandan_lib.pictures.letters import face, outlined
from sandan_lib.pictures.painter import painted
from sandan_lib.reports import manifest
from sandan_lib.reports.manifest import package_versions
from sandan_lib.typeface import FONT_FOLDER

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = {400: "Regular", 700: "Bold"}
TYPE = {"font": "Sandan Sans KR"}
HOLE = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "description": "", "config": TYPE}


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_gallery", ROOT / "tools" / "build_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHARTS = _tool().CHARTS


def words(text: str | list[str], **mark: Any) -> dict[str, Any]:
    """Give a chart of one text."""
    mark = {"type": "text", "fontSize": 20, **mark}
    encoding = {"text": {"value": text}}
    return {**HOLE, "width": 300, "height": 60, "data": {"values": [{}]}, "mark": mark, "encoding": encoding}


def by_vl_convert(spec: dict[str, Any], scale: float = 1.5) -> bytes:
    vl_convert.register_font_directory(str(FONT_FOLDER))
    picture: bytes = vl_convert.vegalite_to_png(spec, scale=scale, allowed_base_urls=[])
    return picture


def apart(one: bytes, other: bytes) -> float:
    """Give the ink that differs as a share of all ink; of unlike sizes, all of it differs."""
    pictures = [Image.open(io.BytesIO(part)).convert("L") for part in (one, other)]
    if pictures[0].size != pictures[1].size:
        return 1.0
    inks = [255 - np.asarray(picture, dtype=float) for picture in pictures]
    return float(np.abs(inks[0] - inks[1]).sum() / max(1.0, inks[0].sum()))


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_the_picture_that_vl_convert_draws(ds: Dataset, name: str, lang: str) -> None:
    figure = CHARTS[name](ds, lang)
    assert isinstance(figure, Figure)
    spec = figure.to_dict()
    assert painted(spec) is not None, "it would be left to vl-convert"
    assert apart(drawn(spec, 1.5), by_vl_convert(spec)) < APART


# Measured: none to 0.0013, where "ff" is set as one sign; without kerning, 1.2.
APART = 0.005

SAID = [
    words("산업단지 대개조 2022 → ㎢"),
    words("산업단지 대개조", fontWeight=700),
    words("Kerning: AVATAR, To Tea, LT", fontWeight="bold", align="right", angle=340),
    words(["두 줄로", "", "쓴 글"], lineHeight=18),
    words("Two  blanks", align="left", stroke="#d55e00", strokeWidth=3, opacity=0.5),
    words("a < b & c > d \"q\" 'p'", tooltip=True, description='a > b "c"'),
    words("much too long a text for its place", limit=120),
    words("") | {"title": "A title after nothing", "width": 200},
]


@pytest.mark.parametrize("spec", SAID, ids=lambda spec: str(spec["encoding"]["text"]["value"])[:12])
def test_a_text_is_the_picture_that_vl_convert_draws(spec: dict[str, Any]) -> None:
    assert painted(spec) is not None
    assert apart(drawn(spec, 2), by_vl_convert(spec, 2)) < APART


def test_letters_out_of_place_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = SAID[2]
    assert apart(drawn(spec, 2), by_vl_convert(spec, 2)) < APART
    monkeypatch.setattr(letters._Kerning, "of", lambda *_: 0)
    assert apart(drawn(spec, 2), by_vl_convert(spec, 2)) > 10 * APART


def test_every_process_draws_the_same_bytes() -> None:
    code = (
        "import hashlib, json, sys; from sandan_lib.pictures.drawing import drawn;"
        "print(*[hashlib.sha256(drawn(spec, 1.5)).hexdigest() for spec in json.load(sys.stdin)])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(SAID), capture_output=True, text=True, check=True
    )
    for _ in range(2):
        assert answer.stdout.split() == [hashlib.sha256(drawn(spec, 1.5)).hexdigest() for spec in SAID]


ADDRESS = "https://example.org/data.csv"
LEFT: dict[str, dict[str, Any]] = {
    "another type": words("text", font="Liberation Sans"),
    "a slanted type": words("text", fontStyle="italic"),
    "a letter that the type lacks": words("\ue000"),
    "an image": {**HOLE, "data": {"values": [{}]}, "mark": {"type": "image", "url": "data:,"}},
    "something outside": {**HOLE, "data": {"url": ADDRESS}, "mark": "point"},
    "no chart": {},
    "no expression": {**words("text"), "transform": [{"filter": "((("}]},
}


@pytest.mark.parametrize("case", LEFT)
def test_what_is_left_to_vl_convert(case: str) -> None:
    assert painted(LEFT[case]) is None
    if case in ("something outside", "no chart", "no expression"):
        with pytest.raises(ValueError, match="Vega-Lite to PNG"):
            drawn(LEFT[case], 1.5)
    else:
        assert drawn(LEFT[case], 1.5) == by_vl_convert(LEFT[case])


def test_without_the_engine_vl_convert_draws_all() -> None:
    code = (
        "import hashlib, json, sys; sys.modules['py_mini_racer'] = None;"
        "from sandan_lib.pictures.drawing import drawn, pdf, svg; spec = json.load(sys.stdin);"
        "print(hashlib.sha256(drawn(spec, 1.5)).hexdigest(), svg(spec).count('<text'), pdf(spec)[:4])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(SAID[0]), capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == [hashlib.sha256(by_vl_convert(SAID[0])).hexdigest(), "1", "b'%PDF'"]


def test_where_vl_convert_is_kept_away_no_engine_starts() -> None:
    """A process that kernels are forked from has to stay without threads."""
    code = (
        "import sys; sys.modules['vl_convert'] = None\n"
        "from sandan_lib.pictures.drawing import drawn, pdf, svg\n"
        "for draw in (lambda spec: drawn(spec, 1), svg, pdf):\n"
        "    try: draw({'mark': 'point', 'description': ''})\n"
        "    except ImportError: print('kept away')\n"
        "print('py_mini_racer' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines() == ["kept away"] * 3 + ["False"]


def test_a_manifest_names_the_engine_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    version = importlib.metadata.version

    def without(name: str) -> str:
        if name == "mini-racer":
            raise importlib.metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(manifest, "_versions", manifest._versions.__wrapped__)  # what it has looked up before
    with_it = package_versions()
    assert with_it["mini-racer"] == version("mini-racer")
    monkeypatch.setattr(importlib.metadata, "version", without)
    assert package_versions().keys() == with_it.keys() - {"mini-racer"}


def test_files_keep_their_texts() -> None:
    assert "산업단지 대개조 2022 → ㎢</text>" in svg(SAID[0])
    assert b"FontFile2" in pdf(SAID[0]) or b"FontFile3" in pdf(SAID[0])


def test_a_forked_process_draws_the_same_bytes_and_ends() -> None:
    code = (
        "import hashlib, json, os, sys; from sandan_lib.pictures.drawing import drawn\n"
        "spec = json.load(sys.stdin); drawn(spec, 1)\n"
        "for _ in range(5):\n"
        "    child = os.fork()\n"
        "    if child == 0: print(hashlib.sha256(drawn(spec, 1)).hexdigest()); sys.exit()\n"
        "    assert os.waitpid(child, 0)[1] == 0"
    )
    command = [sys.executable, "-c", code]
    ended = subprocess.run(
        command, input=json.dumps(SAID[0]), capture_output=True, text=True, check=True, timeout=120
    )
    assert ended.stdout.split() == [hashlib.sha256(drawn(SAID[0], 1)).hexdigest()] * 5


def test_a_process_that_fails_after_drawing_ends() -> None:
    code = (
        "import json, sys; from sandan_lib.pictures.drawing import drawn;"
        "drawn(json.load(sys.stdin), 1); 1 / 0"
    )
    command = [sys.executable, "-c", code]
    ended = subprocess.run(
        command, input=json.dumps(SAID[0]), capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, "ZeroDivisionError" in ended.stderr) == (1, True)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_outlines_are_those_of_the_type(weight: int) -> None:
    with TTFont(FONT_FOLDER / f"SandanSansKR-{WEIGHTS[weight]}.ttf") as font:
        glyphs = font.getGlyphSet()
        for code, glyph in font.getBestCmap().items():
            own, theirs = AreaPen(), AreaPen()
            edge, edges = BoundsPen(None), BoundsPen(glyphs)
            path = re.sub("^M0 0m", "M", face(weight).path(chr(code), 0))
            for pen, other in ((own, theirs), (edge, edges)):
                parse_path(path, pen)
                glyphs[glyph].draw(other)
            assert own.value == pytest.approx(4 * theirs.value, abs=0.1), chr(code)
            bounds = [] if edges.bounds is None else [2 * side for side in edges.bounds]
            assert list(edge.bounds or ()) == pytest.approx(bounds, abs=0.1), chr(code)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_letters_stand_where_the_type_says(weight: int) -> None:
    with TTFont(FONT_FOLDER / f"SandanSansKR-{WEIGHTS[weight]}.ttf") as font:
        names, advances = font.getBestCmap(), font["hmtx"]
        (lookup,) = font["GPOS"].table.LookupList.Lookup
        for pair in itertools.product([*map(chr, range(32, 127)), *"é산“—"], repeat=2):
            left, right = (names[ord(letter)] for letter in pair)
            kerning = _kerning(lookup.SubTable, left, right)
            assert face(weight).width("".join(pair)) == advances[left][0] + kerning + advances[right][0], pair


def _kerning(parts: list[Any], left: str, right: str) -> int:
    found = (_kerned(part, left, right) for part in parts)
    return next((value for value in found if value is not None), 0)


def _kerned(part: Any, left: str, right: str) -> int | None:
    part = getattr(part, "ExtSubTable", part)
    if left not in part.Coverage.glyphs:
        return None
    if part.Format == 1:
        pairs = part.PairSet[part.Coverage.glyphs.index(left)].PairValueRecord
        return next((pair.Value1.XAdvance for pair in pairs if pair.SecondGlyph == right), None)
    row = part.Class1Record[part.ClassDef1.classDefs.get(left, 0)]
    value = row.Class2Record[part.ClassDef2.classDefs.get(right, 0)].Value1
    return value.XAdvance if value else 0


@pytest.mark.parametrize("weight", WEIGHTS)
def test_both_languages_measure_alike(weight: int) -> None:
    with MiniRacer() as engine:
        engine.eval((Path(painter.__file__).parent / "painter.js").read_text(encoding="utf-8"))
        engine.eval(f"sandan.metrics[{weight}] = {json.dumps(face(weight).metrics())}; 0")
        chance = random.Random(weight)
        letters_ = [*map(chr, range(33, 127)), *"산업단지대개조억원→㎢é·“”…"]
        for _ in range(300):
            text = " ".join("".join(chance.choices(letters_, k=chance.randint(1, 9))) for _ in range(3))
            asked = f"sandan.thousandths(sandan.metrics[{weight}], {json.dumps(text)})"
            assert engine.eval(asked) == face(weight).width(text), text


def test_a_drawing_without_texts_stays_as_it_is() -> None:
    assert outlined('<svg><path d="M0,0"/></svg>') == '<svg><path d="M0,0"/></svg>'
    assert outlined('<svg><text font-family="Sandan Sans KR" font-size="0px">a</text></svg>') is None


def test_the_bundle_has_what_is_sought_in_it() -> None:
    bundle = (ROOT / "sandan_lib" / "assets" / "vega" / "bundle.js").read_text(encoding="utf-8")
    assert len(painter._VEGA.findall(bundle)) == 1
    assert len(painter._COMPILE.findall(bundle)) == 1


def test_a_process_that_drew_for_others_ends_well(tmp_path: Path) -> None:
    """The engine begins in the thread that serves, and is not closed by another: that was a crash."""
    code = (
        "import os, sys; from pathlib import Path; from sandan_lib import pictures\n"
        "with pictures.serving(Path(sys.argv[1])) as address:\n"
        "    os.environ[pictures.ADDRESS] = address\n"
        "    print(len(pictures.png({'data': {'values': [{}]}, 'mark': 'point'}, 1)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 100


POINT = {"data": {"values": [{}]}, "mark": "point"}


def drawer_of(place: Path) -> psutil.Process:
    """The process that `hired` has started: its last argument is the folder of its socket."""
    found = [child for child in psutil.Process().children() if str(place) in child.cmdline()]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("when", ["at its start", "while it waits", "not at all"])
def test_charts_are_drawn_though_the_hired_process_dies(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = drawn(POINT, 1)
    with pictures.hired() as hired, pictures.drawn_at(hired.address):
        drawer = drawer_of(Path(hired.address).parent)
        if when != "at its start":
            assert pictures.png(POINT, 1) == expected
        if when != "not at all":
            drawer.kill()
        assert pictures.png(POINT, 1) == expected
        pictures.bundle(POINT | {"description": ""}, "application/x", "words", later=True)
    assert pictures.ADDRESS not in os.environ
    assert not drawer.is_running()
    assert not Path(hired.address).parent.exists()


def test_whoever_waits_for_a_hired_process_that_dies_draws_himself() -> None:
    with pictures.hired() as hired, pictures.drawn_at(hired.address):
        drawer = drawer_of(Path(hired.address).parent)
        drawer.suspend()
        threading.Timer(0.5, drawer.kill).start()
        assert pictures.png(POINT, 1) == drawn(POINT, 1)


def test_a_hired_process_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandan_lib.pictures.drawer._PATIENCE", 0.5)
    with pictures.hired() as hired:
        drawer = drawer_of(Path(hired.address).parent)
        drawer.suspend()
    assert not drawer.is_running()


def test_an_address_of_before_is_the_address_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pictures.ADDRESS, "before")
    with pictures.drawn_at("now"):
        assert os.environ[pictures.ADDRESS] == "now"
    assert os.environ[pictures.ADDRESS] == "before"


def ended(code: str, out: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    words = f"import atexit, sys, threading, time; from sandan_lib.lean import end_now\n{code}"
    command = [sys.executable, "-c", words]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(command, check=False, stdout=out, stderr=subprocess.PIPE, text=True, env=buffered)


def test_a_process_that_ends_now_has_written_and_done_all() -> None:
    done = ended(
        "atexit.register(print, 'at the end')\n"
        "threading.Thread(target=lambda: (time.sleep(0.3), print('a thread'))).start()\n"
        "print('out'); print('err', file=sys.stderr); end_now(3)"
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\na thread\nat the end\n", "err\n")


def test_who_ends_now_and_could_not_say_his_last_words_says_so_as_python_does() -> None:
    with Path("/dev/full").open("w") as full:
        codes = [ended(f"print('lost'); {end}", full.fileno()).returncode for end in ("end_now(0)", "")]
        assert codes == [120, 120]
        assert ended("print('lost'); end_now(1)", full.fileno()).returncode == 1
