"""Where results go: whole, under their final names, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sandan_lib.errors import ParameterError

__all__ = ["file_hashes", "place", "workshop", "write_whole"]


@contextlib.contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """Make a folder for unfinished work beside the outputs, and clear it away afterwards.

    Parameters
    ----------
    out : pathlib.Path
        The outputs folder; the workshop lies in it, so that finished work moves by rename.

    Raises
    ------
    ParameterError
        If nothing can be written there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(out)
        work = Path(tempfile.mkdtemp(prefix=f".work-{os.getpid()}-", dir=out))
    except OSError as error:
        raise ParameterError(
            f"cannot write to {out}: {error.strerror}. Choose another folder with --out.",
            f"{out}에 쓸 수 없습니다: {error.strerror}. --out으로 다른 폴더를 고르십시오.",
        ) from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _clear_abandoned(out: Path) -> None:
    """Remove workshops whose runner is no more: it was killed before it could tidy up."""
    for left in out.glob(".work-*-*"):
        owner = left.name.split("-")[1]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)


def place(finished: Path, target: Path) -> None:
    """Move a finished file or folder to its final name, whole.

    A file replaces a file in one step. A folder cannot: the old one steps aside for a moment,
    and back again if the new one cannot take its place.

    Parameters
    ----------
    finished : pathlib.Path
        In the workshop.
    target : pathlib.Path
        Final name; what stood there is replaced.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_dir():
        os.replace(finished, target)
        return
    # A folder cannot be renamed over another one: the old one steps aside first.
    aside = Path(tempfile.mkdtemp(prefix=".old-", dir=finished.parent)) / target.name
    os.replace(target, aside)
    try:
        os.replace(finished, target)
    except OSError:
        os.replace(aside, target)
        raise


def write_whole(target: Path, text: str) -> None:
    """Write a text file so that nobody ever sees half of it."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.chmod(name, 0o644)
    os.replace(name, target)


def file_hashes(folder: Path, base: Path) -> dict[str, str]:
    """Give the SHA-256 of each file of a folder, by its path below ``base``."""
    return {
        path.relative_to(base).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
