"""papermill's steps for a report, without those whose results a report drops."""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Mapping
from typing import Any

import nbformat
import nbformat.v4.nbbase
from papermill.engines import NotebookExecutionManager
from papermill.execute import prepare_notebook_metadata, remove_error_markers
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from sandan_lib.reports.signature import Value
from sandan_lib.warm.engine import ENGINE, WarmEngine

__all__ = ["ReportEngine", "loaded", "prepared"]


class _Untimed(NotebookExecutionManager):  # type: ignore[misc]  # papermill is not typed
    """papermill's record of a run that keeps no times: reports drop them, to be the same each time.

    Each end of a cell read its begin from its own words, in a sixth of a millisecond.
    """

    def autosave_cell(self) -> None:
        """Do nothing: whoever made the job writes its notebook, whole."""

    def cell_start(self, cell: Any, cell_index: int | None = None, **_: Any) -> None:
        """Note that a cell runs."""
        cell.metadata.papermill |= {"status": self.RUNNING, "exception": False}

    def cell_complete(self, cell: Any, cell_index: int | None = None, **_: Any) -> None:
        """Note that a cell has ended."""
        if cell.metadata.papermill["status"] != self.FAILED:
            cell.metadata.papermill["status"] = self.COMPLETED


class ReportEngine(WarmEngine):
    """``sandan-warm`` for reports: it notes no times, and saves nothing on the way."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook, and give it with its outputs, as papermill's own method does."""
        manager = _Untimed(nb, progress_bar=False)
        manager.notebook_start()
        try:
            cls.execute_managed_notebook(manager, kernel_name, record_timing=False, **options)
        finally:
            manager.notebook_complete()
        return manager.nb


@functools.lru_cache(maxsize=16)
def loaded(content: bytes) -> Any:
    """Read a notebook as papermill does; the same object for all its runs, which nobody may change.

    Parameters
    ----------
    content : bytes
        Of its file.

    Returns
    -------
    nbformat.NotebookNode
    """
    return load_notebook_node(nbformat.reads(content.decode("utf-8"), as_version=4))


def prepared(notebook: Any, parameters: Mapping[str, Value]) -> Any:
    """Give a copy of a notebook with parameters, ready to be run, as papermill prepares it.

    papermill also writes it as a file and reads it, twice, even if there is none.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Not changed.
    parameters : Mapping[str, Value]
        Checked by the caller.

    Returns
    -------
    nbformat.NotebookNode

    Examples
    --------
    >>> spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    >>> notebook = nbformat.v4.new_notebook(metadata={"kernelspec": spec})
    >>> prepared(notebook, {"lang": "ko"}).cells[0].source.splitlines()
    ['# Parameters', 'lang = "ko"']
    """
    has_all = "papermill" in notebook.metadata and all(
        {"tags", "papermill"} <= cell.metadata.keys() for cell in notebook.cells
    )
    ready = copy.deepcopy(notebook) if has_all else load_notebook_node(notebook)
    if parameters:
        ready = parameterize_notebook(ready, dict(parameters), engine_name=ENGINE)
    return remove_error_markers(prepare_notebook_metadata(ready, None, None))


_JSON = re.compile(r"application/(.*\+)?json")
_SHOWN = {
    "display_data": {"output_type", "data", "metadata"},
    "execute_result": {"output_type", "data", "metadata", "execution_count"},
}


def _surely_valid(node: Any, ref: str | None) -> bool:
    """Tell whether an output is one that the notebooks' schema allows, or else has to be asked about."""
    if ref not in _SHOWN or node.keys() != _SHOWN[ref] or node["output_type"] != ref:
        return False
    count = node.get("execution_count")
    return (
        (count is None or (type(count) is int and count >= 0))
        and isinstance(node["metadata"], dict)
        and isinstance(node["data"], dict)
        and all(isinstance(value, str) or _JSON.fullmatch(mime) for mime, value in node["data"].items())
    )


_by_schema = nbformat.v4.nbbase.validate


def _validate(node: Any, ref: str | None = None) -> Any:
    """Validate a part of a notebook; the usual outputs at once, all else by the schema.

    nbformat asks the schema of each output when it arrives, by the slower of its two validators, which
    took as long as all else that is done with a message. The whole notebook is still held against it.
    """
    return None if _surely_valid(node, ref) else _by_schema(node, ref)  # type: ignore[no-untyped-call]


nbformat.v4.nbbase.validate = _validate
