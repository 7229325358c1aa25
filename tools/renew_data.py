"""Renew what follows from the data: the record of their check, and the golden counts.

Run after every change of `data/` (`make data`). The golden counts are kept in git so that a
change of the data shows as a change of counts that somebody has to look at.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

from sandan_lib import Dataset, load
from sandan_lib.dataset import data_folder, read_checked, rows_of, vouch

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden" / "counts.csv"
COLUMNS = ("programme_id", "round_year", "region_id", "measure_id", "claims", "sources", "origins")


def golden_counts(ds: Dataset) -> list[dict[str, str]]:
    """Count claims, sources and releases by programme, round, region and measure."""
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for row in rows_of(ds.claims):
        key = tuple(str(row[column] or "") for column in COLUMNS[:4])
        groups.setdefault(key, []).append((row["source_id"], row["origin_id"]))
    found = []
    for key, pairs in sorted(groups.items()):
        numbers = (
            len(pairs),
            len(Counter(source for source, _ in pairs)),
            len({origin for _, origin in pairs}),
        )
        found.append(dict(zip(COLUMNS, (*key, *map(str, numbers)), strict=True)))
    return found


def main() -> int:
    """Check, vouch, count."""
    checked = read_checked()
    for problem in checked.problems:
        print(problem)
    if checked.problems:
        return 1
    vouch(data_folder(), checked)
    GOLDEN.parent.mkdir(exist_ok=True)
    with GOLDEN.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(golden_counts(load()))
    print(f"{GOLDEN.name}: {len(golden_counts(load()))} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
