"""A new folder that appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sandan_lib.errors import ParameterError

__all__ = ["new_folder"]


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a draft folder whose content moves to ``folder`` once it is complete.

    Parameters
    ----------
    folder : pathlib.Path
        Where it goes: a folder that does not exist yet, or is empty.

    Yields
    ------
    pathlib.Path
        The draft.

    Raises
    ------
    ParameterError
        If something is there already, or nothing can be written there.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with new_folder(Path(place) / "new") as draft:
    ...         _ = (draft / "a.txt").write_text("a")
    ...     sorted(path.name for path in Path(place).rglob("*"))
    ['a.txt', 'new']
    """
    target, existing = _looked_at(folder)
    # An empty folder stays the folder that it is (it may be a mount, or where the reader's shell
    # stands): its draft lies in it. A new one is drafted beside its place and renamed.
    parent = target if existing else target.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".export-", dir=parent))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        draft = work / "export"  # mkdtemp's own folder is closed to other readers, this one is not
        draft.mkdir()
        yield draft
        if existing:
            _move_content(draft, target)
        else:
            os.replace(draft, target)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _looked_at(folder: Path) -> tuple[Path, bool]:
    """Give the place without symbolic links, and whether it is a folder already (and empty)."""
    try:
        target = folder.resolve()
        existing = target.is_dir()
        taken = any(target.iterdir()) if existing else target.exists()
    except (OSError, RuntimeError, ValueError) as error:  # no rights, links in a circle, a null byte
        raise _unwritable(folder, error) from error
    if taken:
        raise ParameterError(
            f"{folder} exists and is not empty; nothing is overwritten. Choose a new folder.",
            f"{folder}이(가) 이미 있고 비어 있지 않습니다. 덮어쓰지 않으니 새 폴더를 고르십시오.",
        )
    return target, existing


def _move_content(draft: Path, target: Path) -> None:
    moved: list[Path] = []
    try:
        for path in sorted(draft.iterdir()):
            place = target / path.name
            if place.exists():
                raise FileExistsError(None, "somebody else writes there", str(place))
            os.replace(path, place)
            moved.append(place)
    except OSError:
        for place in moved:
            shutil.rmtree(place) if place.is_dir() else place.unlink()
        raise


def _unwritable(folder: Path, error: Exception) -> ParameterError:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return ParameterError(
        f"cannot write to {folder}: {why}. Choose another folder.",
        f"{folder}에 쓸 수 없습니다: {why}. 다른 폴더를 고르십시오.",
    )
