"""Run one notebook through papermill, and believe only what can be seen of the result."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from traitlets import default

from sandan_lib.errors import RunError
from sandan_lib.reports.signature import Value

__all__ = ["execute", "unfinished"]

# papermill warns about its own output names and missing tags; our runner has checked both.
logging.getLogger("papermill").setLevel(logging.ERROR)


class _QuietKernelManager(AsyncKernelManager):
    """A kernel that talks to us over an encrypted channel, and so has nothing to warn about."""

    @default("transport_encryption")
    def _encrypted(self) -> str:
        return "required"


def execute(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Value],
    *,
    cell_timeout: int = 600,
    start_timeout: int = 120,
) -> None:
    """Execute a notebook with parameters.

    papermill's own status is not asked: after a time-out or a dead kernel it says
    ``completed`` of every cell. A run counts as done only if nothing was raised and every code
    cell has its execution count and no error.

    Parameters
    ----------
    notebook : pathlib.Path
        Notebook to run.
    output : pathlib.Path
        Where to write the executed notebook; written also when the run fails.
    parameters : Mapping[str, Value]
        Checked against the notebook's signature by the caller.
    cell_timeout : int
        Seconds that one cell may take.
    start_timeout : int
        Seconds that the kernel may take to start.

    Raises
    ------
    RunError
        If the run did not end as it should.
    """
    loop = ensure_event_loop()  # papermill works in this thread's loop, and would leave it open
    try:
        # No `cwd`: papermill would change the folder of the whole process, for all threads.
        papermill.execute_notebook(
            str(notebook),
            str(output),
            parameters=dict(parameters),
            progress_bar=False,
            execution_timeout=cell_timeout,
            start_timeout=start_timeout,
            kernel_manager_class=_QuietKernelManager,
        )
    except PapermillExecutionError as error:
        raise _failed(f"cell {error.exec_count}: {error.ename}: {error.evalue}") from error
    except CellTimeoutError as error:
        raise _failed(f"a cell took longer than {cell_timeout} s") from error
    except DeadKernelError as error:
        raise _failed("the kernel died") from error
    except (RuntimeError, OSError) as error:
        raise _failed(f"{type(error).__name__}: {error}") from error
    finally:
        loop.close()
    problem = unfinished(nbformat.read(output, as_version=4))
    if problem:
        raise _failed(problem)


def _failed(cause: str) -> RunError:
    line = " ".join(cause.split())
    return RunError(line, line)


def unfinished(notebook: Any) -> str | None:
    """Say what an executed notebook lacks, or ``None`` if every cell has run without error.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        As written by papermill.

    Returns
    -------
    str or None
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
