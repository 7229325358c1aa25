"""How fast the explorer answers, in a real kernel: from a control's message to the redrawn chart's.

Usage: explorer.py [FOLDER]; the real data, or a package of one's own such as synthetic.py makes.
Prints JSON: the median and the slowest of all moves in milliseconds, how long opening takes, and how
many pictures a slider dragged over its whole length draws.
"""

from __future__ import annotations

import contextlib
import json
import queue
import statistics
import sys
import time
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

_REST = 1.0  # seconds of silence after which the kernel is at rest, and the next move begins
_OPEN = """
import json, time
import sandan_lib as sd
ds = sd.load({folder})
begun = time.perf_counter()
explorer = sd.widgets.explorer(ds)
seconds = time.perf_counter() - begun
parts = {{
    name: {{"chart": part.chart.model_id, **{{field: c.model_id for field, c in part.controls.items()}}}}
    for name, part in explorer.parts.items()
}}
offered = {{
    name: {{
        field: [str(n) for n in range(-2, 3)] if c.kind == "number"
        else [o["value"] for o in c.options if not o["reason"]]
        for field, c in part.controls.items()
    }}
    for name, part in explorer.parts.items()
}}
shared = {{name: choice.model_id for name, choice in explorer._shared.items()}}
print(json.dumps([parts, offered, shared, len(ds.claims), len(ds.selections()), seconds]))
"""


class Kernel:
    """A kernel with an explorer in it."""

    def __init__(self, folder: str | None) -> None:
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel()
        self.client: BlockingKernelClient = self._manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        told: list[str] = []

        def listen(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                told.append(message["content"]["text"])
            if message["msg_type"] == "error":
                raise RuntimeError("\n".join(message["content"]["traceback"]))

        code = _OPEN.format(folder=repr(folder) if folder else "")
        self.client.execute_interactive(code, output_hook=listen, timeout=300)
        line = next(line for line in "".join(told).splitlines() if line.startswith("[{"))
        self.parts, self.offered, self.shared, self.claims, self.selections, self.seconds = json.loads(line)

    def close(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def _send(self, model: str, value: str) -> str:
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        message = self.client.session.msg("comm_msg", {"comm_id": model, "data": data})
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def _drawn(self, message: dict[str, Any], chart: str) -> bool:
        content = message["content"]
        if message["msg_type"] != "comm_msg" or content["comm_id"] != chart:
            return False
        return "number" in content["data"].get("state", {}) and content["data"]["method"] == "update"

    def move(self, model: str, chart: str, value: str) -> float | None:
        """Move a control; give the seconds until its chart's message, or None if nothing was drawn."""
        begun = time.perf_counter()
        self._send(model, value)
        took = None
        with contextlib.suppress(queue.Empty):
            while True:
                if self._drawn(self.client.get_iopub_msg(timeout=_REST), chart) and took is None:
                    took = time.perf_counter() - begun
        return took

    def drag(self, model: str, chart: str, values: list[str]) -> int:
        """Send all values at once, as a slider dragged fast does; give how many pictures came."""
        for value in values:
            self._send(model, value)
        pictures = 0
        with contextlib.suppress(queue.Empty):
            while True:
                pictures += self._drawn(self.client.get_iopub_msg(timeout=2), chart)
        return pictures


def moves(kernel: Kernel) -> list[float]:
    """Move each control of each part to up to four other options, and give the times."""
    took = []
    for name, models in kernel.parts.items():
        for field in [field for field in models if field not in ("chart", "regions")]:
            values = kernel.offered[name][field]
            step = max(1, len(values) // 4)
            for value in [*values[::step][:4], values[0]]:
                seconds = kernel.move(models[field], models["chart"], value)
                if seconds is not None:
                    took.append(seconds)
    return took


def main() -> int:
    """Print the figures."""
    kernel = Kernel(sys.argv[1] if len(sys.argv) > 1 else None)
    try:
        took = moves(kernel)
        again = moves(kernel)
        days = kernel.offered["time"]["day"]
        time_part = kernel.parts["time"]
        pictures = kernel.drag(time_part["day"], time_part["chart"], days[::-1])
        print(
            json.dumps(
                {
                    "claims": kernel.claims,
                    "selections": kernel.selections,
                    "open": kernel.seconds,
                    "median": statistics.median(took),
                    "slowest": max(took),
                    "moves": len(took),
                    "again": statistics.median(again),
                    "dragged": len(days),
                    "pictures": pictures,
                }
            )
        )
    finally:
        kernel.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
