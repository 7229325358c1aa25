"""A vintage as a package of its own: what was known on a day, with references that hold.

A vintage of the library cuts claims, events and stages; the tables around them stay whole,
since nothing asks them for what the vintage does not know. In a package of its own each
row must stand for itself, so here the day decides over every row:

- a row goes if its text appeared later or at an unknown time (statistics of an undated source
  count from the end of their year), or if it points to a row that went;
- what a claim, an event or an announced selection points to stays, whatever its date;
- sources, measures and sub-projects that nothing speaks of any more go, and with them their
  ids in the ledger; lists of sources keep those known by the day;
- ``leads`` and ``rejected`` are records of the collecting, which came later: they go wholly.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sandan_lib.checks.columns import split_list
from sandan_lib.checks.release import STABLE_TABLES
from sandan_lib.dataset import Dataset
from sandan_lib.dataset.rows import known_by
from sandan_lib.schema import Package

__all__ = ["Row", "Tables", "cut"]

Row = dict[str, Any]
Tables = Mapping[str, list[Row]]

_COLLECTING = ("leads", "rejected")
_MUST_BE_USED = ("projects", "measures", "sources")


def cut(ds: Dataset, tables: Tables) -> tuple[Tables, dict[str, str]]:
    """Cut all tables to what was known on the day of a vintage.

    Parameters
    ----------
    ds : Dataset
        A vintage.
    tables : Mapping
        Its tables, as the library gives them.

    Returns
    -------
    tuple of (Mapping, dict)
        The tables as they go out; and what was done, in words, by key of ``datapackage.json``.

    Examples
    --------
    >>> from sandan_lib import load
    >>> from sandan_lib.dataset import rows_of
    >>> ds = load().as_of("2021-06-30")
    >>> whole = {name: rows_of(ds.table(name), t.columns) for name, t in ds.package.tables.items()}
    >>> tables, notes = cut(ds, whole)
    >>> len(tables["sources"]) < len(whole["sources"]), "2021-06-30" in notes["description"]
    (True, True)
    """
    package, day = ds.package, ds.vintage
    assert day is not None
    events = {row["event_id"] for row in tables["events"]}
    claims = [row for row in tables["claims"] if row["event_id"] in events or row["event_id"] is None]
    lost = [row["claim_id"] for row in tables["claims"] if row["event_id"] not in (None, *events)]
    kept: dict[str, list[Row]] = dict(tables) | {"claims": claims} | {name: [] for name in _COLLECTING}

    announced = {item.selection_id for item in ds.selections(selected_only=False)}
    selections = [row for row in tables["selections"] if row["selection_id"] in announced]
    seeds = {"claims": claims, "events": kept["events"], "selections": selections}
    needed = _needed(package, tables, seeds)
    published = {row["source_id"]: row["published"] for row in tables["sources"]}
    for name in set(kept) - {"claims", "events", "sources"}:
        fixed = {id(row) for row in seeds.get(name, ())} | needed[name]
        free = name != "selections"
        kept[name] = [
            row for row in kept[name] if id(row) in fixed or (free and _was_known(row, published, day))
        ]
    _drop_dangling(package, kept)
    _trim_lists(package, kept, {key for key, when in published.items() if known_by(when, day)})
    for name in _MUST_BE_USED:
        used = set(_used(package, kept, name))
        (key,) = package.tables[name].primary_key
        kept[name] = [row for row in kept[name] if row[key] in used]
    kept["released_ids"] = _ledger(kept)
    return kept, _notes(day, len(ds.undated), lost)


def _needed(package: Package, tables: Tables, seeds: Tables) -> dict[str, set[int]]:
    """Find every row that the seeds point to, and that those point to (by identity)."""
    needed: dict[str, set[int]] = defaultdict(set)
    index: dict[tuple[str, str], dict[Any, Row]] = {}
    queue = [(name, row) for name, rows in seeds.items() for row in rows]
    while queue:
        name, row = queue.pop()
        for key in package.tables[name].foreign_keys:
            place = (key.table, key.reference)
            if place not in index:
                index[place] = {target[key.reference]: target for target in tables[key.table]}
            target = index[place].get(row[key.field])
            if target is not None and id(target) not in needed[key.table]:
                needed[key.table].add(id(target))
                queue.append((key.table, target))
    return needed


def _was_known(row: Row, published: Mapping[str, str | None], day: dt.date) -> bool:
    if row.get("source_id") is None:
        return True  # a name or a definition, or a record about claims that stay or go
    when = published[row["source_id"]]
    if when is None and row.get("year") is not None:
        when = str(row["year"])
    return known_by(when, day)


def _drop_dangling(package: Package, kept: dict[str, list[Row]]) -> None:
    """Drop rows that point to rows that went, until all references hold."""
    before = -1
    while before != (before := sum(map(len, kept.values()))):
        for table in package.tables.values():
            for key in table.foreign_keys:
                there = {row[key.reference] for row in kept[key.table]} | {None}
                kept[table.name] = [row for row in kept[table.name] if row[key.field] in there]


def _trim_lists(package: Package, kept: dict[str, list[Row]], known: set[str]) -> None:
    """Leave in each list of sources those known by the day; an obligatory list is never emptied."""
    for table in package.tables.values():
        for column in table.fields:
            if column.references == "sources.source_id":
                kept[table.name] = [
                    row | {column.name: _trimmed(row[column.name], known, required=column.required)}
                    for row in kept[table.name]
                ]


def _trimmed(cell: str | None, known: set[str], *, required: bool) -> str | None:
    left = ";".join(item for item in split_list(cell or "") if item in known)
    return left or (cell if required else None)


def _used(package: Package, kept: Tables, name: str) -> Iterable[Any]:
    for table in package.tables.values():
        for key in table.foreign_keys:
            if key.table == name:
                yield from (row[key.field] for row in kept[table.name])
        for column in table.fields:
            if (column.references or "").split(".")[0] == name:
                for row in kept[table.name]:
                    yield from split_list(row[column.name] or "")


def _ledger(kept: Tables) -> list[Row]:
    there = {name: {row[key] for row in kept[name]} for name, (key, _) in STABLE_TABLES.items()}
    return [row for row in kept["released_ids"] if row["id"] in there.get(row["table"], ())]


def _notes(day: dt.date, undated: int, lost: list[str]) -> dict[str, str]:
    names = ", ".join(lost)
    lost_en = f" Left out too, as they speak of events not told of by then: {names}." if lost else ""
    lost_ko = f" 그날까지 알려지지 않은 행사를 말하는 수치도 뺐다: {names}." if lost else ""
    return {
        "description": (
            f"State of knowledge on {day}: rows that rest on later or undated texts are left out "
            f"({undated} claims are undated), and with them sources, measures and sub-projects that "
            "nothing speaks of any more, and the records of the collecting (leads, rejected). "
            "Statistics of undated sources count from the end of their year; lists of sources name "
            f"those known by the day.{lost_en}"
        ),
        "description_ko": (
            f"{day}에 알려져 있던 것만 담았다. 그 뒤의 글이나 날짜를 모르는 글에 기댄 행(날짜를 모르는 "
            f"수치 {undated}개)과, 그래서 아무 행도 쓰지 않게 된 출처·측정값·세부사업, 모으는 과정의 "
            "기록(leads, rejected)은 뺐다. 날짜를 모르는 출처의 통계는 그 해의 마지막 날부터 알려진 "
            f"것으로 보며, 출처 목록에는 그날까지 나온 것만 남겼다.{lost_ko}"
        ),
    }
