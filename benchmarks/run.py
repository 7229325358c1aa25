"""How fast things are, each beside what it is measured against, in one run.

Usage: run.py [imports] [data] [scale] [reports]; all of them by default.

Prints a table; nothing here is a test. Imports are medians of five fresh processes; report
runs are timed once, and fifteen stock runs are fifteen times one.
"""

from __future__ import annotations

import json
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
    return [
        ("python -c pass", nothing, ""),
        ("import altair, as installed with JupyterLab", plain, ""),
        ("import altair, through sandan_lib", lean, f"{plain / lean:.1f} x faster"),
        ("sandan --help", help_, f"{help_ / nothing:.1f} x python -c pass"),
    ]


def inside(code: str, times: int = 5) -> list[float]:
    """Give the medians of the figures that fresh processes print as JSON."""
    rows = []
    for _ in range(times):
        done = subprocess.run(python(code), check=True, capture_output=True, text=True)
        rows.append(json.loads(done.stdout))
    return [statistics.median(column) for column in zip(*rows, strict=True)]


_TIMED = """
import json, time, sandan_lib.compare, sandan_lib.dataset
from sandan_lib import compare, load
def seconds(work):
    begun = time.perf_counter(); work(); return time.perf_counter() - begun
"""


def data() -> list[tuple[str, float, str]]:
    """Measure the real package: loading with and without the record of a check, and comparing."""
    code = _TIMED + "print(json.dumps([seconds(load), seconds(lambda: compare(load(), 'budget'))]))"
    vouched, compared = inside(code)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "data"
        shutil.copytree(ROOT / "data", copy)
        (copy / "checked.json").unlink()
        (checked,) = inside(_TIMED + f"print(json.dumps([seconds(lambda: load({str(copy)!r}))]))")
    return [
        ("load(), every rule checked", checked, ""),
        ("load(), checked before, not a byte changed", vouched, f"{checked / vouched:.1f} x faster"),
        ("compare() over the fifteen selections", compared, ""),
    ]


def scale() -> list[tuple[str, float, str]]:
    """Measure a million claims over 5,000 selections, and show where the time of compare() goes."""
    with tempfile.TemporaryDirectory() as folder:
        make = [sys.executable, str(ROOT / "benchmarks" / "synthetic.py")]
        small, large = Path(folder) / "small", Path(folder) / "large"
        subprocess.run([*make, str(small), "--claims", "20000"], check=True)
        subprocess.run(
            [sys.executable, "-m", "sandan_lib", "check", str(small)], check=True, capture_output=True
        )
        made = timed([*make, str(large)], 1)
        code = _TIMED + (
            "import resource\n"
            f"found = [seconds(lambda: load({str(large)!r}))]\n"
            f"ds = load({str(large)!r})\n"
            "found += [seconds(lambda: compare(ds, 'budget')) for _ in range(2)]\n"
            "found += [seconds(lambda: compare(ds, 'budget', as_of='2015-01-01'))]\n"
            "found += [seconds(lambda: compare(ds, 'budget', per='subprojects'))]\n"
            "found += [len(ds.claims), len(ds.selections())]\n"
            "print(json.dumps([*found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6]))"
        )
        loaded, first, again, vintage, per, claims, selections, memory = inside(code, 3)
        profiled = (
            "import cProfile, pstats\n"
            f"from sandan_lib import compare, load\nds = load({str(large)!r})\n"
            "profile = cProfile.Profile(); profile.runcall(compare, ds, 'budget')\n"
            "pstats.Stats(profile).sort_stats('cumulative').print_stats('sandan_lib', 8)"
        )
        profile = subprocess.run(python(profiled), check=True, capture_output=True, text=True).stdout
    about = f"{int(claims):,} claims, {int(selections):,} selections"
    print("The slowest step at a million claims is compare(); where its time goes (profiled):")
    print("\n".join(line for line in profile.splitlines() if "sandan_lib" in line or "ncalls" in line))
    return [
        ("making the synthetic package", made, about),
        ("load() of its parquet form, after imports", loaded, f"peak memory {memory:.2f} GB in all"),
        ("compare(), first", first, ""),
        ("compare(), again", again, ""),
        ("compare() as of a day", vintage, ""),
        ("compare() per sub-project", per, ""),
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
    parts = {"imports": imports, "data": data, "scale": scale, "reports": reports}
    for part in sys.argv[1:] or parts:
        if part not in parts:
            print(f"no part {part!r}; parts: {', '.join(parts)}", file=sys.stderr)
            return 2
        for name, seconds, ratio in parts[part]():
            print(f"{name:<48} {seconds:8.3f} s  {ratio}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
