"""How fast things are, each beside what it is measured against, in one run.

Prints a table; nothing here is a test. Imports are medians of five fresh processes; report
runs are timed once, and fifteen stock runs are fifteen times one.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "region_report.ipynb"


def timed(command: list[str], times: int = 5) -> float:
    """Give the median wall time of a command, in seconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def python(code: str) -> list[str]:
    """Give the command that runs a line of Python in a fresh process."""
    return [sys.executable, "-c", code]


def imports() -> list[tuple[str, float, str]]:
    """Measure imports: JupyterLab's rfc3987-syntax makes altair slow; our way round it does not."""
    plain = timed(python("import altair"))
    lean = timed(python("from sandan_lib.charts.theme import alt"))
    nothing = timed(python("pass"))
    help_ = timed([sys.executable, "-m", "sandan_lib", "--help"])
    load = timed(python("import sandan_lib; sandan_lib.load()"))
    return [
        ("python -c pass", nothing, ""),
        ("import altair, as installed with JupyterLab", plain, ""),
        ("import altair, through sandan_lib", lean, f"{plain / lean:.1f} x faster"),
        ("sandan --help", help_, f"{help_ / nothing:.1f} x python -c pass"),
        ("load(): import, check every rule, frames", load, ""),
    ]


def reports() -> list[tuple[str, float, str]]:
    """Measure one report and fifteen: stock papermill with nbconvert first, then ours."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)

        def stock() -> None:
            name = str(out / "stock.ipynb")
            parameters = ["-p", "region", "충북", "-p", "round_year", "2022"]
            subprocess.run(["papermill", str(NOTEBOOK), name, *parameters], check=True, capture_output=True)
            subprocess.run(["jupyter", "nbconvert", "--to", "html", name], check=True, capture_output=True)

        one_stock = _once(stock)
        one = timed([sys.executable, "-m", "sandan_lib", "report", "충북", "--out", str(out / "one")], 1)
        all_ = timed([sys.executable, "-m", "sandan_lib", "report", "--out", str(out / "all")], 1)
    return [
        ("papermill + nbconvert, one report", one_stock, ""),
        ("sandan report, one report", one, f"{one_stock / one:.1f} x faster"),
        (
            "sandan report, fifteen reports",
            all_,
            f"{15 * one_stock / all_:.1f} x faster than stock, one by one",
        ),
    ]


def _once(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> int:
    """Print the table."""
    if shutil.which("papermill") is None:
        print("run me with `make bench`: papermill is not on the path", file=sys.stderr)
        return 2
    for name, seconds, ratio in [*imports(), *reports()]:
        print(f"{name:<48} {seconds:8.2f} s  {ratio}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
