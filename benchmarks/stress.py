"""Kill what runs reports at random moments, and run a thousand: nothing may be lost or left behind.

    python benchmarks/stress.py kill TARGET --rounds 50
    python benchmarks/stress.py soak --runs 1000

Targets: runner, worker, template, kernel, forkserver, dask-worker. Each round starts a batch, kills
the target at a random moment (SIGKILL), resumes the batch, and compares every file with those of
an undisturbed run. All the while a second pair of eyes reads whatever stands under a final name.
`make stress` runs all of it; `make test` a few rounds of each.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import nbformat
import psutil

from sandan_lib import load
from sandan_lib.reports import Run, run_batch

ROOT = Path(__file__).resolve().parent.parent
# How many processes stand between the runner and the target.
DEPTHS = {"runner": 0, "forkserver": 1, "worker": 2, "template": 3, "kernel": 4}
CELLS = (
    "n: int = 0",
    "import sandan_lib as sd; ds = sd.load(); plan = sd.profile(ds, '충북', 2022)",
    "import time; time.sleep(0.05 + n % 3 / 20); n",
    "sd.charts.sites(plan, 'ko')",
    "sd.tables.money(plan, sd.references(ds, plan), 'ko')",
)


class Broken(Exception):
    """Something was lost, left behind or half done."""


def drive(out: Path, runs: int, scheduler: str | None) -> int:
    """Be the runner: make or resume a batch of small reports; the exit code is `sandan report`'s."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = Path(folder) / "small.ipynb"
        cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(CELLS)]
        cells[0].metadata["tags"] = ["parameters"]
        # Larger than what a pipe holds: whoever writes it to one needs a reader who lives.
        cells.append(nbformat.v4.new_raw_cell("x" * 300_000, id="large"))
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), notebook)
        batch = [Run(notebook, {"n": n}, f"small/{n:04d}", f"{n}", "ko", "small") for n in range(runs)]
        outcomes = list(run_batch(load(), batch, out, resume=True, scheduler=scheduler))
    print(json.dumps([outcome.cause for outcome in outcomes if outcome.cause]))
    return int(any(outcome.cause for outcome in outcomes))


def runner(
    out: Path, runs: int, scheduler: str | None = None, temporary: Path | None = None
) -> subprocess.Popen[str]:
    """Start a runner in a session of its own, with a folder of its own for temporary files if given."""
    command = [sys.executable, __file__, "drive", str(out), "--runs", str(runs)]
    command += ["--scheduler", scheduler] if scheduler else []
    env = os.environ | ({"TMPDIR": str(temporary)} if temporary else {})
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True, env=env)


def ended(process: subprocess.Popen[str]) -> int:
    """Wait for a runner, and give its exit code."""
    process.communicate(timeout=300)
    return process.returncode


def contents(out: Path) -> dict[str, str]:
    """Hash all files that a reader sees; the manifest without its times."""
    found = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_file() and not name.startswith("."):
            content = path.read_bytes()
            if name == "manifest.json":
                runs = json.loads(content)["runs"]
                for entry in runs.values():
                    entry.pop("seconds", None)
                content = json.dumps(runs, sort_keys=True).encode()
            found[name] = hashlib.sha256(content).hexdigest()
    return found


@contextlib.contextmanager
def watching(out: Path, right: dict[str, str]) -> Iterator[list[str]]:
    """Read what stands under final names while the block runs; give what was not as it should be."""
    wrong: list[str] = []
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            for path in out.glob("small/*/*"):
                with contextlib.suppress(OSError):  # it was not there yet, or is being replaced
                    if not path.is_file():
                        continue
                    name = path.relative_to(out).as_posix()
                    if hashlib.sha256(path.read_bytes()).hexdigest() != right.get(name):
                        wrong.append(name)
            for path in out.glob("*.json"):
                try:
                    json.loads(path.read_bytes())
                except ValueError:
                    wrong.append(path.name)
            over.wait(0.01)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield wrong
    finally:
        over.set()
        thread.join()


def at_depth(process: psutil.Process, depth: int) -> list[psutil.Process]:
    """Give the descendants of a runner that are so many steps away; not Python's resource tracker."""
    found = [process]
    for _ in range(depth):
        below = [child for parent in found for child in children_of(parent)]
        found = [child for child in below if "resource_tracker" not in " ".join(command_of(child))]
    return found


def children_of(process: psutil.Process) -> list[psutil.Process]:
    """Give a process's children, none if it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return list(process.children())
    return []


def command_of(process: psutil.Process) -> list[str]:
    """Give a process's command line, empty if it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return list(process.cmdline())
    return []


def killed(process: subprocess.Popen[str], target: str, chance: random.Random, longest: float) -> bool:
    """Kill a target after a random time; tell whether there was one."""
    deadline = time.monotonic() + chance.uniform(0.2, longest)
    root = psutil.Process(process.pid)
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.005)
    while process.poll() is None:
        found = at_depth(root, DEPTHS[target])
        if found:
            with contextlib.suppress(psutil.NoSuchProcess):
                chance.choice(found).send_signal(signal.SIGKILL)
                return True
        time.sleep(0.002)
    return False


def tree(pid: int) -> list[psutil.Process]:
    """Give a process and all below it."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def gone(processes: list[psutil.Process]) -> bool:
    """Tell whether processes end by themselves within ten seconds."""
    return not psutil.wait_procs(processes, timeout=10)[1]


def undisturbed(runs: int, scheduler: str | None = None) -> tuple[dict[str, str], float]:
    """Give the contents of a batch that nobody disturbs, and its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        if ended(runner(Path(folder), runs, scheduler)) != 0:
            raise Broken("the undisturbed batch failed")
        return contents(Path(folder)), time.monotonic() - begun


def kill(target: str, rounds: int, runs: int, seed: int) -> str:
    """Kill a target again and again; say how it went."""
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    right, seconds = undisturbed(runs)
    hits = made_all = 0
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            with watching(out, right) as wrong:
                first = runner(out, runs)
                below: list[psutil.Process] = []
                while not below and first.poll() is None:
                    below = at_depth(psutil.Process(first.pid), 1)
                hit = killed(first, target, chance, seconds)
                family = tree(first.pid)
                if target == "runner":
                    family += [child for parent in below for child in tree(parent.pid)]
                code = ended(first)
                if not gone(family):
                    raise Broken(f"round {number}: processes were left behind: {family}")
                if ended(runner(out, runs)) != 0:
                    raise Broken(f"round {number}: the resumed batch failed")
            hits += hit
            made_all += code == 0
            if wrong:
                raise Broken(f"round {number}: half a file under its final name: {wrong[:3]}")
            if contents(out) != right:
                raise Broken(f"round {number}: the outputs differ from an undisturbed run's")
            if left := [path.name for path in out.glob(".*") if path.name != ".lock"]:
                raise Broken(f"round {number}: left behind: {left}")
    return f"{target}: {hits} kills in {rounds} rounds; {made_all} batches came through by themselves"


@contextlib.contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a Dask scheduler and its workers by their own commands, on this machine."""
    port = 20_000 + os.getpid() % 20_000
    address = f"tcp://127.0.0.1:{port}"
    log = (folder / "dask.log").open("ab")
    scheduler = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", str(port)]
    worker = [sys.executable, "-m", "dask", "worker", address, "--nthreads", "1"]
    worker += ["--local-directory", str(folder)]
    started = [
        subprocess.Popen([*command, "--no-dashboard"], stdout=log, stderr=log)
        for command in (scheduler, *[worker] * workers)
    ]
    try:
        yield address, started[1:]
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        log.close()


def kill_dask_worker(rounds: int, runs: int, seed: int) -> str:
    """Kill workers of a cluster, whose reports the others must make."""
    chance = random.Random(seed)  # noqa: S311
    hits = 0
    with tempfile.TemporaryDirectory() as place, cluster(Path(place)) as (address, nannies):
        right, seconds = undisturbed(runs, address)
        for number in range(rounds):
            with tempfile.TemporaryDirectory() as folder, watching(Path(folder), right) as wrong:
                process = runner(Path(folder), runs, address)
                time.sleep(chance.uniform(0.2, seconds))
                workers = [child for nanny in nannies for child in children_of(psutil.Process(nanny.pid))]
                workers = [child for child in workers if "resource_tracker" not in str(command_of(child))]
                if process.poll() is None and workers:
                    chance.choice(workers).send_signal(signal.SIGKILL)
                    hits += 1
                code = ended(process)
                if code != 0 or wrong or contents(Path(folder)) != right:
                    raise Broken(f"round {number}: exit code {code}, wrong: {wrong[:3]}")
    return f"dask-worker: {hits} kills in {rounds} rounds; no report was lost and none had to be resumed"


def held(runner: int) -> tuple[int, int, int]:
    """Give a batch's memory (bytes), and what those who live as long as it hold: memory, open files.

    Theirs is counted with what they share, so that it does not depend on how many kernels run now.
    """
    family = tree(runner)
    keepers = at_depth_all(family[0], 3) if family else []
    memory, kept, files = 0, 0, 0
    for member in family:
        # A kernel may end while one looks.
        with contextlib.suppress(psutil.Error):
            found = member.memory_full_info()
            memory += found.pss
            if member in keepers:
                kept += found.rss
                files += member.num_fds()
    return memory, kept, files


def soak(runs: int) -> str:
    """Make many reports in one go, and see what grows."""
    # Temporary files of others on this machine are not ours to count.
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as temporary:
        process = runner(Path(folder), runs, temporary=Path(temporary))
        seen: list[tuple[int, int, int, int]] = []
        while process.poll() is None:
            seen.append((len(list(Path(folder).glob("small/*"))), *held(process.pid)))
            time.sleep(0.2)
        family = tree(process.pid)
        causes = process.communicate()[0]
        made = len(list((Path(folder) / "small").glob("*/report.html")))
        after = {path.name for path in Path(temporary).iterdir()}
    if process.returncode != 0 or made != runs:
        raise Broken(f"{made} of {runs} reports were made: {causes}")
    if not gone(family) or after:
        raise Broken(f"left behind: processes {family}, temporary files {sorted(after)[:5]}")
    middle = [row for row in seen if runs // 4 <= row[0] <= runs // 2] or seen
    late = [row for row in seen if 3 * runs // 4 <= row[0] < runs] or seen
    # What leaks stays, so it lifts the median too; a maximum is one moment in which kernels met.
    growth = [round(median(row[n] for row in late) - median(row[n] for row in middle)) for n in (2, 3)]
    grown = growth[0] >> 20
    if grown > 20 or growth[1] > 4:
        raise Broken(f"memory grew by {grown} MB, open files by {growth[1]}")
    peak = max(row[1] for row in seen) >> 20
    return (
        f"soak: {runs} reports, no process or temporary file left; memory (PSS of all processes) at most "
        f"{peak} MB; from the second quarter to the last those that live as long as the batch grew by "
        f"{grown:+d} MB, {growth[1]:+d} open files (medians)"
    )


def at_depth_all(process: psutil.Process, depth: int) -> list[psutil.Process]:
    """Give the processes that live as long as the batch: all but the kernels."""
    return [member for step in range(depth + 1) for member in at_depth(process, step)]


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    driving = verbs.add_parser("drive")
    driving.add_argument("out", type=Path)
    driving.add_argument("--scheduler")
    killing = verbs.add_parser("kill")
    killing.add_argument("target", choices=[*DEPTHS, "dask-worker"])
    killing.add_argument("--rounds", type=int, default=50)
    killing.add_argument("--seed", type=int, default=7)
    soaking = verbs.add_parser("soak")
    for verb, runs in ((driving, 10), (killing, 12), (soaking, 1000)):
        verb.add_argument("--runs", type=int, default=runs)
    options = parser.parse_args()
    try:
        if options.verb == "drive":
            return drive(options.out, options.runs, options.scheduler)
        if options.verb == "soak":
            print(soak(options.runs))
        elif options.target == "dask-worker":
            print(kill_dask_worker(options.rounds, options.runs, options.seed))
        else:
            print(kill(options.target, options.rounds, options.runs, options.seed))
    except Broken as error:
        print(f"stress: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
