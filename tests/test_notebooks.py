"""The notebooks: signature, prose, short calls; and stored results that nbval really compares."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

import sandan_lib

FOLDER = Path(sandan_lib.__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
KEEP = "nbval-check-output"
TAGS = {"parameters", "notebook-only", KEEP}


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_cells_are_short_calls(path: Path) -> None:
    for cell in code_cells(path):
        tree = ast.parse(cell.source)
        lines = 17 if "parameters" in cell.metadata.get("tags", ()) else 12  # a parameter a line
        assert cell.source.count("\n") < lines
        forbidden = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.Try)
        assert not [node for node in ast.walk(tree) if isinstance(node, forbidden)]
        assert "pip install" not in cell.source
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "/" not in node.value, f"a path? {node.value}"


def test_tags_are_the_known_ones(path: Path) -> None:
    assert {tag for cell in read(path).cells for tag in cell.metadata.get("tags", ())} <= TAGS


def test_stored_results_are_those_that_are_compared(path: Path) -> None:
    """A kept output without its count fails nbval; a count without output would compare nothing."""
    kept = 0
    for cell in code_cells(path):
        tagged = KEEP in cell.metadata.get("tags", ())
        assert bool(cell.outputs) == tagged
        assert (cell.execution_count is not None) == tagged
        kept += tagged
    assert kept >= 3


def test_stored_results_hold_no_place_and_no_time(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for trace in (str(FOLDER), " at 0x", "iopub", "start_time", '"papermill":'):
        assert trace not in text


def test_prose_speaks_both_languages(path: Path) -> None:
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            assert any("가" <= char <= "힣" for char in cell.source)
            assert sum(char.isascii() and char.isalpha() for char in cell.source) > 20


def test_nbval_fails_when_a_stored_result_is_wrong(path: Path, tmp_path: Path) -> None:
    """The comparison must be able to fail, or it compares nothing."""
    notebook = read(path)
    cell = next(cell for cell in notebook.cells if KEEP in cell.metadata.get("tags", ()))
    data = cell.outputs[0]["data"]
    stored = data["text/plain"]
    # One digit more or less, in the last figure of the output.
    data["text/plain"] = re.sub(r"\d(?=\D*$)", lambda digit: str((int(digit[0]) + 1) % 10), stored)
    assert data["text/plain"] != stored
    changed = tmp_path / path.name
    nbformat.write(notebook, changed)
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
    done = subprocess.run([*command, str(changed)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout[-2000:]
    assert "1 failed" in done.stdout
    assert "mismatch" in done.stdout or "Notebook cell execution failed" in done.stdout
