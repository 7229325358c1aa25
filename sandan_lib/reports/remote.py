"""Outputs at an address: whatever fsspec reaches."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sandan_lib.errors import ParameterError
from sandan_lib.reports.outputs import cannot_write

__all__ = ["Address"]


class Address:
    """Outputs under an address such as ``s3://bucket/reports`` or ``memory://reports``.

    A file is there whole or not at all, as object stores do it; a report's page comes last, so
    that whoever sees it sees its tables too. There is no lock at an address: let one runner at
    a time write there.

    Parameters
    ----------
    address : str
        In fsspec's form.

    Raises
    ------
    ParameterError
        If fsspec is not installed or knows no such place.
    """

    def __init__(self, address: str) -> None:
        try:
            import fsspec
        except ImportError as error:
            raise ParameterError(
                f"{address}: an address needs fsspec: pip install 'sandan-lib[cluster]'.",
                f"{address}: 주소를 쓰려면 fsspec이 있어야 합니다: pip install 'sandan-lib[cluster]'.",
            ) from error
        try:
            self._system, self._root = fsspec.core.url_to_fs(address)
        except (ValueError, ImportError) as error:
            raise ParameterError(
                f"{address}: {error}. Choose another place with --out.",
                f"{address}: {error}. --out으로 다른 곳을 고르십시오.",
            ) from error
        self._address = address.rstrip("/")

    def __str__(self) -> str:
        """Give the address."""
        return self._address

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    @contextlib.contextmanager
    def opened(self, patience: float) -> Iterator[Path]:
        """Give a folder of this machine for unfinished work."""
        with tempfile.TemporaryDirectory(prefix="sandan-") as work:
            try:
                self.put_file(".writable", b"")
                self.remove(".writable")
            except OSError as error:
                raise cannot_write(self, error) from error
            yield Path(work)

    def put(self, name: str, files: Mapping[str, bytes]) -> None:
        """Put a report's files, its page last; what an earlier report had more goes."""
        for file in sorted(files, key=lambda file: (file == "report.html", file)):
            self.put_file(f"{name}/{file}", files[file])
        wanted = {self._path(f"{name}/{file}").lstrip("/") for file in files}
        for path in self._system.find(self._path(name)):
            if path.lstrip("/") not in wanted:
                self._system.rm(path)

    def put_file(self, name: str, content: bytes) -> None:
        """Put one file: written beside, then moved, unless the place does that by itself."""
        target = self._path(name)
        try:
            self._system.makedirs(target.rpartition("/")[0], exist_ok=True)
            if "file" not in self._system.protocol:
                self._system.pipe_file(target, content)
                return
            draft = f"{target.rpartition('/')[0]}/.{target.rpartition('/')[2]}.part"
            self._system.pipe_file(draft, content)
            self._system.mv(draft, target)
        except OSError:
            raise
        except Exception as error:  # every store has errors of its own kind: no credentials, no bucket
            raise OSError(" ".join(f"{type(error).__name__}: {error}".split())) from error

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self._system.rm(self._path(name))

    def has(self, name: str) -> bool:
        """Tell whether a file is there."""
        return bool(self._system.isfile(self._path(name)))

    def read(self, name: str) -> bytes | None:
        """Read a file; ``None`` if it is not there."""
        try:
            content: bytes = self._system.cat_file(self._path(name))
        except OSError:
            return None
        return content

    def note(self, entry: Mapping[str, Any]) -> None:
        """Keep a note of a run beside the manifest, a file each: objects cannot be added to."""
        name = next(iter(entry)).replace("/", "--")
        self.put_file(f".journal/{name}.json", json.dumps(entry, ensure_ascii=False).encode("utf-8"))

    def noted(self) -> list[dict[str, Any]]:
        """Read the notes."""
        try:
            paths = sorted(self._system.find(self._path(".journal")))
        except OSError:
            return []
        found = []
        for path in paths:
            with contextlib.suppress(ValueError, OSError):
                found.append(json.loads(self._system.cat_file(path)))
        return [entry for entry in found if isinstance(entry, dict)]

    def forget_notes(self) -> None:
        """Remove the notes."""
        with contextlib.suppress(OSError):
            self._system.rm(self._path(".journal"), recursive=True)
