"""Make a synthetic data package of any size in parquet form: the real description, invented rows.

    python benchmarks/synthetic.py FOLDER --claims 1000000 [--rounds 50] [--regions 100]

Fifty rounds of a hundred invented regions are 5,000 selections. What a claim is about (measure,
component, status, basis, scope) is drawn from the real claims about selections, as often as there.
The claims are sound by construction, and the record that they were checked is written without a
check: the rules take about a minute and 3 GB for a million rows, and find nothing (seen by
`sandan check FOLDER`). So `make bench` makes a package of 20,000 claims in the same way as well, and
runs every rule over that one.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sandan_lib.checks import digest_of
from sandan_lib.dataset import data_folder, load, rows_of
from sandan_lib.dataset.trust import RECORD
from sandan_lib.schema import Table, read_package
from sandan_lib.version import __version__

ROUNDS, REGIONS = 50, 100
SOURCES_PER_CLAIM, ORIGINS_PER_CLAIM = 50, 5
_TYPES = {"integer": pa.int64(), "boolean": pa.bool_(), "number": pa.decimal128(38, 9)}
# How a figure of a unit is printed, and how many base units one printed unit has.
_PRINTED = {"KRW": ("억원", 10**8), "USD": ("억달러", 10**8), "persons": ("명", 1), "count": ("개", 1)}
_PRINTED |= {"percent": ("%", 1)}
_KIND = ("measure_id", "component", "status", "basis", "scope", "unit")


@dataclass(frozen=True)
class Size:
    """Which rounds and regions there are; every region is selected in every round."""

    years: range
    regions: range


def make(folder: Path, claims: int, seed: int = 7, rounds: int = ROUNDS, regions: int = REGIONS) -> None:
    """Write the package.

    Parameters
    ----------
    folder : pathlib.Path
        New folder.
    claims : int
        How many claims.
    seed : int
        Seed of the random numbers.
    rounds, regions : int
        How many of each.
    """
    size = Size(range(2000, 2000 + rounds), range(regions))
    folder.mkdir(parents=True)
    description = json.loads((data_folder() / "datapackage.json").read_text(encoding="utf-8"))
    for resource in description["resources"]:
        resource |= {"path": f"{resource['name']}.parquet", "format": "parquet"}
    (folder / "datapackage.json").write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
    package = read_package(folder)
    rows = _small_tables(claims, size) | _real_rows()
    for name, table in package.tables.items():
        if name == "claims":
            _write(folder, table, _claims(claims, size, np.random.default_rng(seed)))
        else:
            columns = {column: [row.get(column) for row in rows.get(name, [])] for column in table.columns}
            _write(folder, table, columns)
    record = {"digest": digest_of(folder, package), "library": __version__}
    (folder / RECORD).write_text(json.dumps(record), encoding="utf-8")


def _real_rows() -> dict[str, list[dict[str, Any]]]:
    """Give the rows of the real package that the invented ones refer to."""
    real = load()
    used = {kind["measure_id"] for kind in _kinds()}
    measures = [row for row in rows_of(real.table("measures")) if row["measure_id"] in used]
    return {"programmes": rows_of(real.table("programmes")), "measures": measures}


def _kinds() -> list[dict[str, Any]]:
    """Give what the real claims about selections are about, one entry a claim."""
    rows = rows_of(load().claims)
    return [
        {column: row[column] for column in _KIND}
        for row in rows
        if row["selection_id"] and row["scope"] in ("plan", "part") and row["unit"] in _PRINTED
    ]


def _write(folder: Path, table: Table, columns: dict[str, Any]) -> None:
    arrays = [
        column
        if isinstance(column, (pa.Array, pa.ChunkedArray))
        else pa.array(column, _TYPES.get(table.field(name).type, pa.string()))
        for name, column in columns.items()
    ]
    pq.write_table(pa.table(arrays, names=list(columns)), folder / table.path, compression="zstd")


def _region(number: int) -> str:
    return f"KR-{number:02d}"


def _selection(year: int, number: int) -> str:
    return f"{year}-{_region(number)}"


def _dates(count: int) -> list[str]:
    """Give days from 2000 on, one after the other, over and over."""
    first = np.datetime64("2000-01-01")
    return [str(first + np.timedelta64(day % 9000, "D")) for day in range(count)]


def _small_tables(claims: int, size: Size) -> dict[str, list[dict[str, Any]]]:
    sources = max(claims // SOURCES_PER_CLAIM, 1)
    dates = _dates(sources)
    notes: dict[str, Any] = {"note_ko": None, "note_en": None}
    return {
        "regions": [
            {
                "region_id": _region(n),
                "name_ko": f"지역{n}",
                "name_full_ko": f"지역{n}도",
                "name_en": f"Region {n}",
            }
            | {"name_full_en": f"Region {n} Province", "adm_code": f"{n:02d}", "kostat_code": f"{n:02d}"}
            | {"capital_area": False, "macro_region": "capital", "sort_order": n}
            | notes
            for n in size.regions
        ],
        "region_aliases": [
            {"alias": f"지역{n:02d}", "region_id": _region(n), "kind": "short"} | notes for n in size.regions
        ],
        "rounds": [
            {"round_year": year, "ordinal": year - 1999, "called": str(year), "source_id": "s000000"}
            | {"preselected": f"{year}-05-01", "period_start": year + 1, "period_end": year + 3}
            | notes
            for year in size.years
        ],
        "selections": [
            {"selection_id": _selection(year, n), "region_id": _region(n), "round_year": year}
            | {"outcome": "selected", "preselected": f"{year}-05-01", "source_ids": "s000000"}
            | notes
            for year in size.years
            for n in size.regions
        ],
        "sources": [
            {"source_id": f"s{n:06d}", "publisher": f"신문{n % 400}", "authority": "press"}
            | {"title": f"기사 {n}", "title_checked": True, "published": dates[n]}
            | {"published_precision": "day", "url": f"https://example.org/{n}", "read_whole": False}
            | notes
            for n in range(sources)
        ],
    }


def _claims(count: int, size: Size, random: np.random.Generator) -> dict[str, Any]:
    """Give the columns of claims."""
    kinds = _kinds()
    kind = random.integers(0, len(kinds), count)
    years, regions = random.integers(0, len(size.years), count), random.integers(0, len(size.regions), count)
    sources = random.permutation(np.arange(count) % max(count // SOURCES_PER_CLAIM, 1))
    dates = _dates(int(sources.max()) + 1)
    amounts = random.integers(100, 20_000, count)
    selections = [_selection(year, n) for year in size.years for n in size.regions]
    words = [_PRINTED[item["unit"]][0] for item in kinds]
    factors = np.array([_PRINTED[item["unit"]][1] for item in kinds])
    parts = pa.array([item["scope"] == "part" for item in kinds]).take(pa.array(kind))
    nothing = pa.nulls(count, pa.string())

    def always(word: str) -> Any:
        return pa.array([word]).take(pa.array(np.zeros(count, int)))

    def either(word: str) -> Any:
        return pa.array([None, word]).take(pa.array(amounts % 2))

    def of_part(word: str) -> Any:
        return pa.array([None, word]).take(parts.cast(pa.int64()))

    origins = sources * 7 % max(count // ORIGINS_PER_CLAIM, 1)
    return {
        "claim_id": pa.array([f"c{n:07d}" for n in range(count)]),
        "programme_id": always("sandan-renewal"),
        "round_year": pa.array(list(size.years)).take(pa.array(years)),
        "selection_id": pa.array(selections).take(pa.array(years * len(size.regions) + regions)),
        "region_id": pa.array([_region(n) for n in size.regions]).take(pa.array(regions)),
        **dict.fromkeys(("complex_id", "event_id", "project_id"), nothing),
        "scope": _drawn(kinds, "scope", kind),
        "scope_note_ko": of_part("계획의 일부"),
        "scope_note_en": of_part("a part of the plan"),
        **{column: _drawn(kinds, column, kind) for column in _KIND[:4]},
        **dict.fromkeys(("period_start", "period_end"), pa.nulls(count, pa.int64())),
        "value": pa.array(amounts * factors[kind]).cast(pa.decimal128(38, 9)),
        "value_high": pa.nulls(count, pa.decimal128(38, 9)),
        "unit": _drawn(kinds, "unit", kind),
        "qualifier": always("exact"),
        "as_printed": pa.array(
            [f"{n:,}{words[k]}" for n, k in zip(amounts.tolist(), kind.tolist(), strict=True)]
        ),
        "printed_unit": nothing,
        "source_id": pa.array([f"s{n:06d}" for n in sources.tolist()]),
        "locator": nothing,
        "published": pa.array([dates[n] for n in sources.tolist()]),
        "published_precision": always("day"),
        "origin_id": pa.array([f"o{n:07d}" for n in origins.tolist()]),
        "note_ko": either("같은 발표를 옮긴 글이다."),
        "note_en": either("A reprint of the same release."),
    }


def _drawn(kinds: list[dict[str, Any]], column: str, kind: Any) -> Any:
    return pa.array([item[column] for item in kinds]).take(pa.array(kind))


def main() -> int:
    """Make a package as asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--regions", type=int, default=REGIONS)
    options = parser.parse_args()
    make(options.folder, options.claims, rounds=options.rounds, regions=options.regions)
    return 0


if __name__ == "__main__":
    sys.exit(main())
