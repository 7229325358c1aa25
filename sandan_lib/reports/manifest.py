"""``manifest.json``: what was run, from what, with what result."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from pathlib import Path
from typing import Any

from sandan_lib.dataset import Dataset
from sandan_lib.reports.outputs import write_whole

__all__ = ["Manifest"]

_PACKAGES = ("altair", "nbconvert", "pandas", "papermill", "sandan-lib", "vl-convert-python")


class Manifest:
    """The record of an outputs folder; entries of earlier runs stay while their files do.

    Parameters
    ----------
    out : pathlib.Path
        The outputs folder.
    ds : Dataset
        The data that the new runs use.
    """

    def __init__(self, out: Path, ds: Dataset) -> None:
        self.out = out
        self.path = out / "manifest.json"
        self.data = {"version": ds.version, "sha256": ds.digest}
        self.packages = {"python": platform.python_version()} | {
            name: importlib.metadata.version(name) for name in _PACKAGES
        }
        self.runs: dict[str, dict[str, Any]] = self._earlier()

    def _earlier(self) -> dict[str, dict[str, Any]]:
        try:
            runs = json.loads(self.path.read_text(encoding="utf-8"))["runs"]
            return {name: entry for name, entry in runs.items() if self._is_there(entry)}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}  # none, or not ours: the runs to come write a sound one

    def _is_there(self, entry: dict[str, Any]) -> bool:
        files = entry.get("files", {})
        # A run that failed before it had a notebook leaves no file, and stays until it is mended.
        return all((self.out / file).is_file() for file in files) and bool(files or entry.get("cause"))

    def record(self, name: str, entry: dict[str, Any]) -> None:
        """Put an entry in, and write the manifest at once: a killed batch keeps its record.

        What another runner has written in the meantime is kept.
        """
        self.runs = self._earlier() | {name: entry | {"data": self.data}}
        content = {"data": self.data, "packages": self.packages, "runs": dict(sorted(self.runs.items()))}
        write_whole(self.path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
