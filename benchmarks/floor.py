"""The least that reports can cost: their cells' own CPU time and rendering, in one warm process.

    python benchmarks/floor.py --runs 150

Everything is imported and the data loaded before the clock starts; there are no kernels, messages,
processes or files. Pictures are drawn as in a batch: each once. Prints CPU seconds.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.formatters import DisplayFormatter

import sandan_lib.warm.preload  # noqa: F401 - imports all that notebooks use
from sandan_lib import pictures
from sandan_lib.dataset import load
from sandan_lib.reports.plan import Run, plan_runs
from sandan_lib.reports.render import prepare, render

DAYS = ("2026-09-30", "2026-06-30", "2025-12-31", "2025-06-30", "2024-12-31")


def batch(count: int) -> list[Run]:
    """Give the runs of the benchmark: fifteen selections, two languages, five days."""
    ds = load()
    runs = [
        run for day in DAYS for lang in ("ko", "en") for run in plan_runs(ds, languages=(lang,), as_of=day)
    ]
    return runs[:count]


def executed(run: Run) -> Any:
    """Run the cells of a notebook here, and give the notebook with its outputs."""
    notebook = nbformat.read(run.notebook, as_version=4)
    names: dict[str, Any] = dict(run.parameters)
    formatter = DisplayFormatter()  # as the kernel has it
    shown: list[Any] = []

    def display(*things: object) -> None:
        for thing in things:
            data, metadata = formatter.format(thing)
            shown.append(nbformat.v4.new_output("display_data", data=data, metadata=metadata))

    names["display"] = display
    for cell in notebook.cells:
        if cell.cell_type != "code" or "parameters" in cell.metadata.get("tags", ()):
            continue
        *lines, last = ast.parse(cell.source).body
        exec(compile(ast.Module(lines, []), "cell", "exec"), names)  # noqa: S102 - our own notebooks
        if not isinstance(last, ast.Expr):
            exec(compile(ast.Module([last], []), "cell", "exec"), names)  # noqa: S102
            continue
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307
        if value is not None:
            display(value)
        cell.outputs, shown[:] = list(shown), []
    return notebook


def main() -> int:
    """Measure as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=150)
    options = parser.parse_args()
    runs = batch(options.runs)
    prepare()
    with tempfile.TemporaryDirectory() as keep, pictures.serving(Path(keep)) as address:
        os.environ[pictures.ADDRESS] = address
        pictures.png({"data": {"values": [{}]}, "mark": "point"}, 1)
        begun = time.process_time()
        for run in runs:
            render(executed(run), title=run.title, lang=run.lang, footer="")
        taken = time.process_time() - begun
        drawn = len(list(Path(keep).glob("*.png"))) - 1
    print(json.dumps({"runs": len(runs), "cpu": taken, "pictures": drawn}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
