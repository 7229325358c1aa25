"""The data themselves beside the reports: a workbook, the tables as a package, their description."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandan_lib.dataset import Dataset, load
from sandan_lib.reports.outputs import Outputs, sha256

__all__ = ["FOLDER", "put_downloads"]

FOLDER = "data"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier day; the same bytes each time


def put_downloads(ds: Dataset, outputs: Outputs, work: Path, there: Mapping[str, Any]) -> dict[str, Any]:
    """Put the whole data into the outputs, unless they are there.

    Parameters
    ----------
    ds : Dataset
        The data; all days are written, also where reports are of one day.
    outputs : Outputs
        Where to.
    work : pathlib.Path
        A folder for unfinished work.
    there : Mapping
        What an earlier call gave.

    Returns
    -------
    dict
        ``key`` (what they were made from) and ``files``: name → ``sha256`` and ``bytes``.
    """
    from sandan_lib.reports.job import library_digest

    key = f"{library_digest()}:{ds.digest}"
    if there.get("key") == key and there.get("files") and all(map(outputs.has, there["files"])):
        return dict(there)
    from sandan_lib.export import export

    whole = load() if ds.vintage is not None else ds
    files: dict[str, bytes] = {}
    for form in ("xlsx", "json-ld"):
        folder = work / f"data-{form}"
        export(whole, form, folder)
        content = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        if form == "xlsx":
            files |= {name: data for name, data in content.items() if name.endswith(".xlsx")}
            continue
        files["croissant.json"] = content["croissant.json"]
        files["LICENSE.txt"] = content["LICENSE.txt"]
        files["sandan-renewal-csv.zip"] = _zipped(content)
    outputs.put(FOLDER, files)
    about = {
        f"{FOLDER}/{name}": {"sha256": sha256(data), "bytes": len(data)}
        for name, data in sorted(files.items())
    }
    return {"key": key, "files": about}


def _zipped(content: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(content.items()):
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
