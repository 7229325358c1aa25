"""Calls of the library that can be run and written down, so that both are always the same."""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandan_lib.dataset import Dataset

__all__ = ["DATA", "Call", "call", "program"]


@dataclass(frozen=True, slots=True)
class _Data:
    """Stands for the dataset, of the day of the view."""


DATA = _Data()


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a public function.

    Attributes
    ----------
    name : str
        Its name below ``sandan_lib``: ``"charts.compared"``.
    args : tuple
        Texts, whole numbers, :data:`DATA`, or other calls.
    options : tuple of (str, object)
        The same, by name.
    """

    name: str
    args: tuple[object, ...] = ()
    options: tuple[tuple[str, object], ...] = ()

    def run(self, ds: Dataset) -> Any:
        """Call it.

        Parameters
        ----------
        ds : Dataset
            What :data:`DATA` stands for.

        Returns
        -------
        object
            Whatever the function gives.
        """
        function = functools.reduce(getattr, self.name.split("."), importlib.import_module("sandan_lib"))
        args = [_given(item, ds) for item in self.args]
        return function(*args, **{name: _given(item, ds) for name, item in self.options})  # type: ignore[operator]

    def code(self) -> str:
        """Write it down as an expression of Python, with the package as ``sd`` and the data as ``ds``."""
        words = [*map(_written, self.args), *(f"{name}={_written(item)}" for name, item in self.options)]
        return f"sd.{self.name}({', '.join(words)})"


def call(name: str, *args: object, options: Mapping[str, object] | Iterable[tuple[str, object]] = ()) -> Call:
    """Make a call; options that are empty texts are left to the function."""
    pairs = dict(options)
    return Call(name, args, tuple((key, item) for key, item in pairs.items() if item != ""))


def program(picture: Call, day: str) -> str:
    """Write down the lines that draw a picture in a fresh kernel.

    Parameters
    ----------
    picture : Call
        What draws it.
    day : str
        The day whose knowledge is used; all for an empty text.

    Returns
    -------
    str
        Lines of Python; the last one is the picture.

    Examples
    --------
    >>> print(program(call("charts.round_map", DATA, "en", 2022), ""))
    import sandan_lib as sd
    ds = sd.load()
    sd.charts.round_map(ds, "en", 2022)
    """
    known = f".as_of({_written(day)})" if day else ""
    return f"import sandan_lib as sd\nds = sd.load(){known}\n{picture.code()}"


def _given(item: object, ds: Dataset) -> object:
    if isinstance(item, Call):
        return item.run(ds)
    return ds if isinstance(item, _Data) else item


def _written(item: object) -> str:
    if isinstance(item, Call):
        return item.code()
    if isinstance(item, _Data):
        return "ds"
    # JSON's texts are Python's: a name or a weight cannot end the text it stands in.
    return json.dumps(item, ensure_ascii=False) if isinstance(item, str) else repr(item)
