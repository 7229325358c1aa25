"""The two widgets of our own: a choice whose impossible options say why, and a chart that can be clicked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from sandan_lib.widgets.choices import Option

__all__ = ["Chart", "Choice"]

_STATIC = Path(__file__).resolve().parent / "static"
_ASSETS = Path(__file__).resolve().parent.parent / "assets"


def _static(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")


class Choice(anywidget.AnyWidget):
    """A labelled native control: a list, boxes for several, a slider over options, or a number.

    The widgets of ipywidgets cannot grey a single option, nor say why it is grey.
    """

    _esm = _static("choice.js")
    _css = _static("explorer.css")

    name = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Enum(("one", "several", "slider", "number"), "one").tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    none = traitlets.Unicode().tag(sync=True)
    options: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)
    bounds = traitlets.List([0, 10]).tag(sync=True)
    value = traitlets.Unicode().tag(sync=True)

    def offer(self, options: Iterable[Option], value: str) -> None:
        """Show these options with this one chosen; only what differs is sent."""
        listed = [{"value": item.value, "label": item.label, "reason": item.reason} for item in options]
        with self.hold_sync():
            if listed != self.options:
                self.options = listed
            self.value = value


@functools.cache
def _engine() -> tuple[bytes, ...]:
    """Give what draws in the reader's browser: the bundle of the reports, and their type."""
    names = ("vega/bundle.js", "fonts/SandanSansKR-Regular.woff2", "fonts/SandanSansKR-Bold.woff2")
    return tuple((_ASSETS / name).read_bytes() for name in names)


class Chart(anywidget.AnyWidget):
    """A chart drawn in the browser, from a specification; a click on a mark gives its row."""

    _esm = _static("chart.js")
    _css = _static("chart.css")

    spec = traitlets.Dict().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
    number = traitlets.Int().tag(sync=True)

    def __init__(
        self, picked: Callable[[Mapping[str, Any]], None], failed: Callable[[str], None], **options: Any
    ) -> None:
        super().__init__(**options)
        self._answers: dict[str, Callable[[Mapping[str, Any]], None]] = {
            # Sent when a browser asks, once a page: executed notebooks do not carry a megabyte of it.
            "engine": lambda _: self.send({"kind": "engine"}, list(_engine())),
            "picked": lambda message: picked(message["datum"]),
            "failed": lambda message: failed(str(message["words"])),
        }
        self.on_msg(self._told)

    def _told(self, _: object, message: Mapping[str, Any], __: object) -> None:
        self._answers[message["kind"]](message)

    def show(self, spec: Mapping[str, Any], words: str = "") -> None:
        """Draw a specification, or only say something where there is nothing to draw."""
        with self.hold_sync():  # one message for one picture
            self.spec = dict(spec)
            self.words = words
            self.number += 1

    def download(self, name: str, mime: str, content: bytes) -> None:
        """Hand a file to the reader."""
        self.send({"kind": "download", "name": name, "mime": mime}, [content])
