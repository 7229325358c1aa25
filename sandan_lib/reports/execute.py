"""Run one notebook through papermill, and believe only what can be seen of the result."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors
from traitlets import default

from sandan_lib import pictures
from sandan_lib.errors import RunError
from sandan_lib.reports.engine import ReportEngine, prepared
from sandan_lib.reports.job import Limits
from sandan_lib.reports.signature import Value
from sandan_lib.warm.engine import why_stock
from sandan_lib.warm.template import Template

__all__ = ["Executed", "execute", "unfinished"]

# papermill warns about what our runner has checked, and logs what our outcomes say in a line.
logging.getLogger("papermill").setLevel(logging.CRITICAL)


class _QuietKernelManager(AsyncKernelManager):
    """A kernel that talks to us over an encrypted channel, and so has nothing to warn about."""

    @default("transport_encryption")
    def _encrypted(self) -> str:
        return "required"


@dataclass(frozen=True, slots=True)
class Executed:
    """An executed notebook, done or not.

    Attributes
    ----------
    notebook : nbformat.NotebookNode or None
        As far as it came; ``None`` if nothing of it ran.
    cause : str or None
        Why it did not come to its end, in one line.
    infrastructure : bool
        Whether the fault was not the notebook's.
    stock : str or None
        Why papermill's own engine ran it; ``None`` if ours did.
    """

    notebook: Any
    cause: str | None = None
    infrastructure: bool = False
    stock: str | None = None


def execute(
    notebook: Any,
    parameters: Mapping[str, Value],
    limits: Limits | None = None,
    *,
    more: bool = False,
    meanwhile: Callable[[Any], object] | None = None,
) -> Executed:
    """Execute a notebook with parameters.

    papermill's own status is not asked: after a time-out or a dead kernel it says
    ``completed`` of every cell. A run counts as done only if nothing was raised and every code
    cell has its execution count and no error.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Notebook to run; not changed.
    parameters : Mapping[str, Value]
        Checked against the notebook's signature by the caller.
    limits : Limits, optional
        How much it may take.
    more : bool
        Whether more runs of it are likely to follow in this process.
    meanwhile : callable, optional
        Called with the notebook when all its cells have done well, while the last of its pictures may
        still be being drawn: they are the only thing that it lacks. Again, should it be run again.

    Returns
    -------
    Executed
    """
    limits = limits or Limits()
    stock = why_stock(notebook.metadata.get("kernelspec", {}).get("name", "python3"))
    options: dict[str, Any] = {"kernel_manager_class": _QuietKernelManager}
    if stock is None:
        options = {"memory_limit": limits.memory, "rehearse": more, "wait": False}
    # Cells need not wait for their pictures, unless they do with them what cannot be made good later.
    for later in (True, False) if stock is None else (False,):
        if stock is None:
            options["environment"] = {pictures.LATER: "1"} if later else None
        kept: list[Any] = []
        cause, infrastructure = _run(notebook, parameters, limits, options, kept)
        result = kept[0] if kept else None
        if result is not None:
            _make_reproducible(result, notebook)
            cause = unfinished(result) if cause is None else cause
        if meanwhile is not None and result is not None and cause is None:
            meanwhile(result)
        if not later or result is None or pictures.fulfilled(result):
            break
    if stock is not None and limits.memory is not None:
        stock += "; there is no memory limit there"
    return Executed(result, None if cause is None else " ".join(cause.split()), infrastructure, stock)


def _run(
    notebook: Any,
    parameters: Mapping[str, Value],
    limits: Limits,
    options: Mapping[str, Any],
    kept: list[Any],
) -> tuple[str | None, bool]:
    """Run it; say why it failed, and whether what runs notebooks is to blame."""
    loop = ensure_event_loop()  # papermill works in this thread's loop, and would leave it open
    try:
        # In papermill's own steps. No `cwd`: it would change that of all threads.
        ready = prepared(notebook, parameters)
        done = ReportEngine.execute_notebook(
            ready,
            ReportEngine.nb_kernel_name(ready),
            timeout_func=_remaining(limits),
            start_timeout=limits.start_seconds,
            keep=kept.append,
            **options,
        )
        raise_for_execution_errors(done, None)
    except PapermillExecutionError as error:
        return f"cell {error.exec_count}: {error.ename}: {error.evalue}", False
    except CellTimeoutError:
        return f"a cell took longer than {_limit_in_words(limits)}", False
    except DeadKernelError:
        # What killed the template killed its kernels: the notebook has done nothing wrong.
        forked = "kernel_manager_class" not in options
        return "the kernel died", forked and not Template.current().is_alive()
    except RunError as error:
        return str(error), True
    except (RuntimeError, OSError) as error:
        return f"{type(error).__name__}: {error}", False
    finally:
        _close(loop)
    return None, False


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """Close an event loop, with what nbclient leaves waiting in it when a run goes wrong."""
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
    loop.close()


def _remaining(limits: Limits) -> Callable[[Any], int]:
    """Give the seconds that the next cell may take, of its own limit and the run's."""
    begun = time.monotonic()

    def seconds(_: Any) -> int:
        if limits.run_seconds is None:
            return limits.cell_seconds
        left = limits.run_seconds - (time.monotonic() - begun)
        return max(1, min(limits.cell_seconds, int(left)))

    return seconds


def _limit_in_words(limits: Limits) -> str:
    words = f"{limits.cell_seconds} s"
    return words if limits.run_seconds is None else f"{words}, or all longer than {limits.run_seconds} s"


def _make_reproducible(result: Any, source: Any) -> None:
    """Drop papermill's paths and times, and name the cells it adds: all else is the notebook's own."""
    known = result.metadata.get("papermill", {})
    result.metadata["papermill"] = {"parameters": known.get("parameters", {})}
    own = {cell.get("id") for cell in source.cells}
    for number, cell in enumerate(result.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if cell.get("id") not in own:
            cell["id"] = f"papermill-{number}"


def unfinished(notebook: Any) -> str | None:
    """Say what an executed notebook lacks, or ``None`` if every cell has run without error.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        As papermill gives it.

    Returns
    -------
    str or None

    Examples
    --------
    >>> import nbformat
    >>> notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    >>> unfinished(notebook)
    'cell 1 was not executed'
    """
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        if cell.execution_count is None:
            return f"cell {number} was not executed"
        for output in cell.outputs:
            if output.output_type == "error":
                return f"cell {number}: {output.ename}: {output.evalue}"
    return None
