"""Making a release: enter its ids in the ledger of ids."""

from __future__ import annotations

import csv
from pathlib import Path

from sandan_lib.checks.release import STABLE_TABLES, anchor_of
from sandan_lib.dataset.loading import data_folder, read_checked
from sandan_lib.errors import DataError

__all__ = ["freeze_ids"]


def freeze_ids(folder: str | Path | None = None) -> int:
    """Enter all ids that are not yet in ``released_ids`` as released with this version.

    Parameters
    ----------
    folder : path, optional
        As for :func:`load`.

    Returns
    -------
    int
        How many were entered.

    Raises
    ------
    DataError
        If any rule is broken; nothing is written then.
    """
    place = (Path(folder) if folder is not None else data_folder()).resolve()
    checked = read_checked(place)
    if checked.problems:
        raise DataError(
            f"{len(checked.problems)} problems: only a clean package is released. `sandan check` shows them.",
            f"문제 {len(checked.problems)}개: 문제가 없는 자료만 발행합니다. `sandan check`를 보십시오.",
        )
    ledger = checked.tables["released_ids"]
    rows = {(row["table"], row["id"]): dict(row.cells) for row in ledger.rows}
    before = len(rows)
    for name, (key, _) in STABLE_TABLES.items():
        for row in checked.tables[name].rows:
            fresh = {"table": name, "id": row[key], "release": checked.package.version}
            rows.setdefault((name, row[key]), fresh | {"anchor": anchor_of(name, row), "withdrawn": ""})
    target = place / ledger.table.path
    draft = target.with_suffix(".draft")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ledger.table.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[place_in_table] for place_in_table in sorted(rows))
    draft.replace(target)
    return len(rows) - before
