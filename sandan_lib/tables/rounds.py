"""The rounds of selection as tables: bids and outcomes, regions, repeat winners, what followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import (
    Application,
    Stage,
    applications,
    region_ids,
    round_claim,
    round_years,
    secured,
    stages,
)
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.tables.cells import MISSING, say
from sandan_lib.tables.table import Cell, Column, Table

__all__ = [
    "applicants",
    "budget_flow",
    "designations",
    "followed",
    "macro_regions",
    "repeat_winners",
    "sources_of_applicants",
    "sources_of_rounds",
    "themes",
]

_DISTRICT = "competitiveness-district"
_LAST_ROUND = 2022


def _numbers(refs: References, sources: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({refs.number(source) for source in sources}))


def _outcome(ds: Dataset, item: Application, lang: str) -> str:
    if item.outcome == "pending":
        return say(lang, "아직 발표 전", "not yet announced")
    return ds.label("selections", "outcome", item.outcome, lang)


def _hubs(ds: Dataset, item: Application, lang: str) -> str:
    names = [ds.name("complexes", row["complex_id"], lang) for row in item.hubs if row["complex_id"]]
    return ", ".join(names) or say(lang, "적은 글을 찾지 못함", "not printed in any text found")


def applicants(
    ds: Dataset, refs: References, lang: str = "ko", round_year: int = 0, regions: str = ""
) -> Table:
    """List the known bids of a round, or of all rounds for 0, with their outcome.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.
    round_year : int
        The round; 0 for all.
    regions : str
        Only these regions, with commas between; all when empty.

    Returns
    -------
    Table
    """
    wanted = region_ids(ds, regions)
    bids = [item for item in applications(ds, round_year) if item.region_id in wanted]
    rows = tuple(
        (
            Cell(str(item.round_year)),
            Cell(ds.name("regions", item.region_id, lang), _numbers(refs, item.sources)),
            Cell(_outcome(ds, item, lang)),
            Cell(item.applied or MISSING),
            Cell(_hubs(ds, item, lang)),
        )
        for item in bids
    )
    columns = (
        Column("round", say(lang, "차수", "round"), short=True),
        Column("region", say(lang, "시·도", "region"), short=True),
        Column("outcome", say(lang, "결과", "outcome"), short=True),
        Column("applied", say(lang, "신청", "applied"), short=True),
        Column("hub", say(lang, "거점", "hub")),
    )
    records = tuple(
        {
            "selection_id": item.selection_id,
            "region_id": item.region_id,
            "round_year": item.round_year,
            "outcome": item.outcome,
            "applied": item.applied,
            "hubs": ";".join(row["complex_id"] or "" for row in item.hubs),
            "source_ids": ";".join(item.sources),
        }
        for item in bids
    )
    caption = say(lang, "누가 신청했고 어떻게 되었나", "Who applied, and what came of it")
    empty = say(lang, "이때까지 알려진 신청이 없다.", "No bid was known by this day.")
    notes = () if regions else _unnamed(ds, bids, round_year, lang)
    return Table("applicants", caption, columns, rows, notes, empty, records)


def _unnamed(ds: Dataset, bids: Iterable[Application], round_year: int, lang: str) -> tuple[str, ...]:
    """Say where texts count more applicants than they name."""
    named = Counter(item.round_year for item in bids)
    found = []
    for year in round_years(ds, round_year):
        claim = round_claim(ds, year, "regions_applied")
        lacking = claim["value"] - named[year] if claim else 0
        if claim and lacking > 0:
            found.append(
                say(
                    lang,
                    f"{year}년에는 {claim['value']}곳이 신청했다고 적히나({claim['claim_id']}), 그 가운데 "
                    f"{lacking}곳의 이름을 적은 글은 찾지 못했다.",
                    f"For {year} the texts count {claim['value']} applicants ({claim['claim_id']}); no text "
                    f"found names {lacking} of them.",
                )
            )
    return tuple(found)


def macro_regions(ds: Dataset, lang: str = "ko", round_year: int = 0) -> Table:
    """Count known bids and selections by macro region; counts only, the numbers are too small for rates."""
    bids = applications(ds, round_year)
    records = ds.records("regions")
    groups = list(
        dict.fromkeys(row["macro_region"] for row in sorted(records.values(), key=lambda r: r["sort_order"]))
    )
    rows, kept = [], []
    for group in groups:
        regions = [key for key, row in records.items() if row["macro_region"] == group]
        own = [item for item in bids if item.region_id in regions]
        outcomes = Counter(item.outcome for item in own)
        counts = (len(regions), len(own), outcomes["selected"], outcomes["not_selected"])
        label = ds.label("regions", "macro_region", group, lang)
        rows.append((Cell(label), *(Cell(str(count)) for count in counts)))
        names = ("regions", "bids", "selected", "not_selected")
        counted = {"selection_ids": ";".join(item.selection_id for item in own)}
        counted["region_ids"] = ";".join(regions)
        told = {"source_ids": ";".join(dict.fromkeys(key for item in own for key in item.sources))}
        kept.append({"macro_region": group} | dict(zip(names, counts, strict=True)) | counted | told)
    columns = (
        Column("macro_region", say(lang, "권역", "macro region")),
        Column("regions", say(lang, "시·도", "regions"), numeric=True),
        Column("bids", say(lang, "알려진 신청", "known bids"), numeric=True),
        Column("selected", say(lang, "선정", "selected"), numeric=True),
        Column("not_selected", say(lang, "미선정", "not selected"), numeric=True),
    )
    caption = say(lang, "권역마다의 신청과 선정", "Bids and selections by macro region")
    note = say(
        lang,
        "수가 적어 비율로 나타내지 않는다. 이름이 알려지지 않은 신청은 빠져 있다.",
        "Too few for rates; bids of unnamed regions are missing.",
    )
    empty = say(lang, "이때까지 알려진 신청이 없다.", "No bid was known by this day.")
    shown = tuple(rows) if bids else ()
    return Table("macro-regions", caption, columns, shown, (note,) if bids else (), empty, tuple(kept))


def _stage_cell(ds: Dataset, item: Stage, refs: References, lang: str) -> Cell:
    cell = item.cell
    if not cell["claims"]:
        return Cell(MISSING)
    claim = ds.record("claims", cell["claim_id"])
    text = ds.amount(claim, lang)
    if cell["low"] < cell["high"]:
        plain = {**claim, "qualifier": "exact", "value_high": None}
        low, high = (ds.amount(plain | {"value": int(cell[end])}, lang) for end in ("low", "high"))
        text += f" ({low} ~ {high})" if lang == "ko" else f" ({low} to {high})"
    return Cell(text, _numbers(refs, item.sources), cell["claim_id"])


def budget_flow(ds: Dataset, refs: References, lang: str = "ko", round_year: int = 0) -> Table:
    """List each plan's total in the bid, when selected and as last revised, and the money secured."""
    rows, kept = [], []
    for year in round_years(ds, round_year):
        won = secured(ds, year)
        found = stages(ds, year)
        for start in range(0, len(found), 3):
            three = found[start : start + 3]
            item = three[0].selection
            own = [stage for stage in won if stage.selection == item]
            name = f"{ds.name('regions', item.region_id, lang)} {year}"
            rows.append(
                (
                    Cell(name),
                    *(_stage_cell(ds, stage, refs, lang) for stage in three),
                    _secured_cell(ds, own, refs, lang),
                )
            )
            kept += [_stage_record(stage) for stage in (*three, *own) if stage.cell["claims"]]
    columns = (
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("bid", say(lang, "신청 때 총액", "total in the bid"), numeric=True),
        Column("selected", say(lang, "선정 때 총액", "total when selected"), numeric=True),
        Column("revised", say(lang, "가장 새로운 조정", "newest revision"), numeric=True),
        Column("secured", say(lang, "확보 (총액과 다른 돈)", "secured (other money than the total)")),
    )
    caption = say(lang, "계획의 돈은 어떻게 이어졌나", "What became of the plans' money")
    empty = say(lang, "이때까지 선정된 곳이 없다.", "Nothing was selected by this day.")
    note = say(
        lang,
        "괄호는 그 단계에 적힌 가장 낮은 값과 높은 값이다. 해마다 확보된 돈은 더하지 않는다.",
        "Brackets: lowest and highest figure printed at the stage. Money secured each year is not added up.",
    )
    return Table("budget-flow", caption, columns, tuple(rows), (note,) if rows else (), empty, tuple(kept))


def _secured_cell(ds: Dataset, own: list[Stage], refs: References, lang: str) -> Cell:
    if not own:
        return Cell(say(lang, "찾지 못함", "none found"))
    parts = []
    for stage in own:
        when = str(stage.year) if stage.year else say(lang, "누적", "cumulative")
        part = ds.label("claims", "component", stage.component, lang)
        parts.append(f"{when} {part} {_stage_cell(ds, stage, refs, lang).text}")
    sources = [source for stage in own for source in stage.sources]
    return Cell("; ".join(parts), _numbers(refs, sources), ", ".join(stage.cell["claim_id"] for stage in own))


def _stage_record(stage: Stage) -> dict[str, Any]:
    cell = stage.cell
    record = {"selection_id": stage.selection.selection_id, "stage": stage.stage, "year": stage.year}
    record |= {"component": stage.component, "basis": stage.basis}
    columns = ("value", "low", "high", "claim_id", "low_claim_id", "high_claim_id", "claims", "origins")
    return record | {column: cell[column] for column in columns}


def repeat_winners(ds: Dataset, refs: References, lang: str = "ko") -> Table:
    """Put the selections of regions that were selected more than once side by side."""
    won = [item for item in applications(ds) if item.outcome == "selected"]
    often = [key for key, count in Counter(item.region_id for item in won).items() if count > 1]
    rows, kept = [], []
    for key in often:
        for item in (item for item in won if item.region_id == key):
            bid, plan, revised = (
                stage
                for stage in stages(ds, item.round_year)
                if stage.selection.selection_id == item.selection_id
            )
            linked = sum(site["role"] != "hub" for site in item.sites)
            rows.append(
                (
                    Cell(f"{ds.name('regions', key, lang)} {item.round_year}", _numbers(refs, item.sources)),
                    Cell(_hubs(ds, item, lang)),
                    Cell(str(linked)),
                    _stage_cell(ds, plan, refs, lang),
                    _stage_cell(ds, revised, refs, lang),
                )
            )
            kept += [_stage_record(stage) for stage in (bid, plan, revised) if stage.cell["claims"]]
    columns = (
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("hub", say(lang, "거점", "hub")),
        Column("linked", say(lang, "연계 단지와 지역", "linked sites"), numeric=True),
        Column("selected", say(lang, "선정 때 총액", "total when selected"), numeric=True),
        Column("revised", say(lang, "가장 새로운 조정", "newest revision"), numeric=True),
    )
    caption = say(lang, "두 번 선정된 지역", "Regions selected twice")
    empty = say(lang, "이때까지 두 번 선정된 지역이 없다.", "No region had been selected twice by this day.")
    return Table("repeat-winners", caption, columns, tuple(rows), (), empty, tuple(kept))


def themes(ds: Dataset, lang: str = "ko", round_year: int = 0) -> Table:
    """Count the sub-projects with records of their own by theme; the industries of plans are not coded."""
    chosen = {item.selection_id for item in ds.selections() if item.round_year in round_years(ds, round_year)}
    known: dict[str, list[str]] = {}
    for claim in rows_of(ds.peek("claims"), ("project_id", "claim_id")):
        known.setdefault(claim["project_id"], []).append(claim["claim_id"])
    projects = [
        row for key, row in ds.records("projects").items() if row["selection_id"] in chosen and key in known
    ]
    counted = Counter(row["theme"] for row in projects)
    rows, kept = [], []
    for theme, count in counted.most_common():
        own = [row for row in projects if row["theme"] == theme]
        whose = len({row["selection_id"] for row in own})
        label = ds.label("projects", "theme", theme, lang)
        rows.append((Cell(label), Cell(str(count)), Cell(str(whose))))
        keys = [row["project_id"] for row in own]
        trail = {"project_ids": ";".join(keys), "claim_ids": ";".join(c for key in keys for c in known[key])}
        kept.append({"theme": theme, "projects": count, "selections": whose} | trail)
    columns = (
        Column("theme", say(lang, "분야", "theme")),
        Column("projects", say(lang, "세부사업", "sub-projects"), numeric=True),
        Column("selections", say(lang, "선정", "selections"), numeric=True),
    )
    caption = say(lang, "따로 적힌 세부사업의 분야", "Themes of the sub-projects that have records")
    note = say(
        lang,
        "자료는 계획마다의 산업을 갈래로 나누어 적지 않는다. 적힌 세부사업만 세며, 모든 세부사업이 아니다.",
        "The data do not code the industries of the plans. Only recorded sub-projects are counted, not all.",
    )
    empty = say(lang, "따로 적힌 세부사업을 찾지 못했다.", "No recorded sub-project was found.")
    return Table("themes", caption, columns, tuple(rows), (note,), empty, tuple(kept))


def _designated(ds: Dataset, round_year: int) -> list[tuple[Application, str, dict[str, Any] | None]]:
    sites = [row for row in ds.rows("programme_sites") if row["programme_id"] == "smart-green"]
    found = []
    for item in applications(ds, round_year):
        for hub in item.hubs if item.outcome == "selected" else ():
            own = [row for row in sites if row["complex_id"] == hub["complex_id"]]
            found.append((item, hub["complex_id"], min(own, key=lambda row: row["date"], default=None)))
    return found


def designations(ds: Dataset, refs: References, lang: str = "ko", round_year: int = 0) -> Table:
    """List when the hubs of selected plans became smart-green complexes."""
    rows, kept = [], []
    for item, complex_id, site in _designated(ds, round_year):
        name = f"{ds.name('regions', item.region_id, lang)} {item.round_year}"
        when = Cell(say(lang, "기록 없음", "no record"))
        if site:
            stage = ds.label("programme_sites", "stage", site["stage"], lang)
            when = Cell(f"{site['date']} {stage}", _numbers(refs, [site["source_id"]]))
        rows.append((Cell(name), Cell(ds.name("complexes", complex_id, lang)), when))
        record = {"selection_id": item.selection_id, "complex_id": complex_id}
        columns = ("date", "stage", "source_id")
        kept.append(record | {column: site[column] if site else None for column in columns})
    headings = (
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("hub", say(lang, "거점", "hub")),
        Column("date", say(lang, "스마트그린산단", "smart-green complex")),
    )
    caption = say(lang, "거점의 스마트그린산단 지정", "Hubs that became smart-green complexes")
    empty = say(lang, "이때까지 선정된 곳이 없다.", "Nothing was selected by this day.")
    return Table("designations", caption, headings, tuple(rows), (), empty, tuple(kept))


def _later(ds: Dataset) -> list[dict[str, Any]]:
    after = str(_LAST_ROUND + 1)
    rows = [row for row in ds.rows("events") if row["programme_id"] == _DISTRICT]
    return sorted(
        (row for row in rows if row["date"] >= after), key=lambda row: (row["date"], row["event_id"])
    )


def followed(ds: Dataset, refs: References, lang: str = "ko") -> Table:
    """List the events of the competitiveness districts, the scheme that went on after the last round."""
    found = _later(ds)
    rows = tuple(
        (
            Cell(row["date"]),
            Cell(ds.name("regions", row["region_id"], lang) if row["region_id"] else MISSING),
            Cell(ds.label("events", "kind", row["kind"], lang)),
            Cell(row[f"title_{lang}"], _numbers(refs, [row["source_id"]])),
        )
        for row in found
    )
    columns = (
        Column("date", say(lang, "날짜", "date"), short=True),
        Column("region", say(lang, "시·도", "region"), short=True),
        Column("kind", say(lang, "종류", "kind"), short=True),
        Column("event", say(lang, "내용", "event")),
    )
    programme = ds.name("programmes", _DISTRICT, lang)
    caption = say(lang, f"2022년 뒤: {programme}", f"After 2022: {programme.lower()}")
    empty = say(
        lang,
        "이때까지 알려진 2023년 뒤의 일이 없다.",
        "No event from 2023 on was known by this day.",
    )
    return Table("followed", caption, columns, rows, (), empty, tuple(found))


def sources_of_applicants(ds: Dataset, round_year: int = 0, regions: str = "") -> tuple[str, ...]:
    """Give the sources that the list of applicants cites.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    round_year : int
        The round; 0 for all.
    regions : str
        Only these regions, with commas between; all when empty.

    Returns
    -------
    tuple of str
    """
    wanted = region_ids(ds, regions)
    bids = (item for item in applications(ds, round_year) if item.region_id in wanted)
    return tuple(dict.fromkeys(source for item in bids for source in item.sources))


def sources_of_rounds(ds: Dataset, round_year: int = 0) -> tuple[str, ...]:
    """Give the sources that tables and texts on the rounds cite."""
    found: list[str] = []
    for item in (*applications(ds, round_year), *applications(ds)):
        found += item.sources
    for year in (*round_years(ds, round_year), *round_years(ds)):
        for stage in (*stages(ds, year), *secured(ds, year)):
            found += stage.sources
        claims = [round_claim(ds, year, name) for name in ("regions_applied", "regions_selected")]
        found += [claim["source_id"] for claim in claims if claim]
    found += [site["source_id"] for *_, site in _designated(ds, round_year) if site]
    found += [row["source_id"] for row in _later(ds)]
    return tuple(dict.fromkeys(found))
