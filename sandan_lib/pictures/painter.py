"""Charts drawn by Vega in a small JavaScript engine, which knows the widths of the shipped type.

vl-convert has such an engine too, but lets its drawing half measure each text, and that reads the font
file anew for every letter: see :mod:`sandan_lib.pictures.letters`. Whatever is not drawn here is left to
it, and looks the same.
"""

from __future__ import annotations

import ctypes
import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandan_lib.pictures.letters import face, outlined

__all__ = ["Painted", "main", "painted"]

_HERE = Path(__file__).resolve().parent
_BUNDLE = _HERE.parent / "assets" / "vega" / "bundle.js"
# What pages get is one script, in which Vega's parts have names that differ with each release.
_VEGA = re.compile(r"\.viewClass\|\|(\w+)\.View\)")
_COMPILE = re.compile(r"(\w+\.compile)\(\w+,\{config:")


@dataclass(frozen=True, slots=True)
class Painted:
    """A chart drawn as SVG.

    Attributes
    ----------
    texts : str
        With its texts as texts.
    outlines : str
        The same with its texts as outlines, for which no font is needed.
    """

    texts: str
    outlines: str


def painted(spec: Mapping[str, Any]) -> Painted | None:
    """Draw a chart as SVG.

    Parameters
    ----------
    spec : Mapping
        Vega-Lite specification with its data.

    Returns
    -------
    Painted or None
        ``None`` for what is left to vl-convert: what is no chart, shows images, asks for something
        outside, or has a text that is not wholly in the shipped type; and for all charts, if
        ``mini-racer`` (the extra ``fast``) is not installed.
    """
    texts = _engine()(spec)
    if texts is None or "<image" in texts:
        return None
    outlines = outlined(texts)
    return None if outlines is None else Painted(texts, outlines)


@functools.cache
def _engine() -> Callable[[Mapping[str, Any]], str | None]:
    """Start the engine, once."""
    try:
        from py_mini_racer import JSEvalException, MiniRacer
    except ImportError:
        return lambda _: None
    engine, owner = MiniRacer(), os.getpid()
    # A forked process has its memory but not its threads, and must not touch it, not even to close it;
    # nor may a thread close what another one began. So it is never thrown away: it ends with the process.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(engine))
    draw = _ready(engine)

    def drawn(spec: Mapping[str, Any]) -> str | None:
        try:
            text = json.dumps(spec)
            svg = draw(text) if os.getpid() == owner else _elsewhere(text)
        except (JSEvalException, TypeError, ValueError):
            return None  # vl-convert will say what is wrong
        return svg if isinstance(svg, str) else None

    return drawn


def _ready(engine: Any) -> Callable[[str], Any]:
    """Give the engine Vega and the type's widths; give what draws."""
    bundle = _BUNDLE.read_text(encoding="utf-8")
    vega, compiles = _VEGA.search(bundle), _COMPILE.search(bundle)
    assert vega is not None
    assert compiles is not None
    engine.eval((_HERE / "painter.js").read_text(encoding="utf-8"))
    for weight in (400, 700):
        engine.eval(f"sandan.metrics[{weight}] = {json.dumps(face(weight).metrics())}; 0")
    engine.eval(f"{bundle}; delete globalThis.document; 0")
    draw: Callable[[str], Any] = engine.eval(f"text => sandan.painted({vega[1]}, {compiles[1]}, text)")
    return draw


def _elsewhere(text: str) -> str | None:
    """Draw in a process of its own: a second engine in a forked one aborts now and then."""
    command = [sys.executable, "-c", f"from {__name__} import main; main()"]
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        command, input=text, capture_output=True, encoding="utf-8", check=False
    )
    svg: str | None = json.loads(done.stdout) if done.returncode == 0 else None
    return svg


def main() -> None:
    """Draw the chart of standard input for a process that cannot: its SVG, or null, as JSON."""
    json.dump(_engine()(json.load(sys.stdin)), sys.stdout)
