"""The explorer: views that write themselves down, and the controls that change them.

A :class:`View` is a frozen set of choices; pictures, tables, code, command and address follow from it
without a browser. The widgets only turn a control's change into the next view.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandan_lib.widgets.assembly import Explorer as Explorer
    from sandan_lib.widgets.assembly import explorer as explorer
    from sandan_lib.widgets.views import PARTS as PARTS
    from sandan_lib.widgets.views import View as View

_HOMES = {"Explorer": "assembly", "explorer": "assembly", "PARTS": "views", "View": "views"}

__all__ = ["PARTS", "Explorer", "View", "explorer"]


def __getattr__(name: str) -> Any:
    # Views are plain values; only who shows an explorer needs widgets to be installed.
    if name in _HOMES:
        return getattr(importlib.import_module(f"sandan_lib.widgets.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'sandan_lib.widgets' has no attribute {name!r}")
