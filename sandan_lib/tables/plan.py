"""The plan's sites, money and targets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from sandan_lib.cite import References
from sandan_lib.model import Basis, Scope, StatusClass
from sandan_lib.profile import Profile, Site
from sandan_lib.tables.cells import (
    MISSING,
    claim_records,
    date_cell,
    figure_cell,
    kind,
    notes_on,
    period,
    say,
    sorted_by_measure,
)
from sandan_lib.tables.table import Cell, Column, Table
from sandan_lib.trends import shares
from sandan_lib.units import format_value

__all__ = ["funding", "money", "sites", "targets"]


def sites(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List hub, linked complexes and linked areas, with their size at the end of 2023."""
    columns = (
        Column("role", say(lang, "역할", "role"), short=True),
        Column("site", say(lang, "이름", "name")),
        Column("designated_area_km2", say(lang, "지정면적", "designated area"), numeric=True),
        Column("employees", say(lang, "고용(명)", "employees"), numeric=True),
        Column("firms", say(lang, "입주업체 (가동)", "firms (operating)"), numeric=True),
        Column("output_krw", say(lang, "연간 생산", "output in the year"), numeric=True),
        Column("exports_usd", say(lang, "연간 수출", "exports in the year"), numeric=True),
    )
    rows, notes = [], []
    for site in profile.sites:
        rows.append(_site(profile, site, refs, lang))
        note = site.statistics.get(f"note_{lang}") or _complex_note(profile, site, lang)
        if note:
            notes.append(f"{site.name(lang)}: {note}")
    notes.append(
        say(
            lang,
            "2023년 4분기 통계. 선정 뒤의 수치이므로 크기만 가늠한다. 빈칸(–)은 비공개이거나 통계가 없음.",
            "Statistics of the fourth quarter of 2023, after the selection: a gauge of size, not a "
            "starting point. A dash: withheld, or no statistics.",
        )
    )
    caption = say(lang, "거점과 연계", "Hub and linked sites")
    records = tuple(_site_record(site) for site in profile.sites)
    return Table("sites", caption, columns, tuple(rows), tuple(notes), "", records)


def _site(profile: Profile, site: Site, refs: References, lang: str) -> tuple[Cell, ...]:
    size = site.statistics
    where = (refs.number(size["source_id"]),) if size else ()
    role = profile.dataset.label("selection_sites", "role", site.role, lang)
    name = site.name(lang)
    if site.part:
        first: tuple[Cell, Cell] = (Cell(""), Cell(f"· {name}"))
    else:
        first = (Cell(role), Cell(name, (refs.number(site.source_id),)))
    missing = Cell(MISSING)
    numbers = []
    for key, unit in (
        ("designated_area_km2", "km2"),
        ("employees", None),
        ("firms", None),
        ("output_krw", "KRW"),
        ("exports_usd", "USD"),
    ):
        value = size.get(key)
        if value is None:
            numbers.append(missing)
            continue
        shown = format_value(_rounded(value, unit), unit, lang) if unit else f"{value:,}"
        if key == "firms" and size.get("operating_firms") is not None:
            shown += f" ({size['operating_firms']:,})"
        numbers.append(Cell(shown, where))
    return (*first, *numbers)


def _site_record(site: Site) -> dict[str, Any]:
    about = {"role": site.role, "part": site.part, "name_ko": site.name_ko, "name_en": site.name_en}
    sizes = ("year", "designated_area_km2", "firms", "operating_firms", "employees", "output_krw")
    numbers = {key: site.statistics.get(key) for key in (*sizes, "exports_usd", "masked")}
    named = {"complex_id": site.complex_id, "source_id": site.source_id}
    return about | named | numbers | {"statistics_source_id": site.statistics.get("source_id")}


def _complex_note(profile: Profile, site: Site, lang: str) -> str | None:
    """Give the remark on a complex, where its statistics have none of their own."""
    if site.complex_id is None or site.statistics:
        return None
    note: str | None = profile.dataset.record("complexes", site.complex_id)[f"note_{lang}"]
    return note


def _rounded(value: int | Decimal, unit: str) -> int | Decimal:
    """Round for display: won to 억 (100 million), dollars to a million or ten, area to 0.01 km²."""
    if unit == "km2":
        return round(Decimal(value), 2)
    step = 10**8 if unit == "KRW" or value >= 10**9 else 10**6
    return int((int(value) + step // 2) // step * step)


def money(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List the plan's money by release, oldest first: total and parts."""
    ds = profile.dataset
    columns = (
        Column("published", say(lang, "처음 나온 날", "first printed"), short=True),
        Column("status", say(lang, "무엇", "what")),
        Column("total", say(lang, "총액", "total"), numeric=True),
        Column("national", say(lang, "국비", "national"), numeric=True),
        Column("local", say(lang, "지방비", "local"), numeric=True),
        Column("private", say(lang, "민자", "private"), numeric=True),
    )
    rows = []
    splits = profile.splits()
    for split in splits:
        spoken = next(iter(_parts(split)))
        words = ds.label("claims", "status", spoken["status"], lang)
        if split["scope"] != "plan":
            words += f" ({ds.label('claims', 'scope', split['scope'], lang)})"
        local = [figure_cell(ds, claim, refs, lang) for claim in split["local"]] or [
            figure_cell(ds, None, refs, lang)
        ]
        rows.append(
            (
                date_cell(split["first"], lang),
                Cell(words),
                figure_cell(ds, split["total"], refs, lang),
                figure_cell(ds, split["national"], refs, lang),
                local[0] if len(local) == 1 else _joined(local),
                figure_cell(ds, split["private"], refs, lang),
            )
        )
    used = [part for split in splits for part in _parts(split)]
    return Table(
        "money",
        say(lang, "계획 금액, 발표 순서대로", "The plan's money, release by release"),
        columns,
        tuple(rows),
        notes_on(ds, used, refs, lang),
        say(lang, "계획의 총액을 적은 글을 찾지 못했다.", "No text that prints the plan's total was found."),
        claim_records(used),
    )


def funding(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List the money that is no total of the plan: in draft budgets, secured, spent, or one year's.

    What :func:`sandan_lib.tables.secured_shares` lists of the plan stands there, not here.
    """
    budget = profile.claims[(profile.claims["measure_id"] == "budget") & ~profile.claims["misprint"]]
    ds, planned = profile.dataset, (StatusClass.BID, StatusClass.PLAN)
    elsewhere = {
        claim["claim_id"]
        for share in shares(ds)
        if share.selection.selection_id == profile.selection.selection_id
        for year in share.years
        for claim in (year.claim, *year.others)
    }
    releases = [
        claim
        for claim in profile.releases(budget)
        if claim["claim_id"] not in elsewhere
        and (
            StatusClass.of(claim["status"]) not in planned
            or claim["basis"] != Basis.CUMULATIVE
            # Those of projects stand in a table of their own.
            or (claim["scope"] == Scope.PART and claim["project_id"] is None)
        )
    ]
    rows = tuple(
        (
            date_cell(claim["first"], lang),
            Cell(ds.label("claims", "component", claim["component"], lang)),
            figure_cell(ds, claim, refs, lang),
            Cell(kind(ds, claim, lang)),
            Cell(period(claim)),
        )
        for claim in releases
    )
    columns = (
        Column("published", say(lang, "처음 나온 날", "first printed"), short=True),
        Column("component", say(lang, "재원", "component")),
        Column("value", say(lang, "금액", "amount"), numeric=True),
        Column("kind", say(lang, "어떤 수치인가", "kind of figure")),
        Column("period", say(lang, "기간", "period"), short=True),
    )
    caption = say(
        lang,
        "그 밖에 적힌 돈: 정부안·확보·집행과 한 해 예산",
        "Other money in print: draft budgets, secured, spent, of one year",
    )
    empty = say(
        lang,
        "그 밖에 정부안·확보·집행이나 한 해의 돈을 적은 글은 찾지 못했다.",
        "No text was found that prints other money: draft budgets, money secured or spent, or of one year.",
    )
    notes = notes_on(ds, releases, refs, lang)
    return Table("funding", caption, columns, rows, notes, empty, claim_records(releases), folds=True)


def _parts(split: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [split["total"], split["national"], *split["local"], split["private"]]
    return [part for part in parts if part is not None]


def _joined(cells: list[Cell]) -> Cell:
    return Cell(
        " + ".join(cell.text for cell in cells),
        tuple(dict.fromkeys(ref for cell in cells for ref in cell.refs)),
        " ".join(cell.claim or "" for cell in cells),
    )


def targets(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List what the plan promises, and how it changed: one row per figure and release."""
    families = ("projects", "jobs", "output", "support", "environment")
    claims = _of_families(profile, profile.claims, families)
    claims = claims[claims["scope"] != "part"]
    ds, releases = profile.dataset, profile.releases(claims)
    rows = tuple(
        (
            Cell(ds.name("measures", claim["measure_id"], lang)),
            figure_cell(ds, claim, refs, lang),
            Cell(kind(ds, claim, lang)),
            Cell(period(claim)),
            date_cell(claim["first"], lang),
            Cell(str(claim["prints"])),
        )
        for claim in sorted_by_measure(ds, releases)
    )
    columns = (
        Column("measure", say(lang, "무엇을", "what")),
        Column("value", say(lang, "얼마나", "how much"), numeric=True),
        Column("kind", say(lang, "어떤 수치인가", "kind of figure")),
        Column("period", say(lang, "기간", "period"), short=True),
        Column("published", say(lang, "처음 나온 날", "first printed"), short=True),
        Column("prints", say(lang, "적은 글", "texts"), numeric=True),
    )
    return Table(
        "targets",
        say(lang, "목표와 규모, 발표마다 한 행", "Targets and size, one row per release"),
        columns,
        rows,
        notes_on(ds, releases, refs, lang),
        say(lang, "목표를 적은 글을 찾지 못했다.", "No text that prints targets was found."),
        claim_records(releases),
    )


def _of_families(profile: Profile, claims: pd.DataFrame, families: tuple[str, ...]) -> pd.DataFrame:
    measures = profile.dataset.peek("measures")
    wanted = measures.loc[measures["family"].isin(families), "measure_id"]
    return claims[claims["measure_id"].isin(wanted)]
