"""Run the notebooks and keep only the results that the tests compare.

nbval compares the outputs of cells that have an execution count. So cells tagged
`nbval-check-output` keep output and count; all others lose both, and are only run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
KEEP = "nbval-check-output"


def clean(notebook: Any) -> Any:
    """Clear what is not to be compared, in place, and give the notebook back."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code" and KEEP not in cell.metadata.get("tags", ()):
            cell.outputs, cell.execution_count = [], None
        for output in cell.get("outputs", ()):
            # Widgets live no longer than their kernel; what is shown without them stays.
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    notebook.metadata.pop("widgets", None)
    # The version of Python that last ran it would change with each contributor.
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def main() -> int:
    """Renew all notebooks."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(FOLDER)}}).execute()
        nbformat.write(clean(notebook), path)
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
