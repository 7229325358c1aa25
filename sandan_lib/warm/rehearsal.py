"""Cells run once in a template, so that kernels forked after it find done what they look up first.

A forked kernel begins with what its template knows. Imports are half of that; the other half are
the first comparison, the first table, the first chart. A notebook whose cells have no effect
beyond their outputs may say so in its metadata, and by which parameters its runs differ in what
they look up: then its cells are run once for each of their values in the template itself.

    "sandan": {"rehearse_by": ["as_of"]}
"""

from __future__ import annotations

import ast
import contextlib
import faulthandler
import hashlib
import io
import json
import os
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sandan_lib import pictures

__all__ = ["PATIENCE", "Rehearsal", "rehearse"]

PATIENCE = 30.0  # seconds; our notebooks take one


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a template is to run before it forks the next kernel of a kind.

    Attributes
    ----------
    key : str
        The same for all runs that look up the same.
    cells : tuple of str
        Code of the cells, with their parameters.
    """

    key: str
    cells: tuple[str, ...]

    @classmethod
    def of(cls, notebook: Any) -> Rehearsal | None:
        """Give the rehearsal of a notebook that papermill has put parameters into.

        Parameters
        ----------
        notebook : nbformat.NotebookNode
            The notebook.

        Returns
        -------
        Rehearsal or None
            None for a notebook that does not say that it may be rehearsed.

        Examples
        --------
        >>> import nbformat
        >>> notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import math")])
        >>> Rehearsal.of(notebook) is None
        True
        >>> notebook.metadata["sandan"] = {"rehearse_by": []}
        >>> Rehearsal.of(notebook).cells
        ('import math',)
        """
        by = notebook.metadata.get("sandan", {}).get("rehearse_by")
        if not isinstance(by, list):
            return None
        given = notebook.metadata.get("papermill", {}).get("parameters", {})
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        own = [cell.source for cell in code if "injected-parameters" not in cell.metadata.get("tags", ())]
        kind = json.dumps([own, [given.get(name) for name in by]], default=str)
        return cls(hashlib.sha256(kind.encode()).hexdigest(), tuple(cell.source for cell in code))


def rehearse(cells: Sequence[str]) -> None:
    """Run cells in this process, and drop what they show; a cell that fails ends the rehearsal.

    So does one that takes too long: the kernel waits meanwhile, and its own limits stop it later. One
    that does not let itself be stopped ends the process.

    Parameters
    ----------
    cells : sequence of str
        Their code.
    """
    from IPython.core.formatters import DisplayFormatter

    formatter = DisplayFormatter()
    pictures.promise(formatter)
    names: dict[str, Any] = {"__name__": "__main__"}

    def display(*things: object, **_: object) -> None:
        for thing in things:
            formatter.format(thing)

    names["display"] = display  # as each kernel has it
    # Whatever it raises: `sys.exit()` is no failure of a notebook.
    with _nothing_shown(), contextlib.suppress(BaseException), _in_time(PATIENCE):
        for cell in cells:
            lines = ast.parse(cell).body
            last = lines[-1] if lines else None
            shown = last.value if isinstance(last, ast.Expr) else None
            lines = lines if shown is None else lines[:-1]
            exec(compile(ast.Module(lines, []), "cell", "exec"), names)  # noqa: S102 - as the kernel runs them
            if shown is not None:
                value = eval(compile(ast.Expression(shown), "cell", "eval"), names)  # noqa: S307
                formatter.format(value)


@contextlib.contextmanager
def _in_time(seconds: float) -> Iterator[None]:
    """Raise ``TimeoutError`` in the block when it takes longer; end the process if that does not help."""

    def ring(*_: object) -> None:
        raise TimeoutError

    before, own = signal.signal(signal.SIGALRM, ring), os.getpid()
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - no path
        # Its watch needs no turn of the interpreter, and is over before anything is forked.
        faulthandler.dump_traceback_later(2 * seconds, file=nowhere, exit=True)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            if os.getpid() != own:
                os._exit(
                    0
                )  # a cell has forked, and the watch is its parent's: to call it off would wait for ever
            signal.setitimer(signal.ITIMER_REAL, 0)
            faulthandler.cancel_dump_traceback_later()
            signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _nothing_shown() -> Iterator[None]:
    """Keep words and warnings to ourselves, and draw nothing: an engine that draws cannot be forked."""
    address, engine = os.environ.pop(pictures.ADDRESS, None), sys.modules.get("vl_convert")
    sys.modules["vl_convert"] = None  # type: ignore[assignment]  # so that importing it fails
    nobody = io.StringIO()
    try:
        # An ignored warning is not entered as shown: the kernels shall show it as new ones do.
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(nobody),
            contextlib.redirect_stderr(nobody),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        del sys.modules["vl_convert"]
        if engine is not None:
            sys.modules["vl_convert"] = engine
        if address is not None:
            os.environ[pictures.ADDRESS] = address
