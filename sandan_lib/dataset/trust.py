"""The record that a state of the data has passed every rule.

Checking takes longer than loading. Whoever has checked a package may leave the digest of that
very state beside it; ``load()`` then need not check the same bytes again. As soon as one byte
differs, or another release of the library reads it, everything is checked anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from sandan_lib.checks import CheckedPackage
from sandan_lib.errors import DataError
from sandan_lib.version import __version__

__all__ = ["RECORD", "is_vouched", "vouch"]

RECORD = "checked.json"


def is_vouched(folder: Path, digest: str) -> bool:
    """Tell whether this state of the data has passed the rules of this release.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    digest : str
        What its content is now.

    Returns
    -------
    bool
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(record == {"digest": digest, "library": __version__})


def vouch(folder: Path, checked: CheckedPackage) -> None:
    """Leave the record of a clean check.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    checked : CheckedPackage
        Its check.

    Raises
    ------
    DataError
        If a rule is broken.
    """
    if checked.problems:
        raise DataError(
            f"{len(checked.problems)} problems: a record is left for clean data only.",
            f"문제 {len(checked.problems)}개: 문제가 없는 자료에만 기록을 남깁니다.",
        )
    record = {"digest": checked.digest, "library": __version__}
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
