"""``manifest.json``: what was run, from what, with what result."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import json
import platform
import time
from collections.abc import Collection, Mapping
from typing import Any

from sandan_lib.dataset import Dataset
from sandan_lib.reports.formats import FILES
from sandan_lib.reports.outputs import Outputs, sha256

__all__ = ["Manifest", "package_versions"]

_NAME = "manifest.json"
_PACKAGES = (*("altair", "ipykernel", "nbconvert", "pandas", "papermill", "sandan-lib", "vl-convert-python"),)
_IF_THERE = ("mini-racer",)  # draws the charts, or else vl-convert does
_WRITERS = {"pdf": "typst", "xlsx": "xlsxwriter"}
_SECONDS_BETWEEN = 2.0


def package_versions(formats: Collection[str] = ()) -> dict[str, str]:
    """Give the versions of what a report is made with, in these formats."""
    return dict(_versions(frozenset(formats)))


@functools.cache
def _versions(formats: frozenset[str]) -> dict[str, str]:
    """Look the versions up once: each is read out of a package's description, which takes a while."""
    names = (*_PACKAGES, *(package for form, package in _WRITERS.items() if form in formats))
    versions = {name: importlib.metadata.version(name) for name in names}
    for name in _IF_THERE:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(name)
    return {"python": platform.python_version()} | versions


class Manifest:
    """The record of outputs; entries of earlier runs stay while their files do.

    Each run is entered into a journal as it ends, so that a killed batch keeps its record; the
    manifest itself is written now and then, and at the end.

    Parameters
    ----------
    outputs : Outputs
        Where the reports are.
    ds : Dataset
        The data that the new runs use.
    """

    def __init__(self, outputs: Outputs, ds: Dataset) -> None:
        self.outputs = outputs
        self.data = {"version": ds.version, "sha256": ds.digest}
        self.packages = package_versions()
        self.downloads: dict[str, Any] = {}
        self.runs: dict[str, dict[str, Any]] = self._earlier()
        self._written = time.monotonic()

    def _earlier(self) -> dict[str, dict[str, Any]]:
        try:
            content = json.loads(self.outputs.read(_NAME) or b"{}")
            runs: dict[str, dict[str, Any]] = dict(content["runs"])
            files = content.get("downloads", {}).get("files", {})
            if files and all(self.outputs.has(file) for file in files):
                self.downloads = content["downloads"]
        except (ValueError, KeyError, TypeError, AttributeError):
            runs = {}  # none, or not ours: the runs to come write a sound one
        for line in self.outputs.noted():
            runs |= {name: entry for name, entry in line.items() if isinstance(entry, dict)}
        return {name: entry for name, entry in runs.items() if self._is_ours(entry)}

    def _is_ours(self, entry: object) -> bool:
        if not isinstance(entry, dict) or not isinstance(entry.get("files", {}), dict):
            return False
        files = entry.get("files", {})
        # A run that failed before it had a notebook leaves no file, and stays until it is mended.
        return all(self.outputs.has(file) for file in files) and bool(files or entry.get("cause"))

    def unchanged(self, name: str, key: str) -> bool:
        """Tell whether a report is there, made from just this, and not touched since.

        Parameters
        ----------
        name : str
            Name of the run.
        key : str
            Hash of all that the report is made from.

        Returns
        -------
        bool
        """
        entry = self.runs.get(name, {})
        if entry.get("status") != "done" or entry.get("key") != key:
            return False
        contents = {file: self.outputs.read(file) for file in entry["files"]}
        return all(
            content is not None and sha256(content) == entry["files"][file]
            for file, content in contents.items()
        )

    def formats(self, name: str) -> set[str]:
        """Give the formats that a report is there in; who makes it anew leaves none of them behind."""
        files = self.runs.get(name, {}).get("files", {})
        return {form for form, file in FILES.items() if f"{name}/{file}" in files}

    def record(self, name: str, entry: Mapping[str, Any]) -> None:
        """Put an entry in; it is on record when this returns."""
        self.runs[name] = dict(entry) | {"data": self.data}
        self.outputs.note({name: self.runs[name]})
        if time.monotonic() - self._written > _SECONDS_BETWEEN:
            self.write()

    def write(self) -> None:
        """Write the manifest."""
        content: dict[str, Any] = {"data": self.data, "packages": self.packages}
        content["runs"] = dict(sorted(self.runs.items()))
        if self.downloads:
            content["downloads"] = self.downloads
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        self.outputs.put_file(_NAME, text.encode("utf-8"))
        self.outputs.forget_notes()
        self._written = time.monotonic()
