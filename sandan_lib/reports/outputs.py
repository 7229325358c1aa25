"""Where results go: whole, under their final names, or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from sandan_lib.errors import OutputsBusy, ParameterError

__all__ = ["Draft", "Folder", "Outputs", "cannot_write", "digests", "place", "sha256", "write_whole"]

_LOCK, _JOURNAL = ".lock", ".journal"


def sha256(content: bytes) -> str:
    """Give the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class Draft(Mapping[str, bytes]):
    """A report's files where they wait to be put into their place; they are read when they are asked for.

    Parameters
    ----------
    folder : pathlib.Path
        In a folder for unfinished work, best on the disk of the reports.
    digests : Mapping of str to str
        File name → SHA-256 of its content.
    """

    def __init__(self, folder: Path, digests: Mapping[str, str]) -> None:
        self.folder, self.digests = folder, dict(digests)

    @classmethod
    def written(cls, folder: Path, files: Mapping[str, bytes]) -> Draft:
        """Write files into a new folder."""
        _write_all(folder, files)
        return cls(folder, {file: sha256(content) for file, content in files.items()})

    def __getitem__(self, file: str) -> bytes:
        """Read a file."""
        if file not in self.digests:
            raise KeyError(file)
        return (self.folder / file).read_bytes()

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the files."""
        return iter(self.digests)

    def __len__(self) -> int:
        """Count the files."""
        return len(self.digests)

    def remove(self) -> None:
        """Remove what is left of the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Give the SHA-256 of each file, in the order of their names."""
    if isinstance(files, Draft):
        return dict(sorted(files.digests.items()))
    return {file: sha256(content) for file, content in sorted(files.items())}


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    for parent in {(folder / file).parent for file in files}:
        parent.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)


class Outputs(Protocol):
    """A place for reports: a folder here, or an address elsewhere."""

    def opened(self, patience: float) -> contextlib.AbstractContextManager[Path]:
        """Have the place for oneself, with a folder for unfinished work, while the block runs."""

    def put(self, name: str, files: Mapping[str, bytes]) -> None:
        """Put a report's files under its name, in place of what was there."""

    def put_file(self, name: str, content: bytes) -> None:
        """Put one file."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def has(self, name: str) -> bool:
        """Tell whether a file is there."""

    def read(self, name: str) -> bytes | None:
        """Read a file; ``None`` if it is not there."""

    def note(self, entry: Mapping[str, Any]) -> None:
        """Enter a line into the journal: what ended since the manifest was written."""

    def noted(self) -> list[dict[str, Any]]:
        """Read the journal."""

    def forget_notes(self) -> None:
        """Empty the journal: the manifest has it all."""


class Folder:
    """Outputs in a folder of this machine, or one that it shares.

    Parameters
    ----------
    path : pathlib.Path
        The folder; made when it is first needed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._work: Path | None = None

    def __str__(self) -> str:
        """Give the folder's name."""
        return str(self.path)

    @contextlib.contextmanager
    def opened(self, patience: float) -> Iterator[Path]:
        """Have the folder for oneself.

        Parameters
        ----------
        patience : float
            Seconds to wait for another runner to finish.

        Yields
        ------
        pathlib.Path
            A folder for unfinished work in it, so that finished work moves by rename.

        Raises
        ------
        OutputsBusy
            If another runner is at work there.
        ParameterError
            If nothing can be written there.
        """
        lock = FileLock(self.path / _LOCK)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=patience)
        except Timeout:
            raise OutputsBusy(
                f"another runner is at work in {self.path}. Let it finish (--wait SECONDS), or choose "
                "another folder with --out.",
                f"{self.path}에서 다른 실행이 진행 중입니다. 끝나기를 기다리거나(--wait 초) --out으로 "
                "다른 폴더를 고르십시오.",
            ) from None
        except OSError as error:
            raise cannot_write(self.path, error) from error
        with lock:  # counts on top of the first
            lock.release()
            for left in self.path.glob(".work-*"):  # of runners that were killed: we have the lock
                shutil.rmtree(left, ignore_errors=True)
            try:
                self._work = Path(tempfile.mkdtemp(prefix=".work-", dir=self.path))
            except OSError as error:
                raise cannot_write(self.path, error) from error
            try:
                yield self._work
            finally:
                shutil.rmtree(self._work, ignore_errors=True)
                self._work = None

    def put(self, name: str, files: Mapping[str, bytes]) -> None:
        """Put a report's files under its name: written apart, then moved there at once."""
        draft = files if isinstance(files, Draft) else Draft(Path(tempfile.mkdtemp(dir=self._work)), {})
        try:
            if draft is not files:
                _write_all(draft.folder, files)
            os.chmod(draft.folder, 0o755)  # noqa: S103 - reports are for reading
            place(draft.folder, self.path / name)
        finally:
            draft.remove()

    def put_file(self, name: str, content: bytes) -> None:
        """Put one file, whole."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, content, self._work)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        (self.path / name).unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        """Tell whether a file is there."""
        return (self.path / name).is_file()

    def read(self, name: str) -> bytes | None:
        """Read a file; ``None`` if it is not there."""
        try:
            return (self.path / name).read_bytes()
        except OSError:
            return None

    def note(self, entry: Mapping[str, Any]) -> None:
        """Enter a line into the journal."""
        with (self.path / _JOURNAL).open("ab") as journal:
            journal.write(json.dumps(entry, ensure_ascii=False).encode("utf-8") + b"\n")

    def noted(self) -> list[dict[str, Any]]:
        """Read the journal; a line that a killed runner did not finish is none."""
        found = []
        for line in (self.read(_JOURNAL) or b"").split(b"\n"):
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return [entry for entry in found if isinstance(entry, dict)]

    def forget_notes(self) -> None:
        """Empty the journal."""
        self.remove(_JOURNAL)


def cannot_write(where: object, error: OSError) -> ParameterError:
    """Word the refusal of a place that cannot be written."""
    return ParameterError(
        f"cannot write to {where}: {error.strerror or error}. Choose another folder with --out.",
        f"{where}에 쓸 수 없습니다: {error.strerror or error}. --out으로 다른 폴더를 고르십시오.",
    )


def place(finished: Path, target: Path) -> None:
    """Move a finished file or folder to its final name, whole.

    A file replaces a file in one step, and so does a folder where the system can exchange two
    names. Elsewhere the old folder steps aside for a moment, and back again if the new one
    cannot take its place.

    Parameters
    ----------
    finished : pathlib.Path
        In the folder for unfinished work; a folder that was replaced is left there.
    target : pathlib.Path
        Final name; what stood there is replaced.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_dir():
        os.replace(finished, target)
        return
    if _exchanged(finished, target):
        return
    aside = Path(tempfile.mkdtemp(prefix="old-", dir=finished.parent)) / target.name
    os.replace(target, aside)
    try:
        os.replace(finished, target)
    except OSError:
        os.replace(aside, target)
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names in one step; tell whether the system can (Linux: renameat2)."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if call is None:
        return False
    at_here, exchange = -100, 2
    return bool(call(at_here, os.fsencode(one), at_here, os.fsencode(other), exchange) == 0)


def write_whole(target: Path, content: bytes, work: Path | None = None) -> None:
    """Write a file so that nobody ever sees half of it.

    Parameters
    ----------
    target : pathlib.Path
        Final name.
    content : bytes
        All of it.
    work : pathlib.Path, optional
        Folder for the unfinished file, on the same disk; the target's own by default.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=work or target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)  # it is still there only if it did not come so far
