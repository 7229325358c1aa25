"""``export()``: one form of the whole package, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from sandan_lib.dataset import Dataset
from sandan_lib.errors import ParameterError, nearest
from sandan_lib.export.as_croissant import write_croissant
from sandan_lib.export.as_csv import write_csv
from sandan_lib.export.as_parquet import write_parquet
from sandan_lib.export.as_sqlite import write_sqlite
from sandan_lib.export.as_xlsx import write_xlsx
from sandan_lib.export.content import Content, gather
from sandan_lib.export.packaging import copy_licence
from sandan_lib.export.place import new_folder

__all__ = ["FORMS", "export"]

_WRITERS: Mapping[str, Callable[[Content, Path], None]] = MappingProxyType(
    {
        "csv": write_csv,
        "parquet": write_parquet,
        "xlsx": write_xlsx,
        "sqlite": write_sqlite,
        "json-ld": write_croissant,
    }
)
FORMS = tuple(_WRITERS)


def export(ds: Dataset, form: str, folder: Path, *, source: Path | None = None) -> tuple[Path, ...]:
    """Write the whole package in one form into a new folder, with its licence: all of it, or nothing.

    Parameters
    ----------
    ds : Dataset
        The data. Of a vintage, what was known on its day is written.
    form : {"csv", "parquet", "xlsx", "sqlite", "json-ld"}
        ``csv`` and ``parquet`` are data packages that :func:`sandan_lib.load` reads.
    folder : pathlib.Path
        A folder that does not exist yet, or is empty.
    source : pathlib.Path, optional
        The data folder that ``ds`` was loaded from; needed only if it is neither the one shipped
        nor the one named by ``$SANDAN_DATA``, and described otherwise.

    Returns
    -------
    tuple of pathlib.Path
        The files written.

    Raises
    ------
    ParameterError
        If there is no such form, the folder is not empty, or nothing can be written there.
    DataError
        If the form cannot hold the data exactly, or the part that writes it is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from sandan_lib import load
    >>> with tempfile.TemporaryDirectory() as place:
    ...     made = export(load(), "sqlite", Path(place) / "new")
    >>> [path.name for path in made]
    ['LICENSE.txt', 'sandan-renewal.sqlite']
    """
    if form not in _WRITERS:
        near = nearest(form, FORMS, count=1)
        hint, hint_ko = (f" Did you mean {near[0]}?", f" 혹시 {near[0]}?") if near else ("", "")
        raise ParameterError(
            f"no form {form!r}.{hint} Allowed: {', '.join(FORMS)}.",
            f"{form!r}: 그런 형식은 없습니다.{hint_ko} 쓸 수 있는 것: {', '.join(FORMS)}.",
        )
    folder = Path(folder)
    with new_folder(folder) as draft:
        content = gather(ds, source)
        copy_licence(source, draft)
        _WRITERS[form](content, draft)
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))
