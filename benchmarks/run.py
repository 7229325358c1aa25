"""How fast things are, each beside what it is measured against, in one run.

Usage: run.py [imports] [data] [scale] [reports] [explorer]; all of them by default.

Prints a table; nothing here is a test. Imports are medians of five fresh processes; fifteen stock
reports are run once, ours three times (the median counts); 150 stock reports are ten times fifteen.
"""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
from floor import DAYS, batch

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
    tables = "def tables(ds): return [ds.peek(name) for name in ds.package.tables]\n"
    code = (
        _TIMED
        + tables
        + (
            "print(json.dumps([seconds(load), seconds(lambda: tables(load())),"
            " seconds(lambda: compare(load(), 'budget'))]))"
        )
    )
    vouched, looked, compared = inside(code)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "data"
        shutil.copytree(ROOT / "data", copy)
        (copy / "checked.json").unlink()
        (checked,) = inside(_TIMED + f"print(json.dumps([seconds(lambda: load({str(copy)!r}))]))")
    return [
        ("load(), every rule checked", checked, ""),
        ("load(), checked before, not a byte changed", vouched, f"{checked / vouched:.1f} x faster"),
        ("a first look at every table, which makes it a frame", looked, "with the import of pandas's parts"),
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
            "found += [seconds(lambda: compare(ds, 'budget', as_of='2025-12-31'))]\n"
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


def stock(out: Path, parameters: Mapping[str, object]) -> None:
    """Make one report as papermill and nbconvert do: what a loop over them costs each time."""
    name = str(out / "stock.ipynb")
    words = [word for key, value in parameters.items() if value != "" for word in ("-p", key, str(value))]
    subprocess.run(["papermill", str(NOTEBOOK), name, *words], check=True, capture_output=True)
    subprocess.run(["jupyter", "nbconvert", "--to", "html", name], check=True, capture_output=True)


def watched(command: list[str]) -> tuple[float, float]:
    """Run a command; give its seconds, and the most memory that it and all below it held, in MB."""
    begun, most = time.perf_counter(), 0.0
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        held = 0
        for member in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                held += member.memory_full_info().pss
        most = max(most, held / 1e6)
        time.sleep(0.5)
    return time.perf_counter() - begun, most


def _least(count: int) -> tuple[float, int]:
    """Give the floor of so many reports: seconds over two cores, and pictures drawn."""
    command = [sys.executable, str(ROOT / "benchmarks" / "floor.py"), "--runs", str(count)]
    seen = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return seen["cpu"] / 2, seen["pictures"]


def reports() -> list[tuple[str, float, str]]:
    """Measure reports: stock papermill with nbconvert first, then ours, then the floor."""
    sandan = [sys.executable, "-m", "sandan_lib", "report"]
    hundred_fifty = ["--each", "as_of", ",".join(DAYS), "--each", "lang", "ko,en"]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        parameters = [dict(run.parameters) for run in batch(15)]
        fifteen_stock = sum(_once(functools.partial(stock, out, item)) for item in parameters)
        # Into a new folder each time: a disk that has just deleted many files is slow to make new ones.
        fifteen = statistics.median(timed([*sandan, "--out", str(out / f"15-{n}")], 1) for n in range(3))
        # In turns: what a machine does in a minute differs by a tenth from one minute to the next.
        turns = []
        for n in range(3):
            many = timed([*sandan, *hundred_fifty, "--out", str(out / f"150-{n}")], 1)
            turns.append((many, *_least(150)))
        many, floored, drawn = (statistics.median(column) for column in zip(*turns, strict=True))
        above = statistics.median(taken / least for taken, least, _ in turns)
        resumed = timed([*sandan, *hundred_fifty, "--resume", "--out", str(out / "150-0")], 1)
        _, memory = watched([*sandan, "--lang", "both", "--out", str(out / "30")])
        single = timed([*sandan, "충북", "--out", str(out / "1")], 3)
    imported = timed(python("import sandan_lib.warm.preload, sandan_lib.reports.worker"), 3)
    return [
        ("15 reports, loop of papermill and nbconvert", fifteen_stock, "stock"),
        ("15 reports, sandan report", fifteen, f"{fifteen_stock / fifteen:.1f} x faster"),
        ("150 reports, ten times that loop", 10 * fifteen_stock, "stock, not run: ten times the fifteen"),
        ("150 reports, sandan report", many, f"{10 * fifteen_stock / many:.1f} x faster"),
        (
            "150 reports, floor: cells and rendering on two cores",
            floored,
            f"{above:.2f} x the floor, median of {', '.join(f'{one / two:.2f}' for one, two, _ in turns)}",
        ),
        ("", drawn, "pictures drawn of 900 shown: the others are the same again"),
        (
            "150 reports, --resume, nothing changed",
            resumed,
            f"{many / resumed:.0f} x faster than making them",
        ),
        ("most memory of the whole tree (PSS), 30 reports", memory / 1000, "GB, not seconds"),
        ("imports of one report, in one process", imported, ""),
        ("one report, sandan report 충북", single, f"{single / imported:.2f} x its imports"),
    ]


def explorer() -> list[tuple[str, float, str]]:
    """Measure the explorer in a real kernel: a control's message to the redrawn chart's."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large"
        make = [sys.executable, str(ROOT / "benchmarks" / "synthetic.py"), str(large)]
        subprocess.run([*make, "--claims", "100000", "--rounds", "10", "--regions", "52"], check=True)
        for words in ([], [str(large)]):
            command = [sys.executable, str(ROOT / "benchmarks" / "explorer.py"), *words]
            done = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            seen = json.loads(done)
            what = f"explorer, {seen['claims']:,} claims, {seen['selections']} selections"
            rows += [
                (f"{what}: opening", seen["open"], "all four parts"),
                ("  control to chart, median", seen["median"], f"of {seen['moves']} moves of all controls"),
                ("  the same moves once more", seen["again"], ""),
                ("  slowest", seen["slowest"], ""),
                ("  pictures of a slider dragged", seen["pictures"], f"for {seen['dragged']} moves at once"),
            ]
    return rows


def _once(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> int:
    """Print the table."""
    if shutil.which("papermill") is None:
        print("run me with `make bench`: papermill is not on the path", file=sys.stderr)
        return 2
    parts = {"imports": imports, "data": data, "scale": scale, "reports": reports, "explorer": explorer}
    for part in sys.argv[1:] or parts:
        if part not in parts:
            print(f"no part {part!r}; parts: {', '.join(parts)}", file=sys.stderr)
            return 2
        for name, seconds, ratio in parts[part]():
            print(f"{name:<48} {seconds:8.3f} s  {ratio}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
