"""What IPython and ipykernel find out about a cell's words before they run it, found out once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import ipykernel.compiler
import IPython.core.interactiveshell
from IPython.core.inputtransformer2 import TransformerManager

__all__ = ["foresee_cells", "remember_cells"]

_own = TransformerManager()
_made: dict[str, str] = {}
_found: dict[tuple[str, tuple[Any, ...]], Any] = {}


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


def _foreseen(module: Any, name: str) -> Callable[..., Any]:
    """Let a module's function, which looks at nothing but its arguments, know what was found before."""
    find: Callable[..., Any] = vars(module)[name]

    def know(*arguments: Any) -> Any:
        known = _found.get((name, arguments))
        return find(*arguments) if known is None else known

    vars(module)[name] = know
    return find


# Whether a cell has to be awaited, for which it is compiled twice more; and what its traces call it.
_is_async = _foreseen(IPython.core.interactiveshell, "_should_be_async")
_hash = _foreseen(ipykernel.compiler, "murmur2_x86")


def foresee_cells(cells: Iterable[str]) -> None:
    r"""Find out, in a template, about the cells that its kernels are going to run.

    Parameters
    ----------
    cells : iterable of str
        Their code. What is no Python, and what Python warns of, is left to the kernels.

    Examples
    --------
    >>> foresee_cells(["1 + 1", "if"])
    >>> IPython.core.interactiveshell._should_be_async("1 + 1\n")
    False
    """
    for cell in cells:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                code = _own.transform_cell(cell)
                compile(code, "<>", "exec", dont_inherit=True)
            except (SyntaxError, ValueError, Warning):
                continue
        _made[cell] = code
        _found["_should_be_async", (code,)] = _is_async(code)
        seed = ipykernel.compiler.get_tmp_hash_seed()
        _found["murmur2_x86", (cell, seed)] = _hash(cell, seed)
