"""Korea's industrial-complex renewal programme (산업단지 대개조) as checked, citable data.

Importing this package reads no file and loads no plotting, widget or notebook library;
each public name is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
import sys

from sandan_lib.version import __version__

# `sandan --help` would spend a fifth of its time on importing `typing`; type checkers know this name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sandan_lib import charts as charts
    from sandan_lib import tables as tables
    from sandan_lib import text as text
    from sandan_lib import widgets as widgets
    from sandan_lib.cite import references as references
    from sandan_lib.compare import asked as asked
    from sandan_lib.compare import compare as compare
    from sandan_lib.compare import survey as survey
    from sandan_lib.dataset import Dataset as Dataset
    from sandan_lib.dataset import load as load
    from sandan_lib.dispersion import dispersion as dispersion
    from sandan_lib.profile import profile as profile
    from sandan_lib.score import score as score
    from sandan_lib.story import around as around
    from sandan_lib.story import story as story
    from sandan_lib.units import format_value as format_value
    from sandan_lib.units import parse_quantity as parse_quantity

_HOMES = {
    "Dataset": "sandan_lib.dataset",
    "around": "sandan_lib.story",
    "asked": "sandan_lib.compare",
    "compare": "sandan_lib.compare",
    "dispersion": "sandan_lib.dispersion",
    "format_value": "sandan_lib.units",
    "load": "sandan_lib.dataset",
    "parse_quantity": "sandan_lib.units",
    "profile": "sandan_lib.profile",
    "references": "sandan_lib.cite",
    "score": "sandan_lib.score",
    "story": "sandan_lib.story",
    "survey": "sandan_lib.compare",
}
_MODULES = ("charts", "tables", "text", "widgets")

__all__ = ["__version__", *_HOMES, *_MODULES]  # noqa: PLE0604 - built from the table above


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"sandan_lib.{name}")
    if name in _HOMES:
        value = getattr(importlib.import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sandan_lib' has no attribute {name!r}; it has {', '.join(__all__)}")


class _Package(type(sys)):  # type: ignore[misc]  # `types` would have to be imported for the name
    """The package, whose functions win over the modules of the same name.

    Python sets each imported module as an attribute of its package; without this,
    ``sd.compare`` would be the function or the module, depending on who imported what first.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, type(sys))):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return sorted(__all__)
