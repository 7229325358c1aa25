"""``load()``: the only code that knows where the data are."""

from __future__ import annotations

import functools
import os
from pathlib import Path

from sandan_lib.checks import CheckedPackage, Problem, check_package, digest_of
from sandan_lib.dataset.core import Dataset
from sandan_lib.dataset.tables import Tables
from sandan_lib.dataset.trust import is_vouched
from sandan_lib.errors import DataError
from sandan_lib.schema import read_package

__all__ = ["data_folder", "load", "read_checked"]

ENVIRONMENT = "SANDAN_DATA"


def data_folder() -> Path:
    """Find the data: ``$SANDAN_DATA``, else the folder shipped with the package.

    Returns
    -------
    pathlib.Path
    """
    chosen = os.environ.get(ENVIRONMENT)
    if chosen:
        return Path(chosen)
    here = Path(__file__).resolve().parent.parent
    shipped = here / "data"
    return shipped if shipped.is_dir() else here.parent / "data"


def load(folder: str | Path | None = None) -> Dataset:
    """Load the curated data, checked by every rule.

    Parameters
    ----------
    folder : path, optional
        Another data folder than the one shipped (or named by ``$SANDAN_DATA``).

    Returns
    -------
    Dataset
        One object for the same unchanged folder, however often it is asked for.

    Raises
    ------
    DataError
        If any rule is broken; the message shows the first problems, and ``sandan check`` all.

    Examples
    --------
    >>> load().claims["claim_id"].is_unique
    True
    """
    place = (Path(folder) if folder is not None else data_folder()).resolve()
    return _load(place, _stamp(place))


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Tell states of a folder apart, so that an edited file is read again."""
    files = sorted(item for form in ("*.csv", "*.parquet", "*.json") for item in folder.glob(form))
    return tuple((item.name, item.stat().st_mtime_ns, item.stat().st_size) for item in files)


@functools.lru_cache(maxsize=4)
def _load(folder: Path, _: tuple[tuple[str, int, int], ...]) -> Dataset:
    package = read_package(folder)
    digest = digest_of(folder, package)
    if is_vouched(folder, digest):
        tables = Tables.read(folder, package)
    else:
        checked = check_package(folder)
        if checked.problems:
            raise _not_loaded(folder, checked.problems)
        digest = checked.digest  # of what was checked, should a file have changed meanwhile
        tables = Tables.checked(checked.tables)
    return Dataset(package, digest, tables)


def _not_loaded(folder: Path, problems: tuple[Problem, ...]) -> DataError:
    shown = problems[:5]
    count, tables = len(problems), len({problem.file for problem in problems})
    lines_en = "\n".join(problem.text("en") for problem in shown)
    lines_ko = "\n".join(problem.text("ko") for problem in shown)
    return DataError(
        f"{lines_en}\n{count} problem{'s' * (count > 1)} in {tables} file{'s' * (tables > 1)}; "
        f"nothing was loaded. `sandan check {folder}` shows all.",
        f"{lines_ko}\n파일 {tables}개에 문제 {count}개가 있어 읽지 않았습니다. "
        f"`sandan check {folder}`로 모두 볼 수 있습니다.",
    )


def read_checked(folder: str | Path | None = None) -> CheckedPackage:
    """Check a data folder without loading it.

    Parameters
    ----------
    folder : path, optional
        As for :func:`load`.

    Returns
    -------
    CheckedPackage
    """
    return check_package((Path(folder) if folder is not None else data_folder()).resolve())
