"""What IPython makes of a cell's words before Python reads them, made once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

__all__ = ["foresee_cells", "remember_cells"]

_own = TransformerManager()
_made: dict[str, str] = {}


def _steps(manager: Any) -> list[Any]:
    return [manager.cleanup_transforms, manager.line_transforms, manager.token_transformers]


def remember_cells(manager: Any) -> None:
    """Let a shell's transformer remember what it has made of each cell.

    ipykernel asks it for each cell, and then IPython does. Its own steps look at nothing but the words; as
    soon as a notebook has added one to them, nothing is remembered any more.

    Parameters
    ----------
    manager : IPython.core.inputtransformer2.TransformerManager
        The shell's; its method is replaced.

    Examples
    --------
    >>> manager = TransformerManager()
    >>> remember_cells(manager)
    >>> manager.transform_cell("%cd") == TransformerManager().transform_cell("%cd")
    True
    >>> manager.line_transforms.append(lambda lines: ["1"])
    >>> manager.transform_cell("%cd")
    '1'
    """
    make = manager.transform_cell

    def transform_cell(cell: str) -> str:
        if _steps(manager) != _steps(_own):
            return str(make(cell))
        if cell not in _made:
            _made[cell] = make(cell)
        return _made[cell]

    manager.transform_cell = transform_cell


def foresee_cells(cells: Iterable[str]) -> None:
    """Transform, in a template, the cells that its kernels are going to run.

    Parameters
    ----------
    cells : iterable of str
        Their code; what is no Python is left to the kernels.

    Examples
    --------
    >>> foresee_cells(["1 + 1", "if"])
    """
    for cell in cells:
        try:
            _made[cell] = _own.transform_cell(cell)
        except SyntaxError:
            continue
