"""Many readers of the explorer's page at once: time to first chart, memory a reader, what breaks first.

Usage: readers.py [--readers 50] [--ready 4] [--ramp 1.0] [--gigabytes 14]

Starts `sandan explore` on loopback and opens pages in real browsers (tabs of one headless Chromium),
one every `ramp` seconds. Bounded: it stops opening pages when less than `gigabytes` of memory would be
left, and ends all it started. Prints JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

import psutil
from playwright.sync_api import Error, Page, sync_playwright

_FIRST = ".sandan-rounds .sandan-chart svg"
_LAST = ".sandan-whatif .sandan-chart svg"


@dataclass
class Reader:
    """One page, and when its first and its last chart stood there."""

    page: Page
    begun: float
    first: float | None = None
    last: float | None = None
    failed: str = ""


@dataclass
class Load:
    """What was seen."""

    readers: list[Reader] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    stopped: str = ""


def free_port() -> int:
    """Give a port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def held(server: psutil.Process) -> int:
    """Give the memory of the server and all its kernels, in bytes (PSS: shared pages counted once)."""
    total = 0
    for member in [server, *server.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            total += member.memory_full_info().pss
    return total


def answered(address: str) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310
            return
        time.sleep(0.2)
    raise TimeoutError(address)


def look(load: Load, patience: float) -> None:
    """Note whose charts have come, and who has waited too long."""
    for reader in load.readers:
        if reader.last is not None or reader.failed:
            continue
        try:
            waited = time.monotonic() - reader.begun
            if reader.first is None and reader.page.locator(_FIRST).count():
                reader.first = waited
            if reader.page.locator(_LAST).count():
                reader.last = waited
            elif waited > patience:
                reader.failed = f"no chart after {patience:.0f} s"
        except Error as error:
            reader.failed = str(error).splitlines()[0]


def run(readers: int, ready: int, ramp: float, spare: float) -> dict[str, Any]:
    """Open the pages one after another, and give the figures."""
    port = free_port()
    command = [sys.executable, "-m", "sandan_lib", "explore", "--port", str(port), "--no-browser"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        [*command, "--ready", str(ready)], stdout=quiet, stderr=quiet, start_new_session=True
    ) as process:
        try:
            answered(f"http://127.0.0.1:{port}/voila/static/voila.js")
            time.sleep(4 * ready)  # the kernels that are kept ready start one after another
            server = psutil.Process(process.pid)
            empty = held(server)
            load = Load()
            with sync_playwright() as playwright:
                flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
                context = browser.new_context()
                for _ in range(readers):
                    if psutil.virtual_memory().available < spare * 2**30:
                        load.stopped = f"less than {spare} GB of memory would be left"
                        break
                    page = context.new_page()
                    page.goto(f"http://127.0.0.1:{port}/", wait_until="commit", timeout=120_000)
                    load.readers.append(Reader(page, time.monotonic()))
                    pause = time.monotonic() + ramp
                    while time.monotonic() < pause:
                        look(load, 300)
                        page.wait_for_timeout(100)
                while any(reader.last is None and not reader.failed for reader in load.readers):
                    look(load, 300)
                    load.readers[0].page.wait_for_timeout(200)
                full = held(server)
                browser.close()
            return figures(load, empty, full, ready)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def figures(load: Load, empty: int, full: int, ready: int) -> dict[str, Any]:
    """Give what a reader of the figures needs."""
    came = [reader for reader in load.readers if reader.last is not None]
    first = sorted(reader.first or 0.0 for reader in came)
    return {
        "readers": len(load.readers),
        "all charts": len(came),
        "failed": [reader.failed for reader in load.readers if reader.failed],
        "stopped": load.stopped,
        "ready": ready,
        "first chart, median": statistics.median(first) if first else None,
        "first chart, slowest": first[-1] if first else None,
        "all four charts, slowest": max((reader.last or 0.0 for reader in came), default=None),
        "server and ready kernels, MB": empty >> 20,
        "with all readers, MB": full >> 20,
        "MB a reader": ((full - empty) >> 20) / max(len(load.readers), 1),
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--ready", type=int, default=4)
    parser.add_argument("--ramp", type=float, default=1.0)
    parser.add_argument("--gigabytes", type=float, default=3.0)
    options = parser.parse_args()
    print(json.dumps(run(options.readers, options.ready, options.ramp, options.gigabytes)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
