"""The tables of a regional report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from sandan_lib.cite import References
from sandan_lib.compare import Comparison
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.model import Unit
from sandan_lib.profile import Profile, Site
from sandan_lib.tables.table import Cell, Column, Table
from sandan_lib.units import format_value

__all__ = [
    "bodies",
    "events",
    "figures",
    "glossary",
    "money",
    "related",
    "round_figures",
    "sites",
    "sources",
    "standing",
    "targets",
    "unknown",
]

_MISSING = {"ko": "–", "en": "–"}


def _say(lang: str, ko: str, en: str) -> str:
    return ko if lang == "ko" else en


def _figure(ds: Dataset, claim: dict[str, Any] | None, refs: References, lang: str) -> Cell:
    """Show a claim's figure, with its source and its claim id."""
    if claim is None:
        return Cell(_MISSING[lang], exact="")
    number = refs.number(claim["source_id"])
    return Cell(ds.amount(claim, lang), claim["value"], (number,), claim["claim_id"])


def _date(text: str | None, lang: str) -> Cell:
    return Cell(text or _say(lang, "날짜 모름", "undated"), text or "")


def _period(claim: dict[str, Any]) -> str:
    start, end = claim["period_start"], claim["period_end"]
    if start and end:
        return f"{start}" if start == end else f"{start}–{end}"
    return f"–{end}" if end else f"{start}–" if start else ""


def _kind(ds: Dataset, claim: dict[str, Any], lang: str) -> str:
    """Say what kind of figure it is: status, basis and, unless it is the whole plan, scope."""
    words = [ds.label("claims", "status", claim["status"], lang)]
    words.append(ds.label("claims", "basis", claim["basis"], lang))
    if claim["scope"] != "plan":
        words.append(claim[f"scope_note_{lang}"] or ds.label("claims", "scope", claim["scope"], lang))
    if claim["misprint"]:
        words.append(_say(lang, "오기로 보임", "likely misprint"))
    return ", ".join(words)


def sites(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List hub, linked complexes and linked areas, with their size at the end of 2023."""
    columns = (
        Column("role", _say(lang, "구실", "role"), short=True),
        Column("site", _say(lang, "이름", "name")),
        Column("designated_area_km2", _say(lang, "지정면적", "designated area"), numeric=True),
        Column("employees", _say(lang, "고용(명)", "employees"), numeric=True),
        Column("firms", _say(lang, "입주업체 (가동)", "firms (operating)"), numeric=True),
        Column("output_krw", _say(lang, "연간 생산", "output in the year"), numeric=True),
        Column("exports_usd", _say(lang, "연간 수출", "exports in the year"), numeric=True),
    )
    rows, notes = [], []
    for site in profile.sites:
        rows.append(_site(profile, site, refs, lang))
        note = site.statistics.get(f"note_{lang}") or _complex_note(profile, site, lang)
        if note:
            notes.append(f"{site.name(lang)}: {note}")
    notes.append(
        _say(
            lang,
            "2023년 4분기 통계. 선정 뒤의 수치이므로 크기만 가늠한다. –는 비공개이거나 통계가 없음.",
            "Statistics of the fourth quarter of 2023, after the selection: a gauge of size, not a "
            "starting point. A dash: withheld, or no statistics.",
        )
    )
    caption = _say(lang, "거점과 연계", "Hub and linked sites")
    return Table("sites", caption, columns, tuple(rows), tuple(notes))


def _site(profile: Profile, site: Site, refs: References, lang: str) -> tuple[Cell, ...]:
    size = site.statistics
    where = (refs.number(size["source_id"]),) if size else ()
    role = profile.dataset.label("selection_sites", "role", site.role, lang)
    name = site.name(lang)
    if site.part:
        first: tuple[Cell, Cell] = (Cell("", "part"), Cell(f"· {name}", site.complex_id))
    else:
        key = site.complex_id or site.name_ko
        first = (Cell(role, site.role), Cell(name, key, (refs.number(site.source_id),)))
    missing = Cell(_MISSING[lang], "")
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
        numbers.append(Cell(shown, value, where))
    return (*first, *numbers)


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
        Column("published", _say(lang, "처음 나온 날", "first printed"), short=True),
        Column("status", _say(lang, "무엇", "what")),
        Column("total", _say(lang, "총액", "total"), numeric=True),
        Column("national", _say(lang, "국비", "national"), numeric=True),
        Column("local", _say(lang, "지방비", "local"), numeric=True),
        Column("private", _say(lang, "민자", "private"), numeric=True),
    )
    rows = []
    for split in profile.splits():
        spoken = next(iter(_parts(split)))
        words = ds.label("claims", "status", spoken["status"], lang)
        if split["scope"] != "plan":
            words += f" ({ds.label('claims', 'scope', split['scope'], lang)})"
        local = [_figure(ds, claim, refs, lang) for claim in split["local"]] or [
            _figure(ds, None, refs, lang)
        ]
        rows.append(
            (
                _date(split["first"], lang),
                Cell(words, split["status_class"].value),
                _figure(ds, split["total"], refs, lang),
                _figure(ds, split["national"], refs, lang),
                local[0] if len(local) == 1 else _joined(local),
                _figure(ds, split["private"], refs, lang),
            )
        )
    used = [part for split in profile.splits() for part in _parts(split)]
    return Table(
        "money",
        _say(lang, "계획의 돈, 발표 순서대로", "The plan's money, release by release"),
        columns,
        tuple(rows),
        _notes(used, refs, lang),
        _say(lang, "계획의 총액을 적은 글을 찾지 못했다.", "No text that prints the plan's total was found."),
    )


def _parts(split: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [split["total"], split["national"], *split["local"], split["private"]]
    return [part for part in parts if part is not None]


def _joined(cells: list[Cell]) -> Cell:
    return Cell(
        " + ".join(cell.text for cell in cells),
        ";".join(str(cell.exact) for cell in cells),
        tuple(dict.fromkeys(ref for cell in cells for ref in cell.refs)),
        " ".join(cell.claim or "" for cell in cells),
    )


def _notes(claims: Iterable[dict[str, Any]], refs: References, lang: str) -> tuple[str, ...]:
    """Give the remarks on some claims, each once, with the source they belong to."""
    found: dict[str, list[int]] = {}
    for claim in claims:
        note = claim[f"note_{lang}"]
        if note:
            numbers = found.setdefault(note, [])
            number = refs.number(claim["source_id"])
            if number not in numbers:
                numbers.append(number)
    return tuple(f"[{', '.join(map(str, numbers))}] {note}" for note, numbers in found.items())


def targets(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List what the plan promises, and how it changed: one row per figure and release."""
    families = ("projects", "jobs", "output", "support", "environment")
    claims = _of_families(profile, profile.claims, families)
    claims = claims[claims["scope"] != "part"]
    ds, releases = profile.dataset, profile.releases(claims)
    rows = tuple(
        (
            Cell(ds.name("measures", claim["measure_id"], lang), claim["measure_id"]),
            _figure(ds, claim, refs, lang),
            Cell(_kind(ds, claim, lang), f"{claim['status']}/{claim['basis']}"),
            Cell(_period(claim)),
            _date(claim["first"], lang),
            Cell(str(claim["prints"])),
        )
        for claim in _sorted_by_measure(ds, releases)
    )
    columns = (
        Column("measure", _say(lang, "무엇을", "what")),
        Column("value", _say(lang, "얼마나", "how much"), numeric=True),
        Column("kind", _say(lang, "어떤 수치인가", "kind of figure")),
        Column("period", _say(lang, "기간", "period"), short=True),
        Column("published", _say(lang, "처음 나온 날", "first printed"), short=True),
        Column("prints", _say(lang, "적은 글", "texts"), numeric=True),
    )
    return Table(
        "targets",
        _say(lang, "목표와 규모, 발표마다 한 행", "Targets and size, one row per release"),
        columns,
        rows,
        _notes(releases, refs, lang),
        _say(lang, "목표를 적은 글을 찾지 못했다.", "No text that prints targets was found."),
    )


def _of_families(profile: Profile, claims: pd.DataFrame, families: tuple[str, ...]) -> pd.DataFrame:
    measures = profile.dataset.table("measures")
    wanted = measures.loc[measures["family"].isin(families), "measure_id"]
    return claims[claims["measure_id"].isin(wanted)]


def _sorted_by_measure(ds: Dataset, claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    order = dict(zip(ds.table("measures")["measure_id"], ds.table("measures")["sort_order"], strict=True))
    return sorted(claims, key=lambda claim: order[claim["measure_id"]])


def standing(ds: Dataset, comparison: Comparison, refs: References, lang: str = "ko") -> Table:
    """List a comparison with ranks, and the ranks that other admissible figures would give."""
    rows = []
    for row in rows_of(comparison.frame):
        name = f"{ds.name('regions', row['region_id'], lang)} {row['round_year']}"
        if not row["claims"]:
            gap = Cell(_MISSING[lang], "")
            words = Cell(_say(lang, "비교할 수치 없음", "no comparable figure"), "")
            rows.append((gap, Cell(name, row["selection_id"]), words, gap, gap, gap))
            continue
        low, high = row["rank_low"], row["rank_high"]
        rows.append(
            (
                Cell(str(row["rank"])),
                Cell(name, row["selection_id"]),
                Cell(
                    format_value(row["value"], comparison.unit, lang),
                    row["value"],
                    (refs.number(row["source_id"]),),
                    row["claim_id"],
                ),
                _span(row["low"], row["high"], comparison.unit, lang),
                Cell(f"{low}" if low == high else f"{low}–{high}"),
                Cell(f"{row['claims']} ({row['origins']})", row["claims"]),
            )
        )
    columns = (
        Column("rank", _say(lang, "순위", "rank"), numeric=True),
        Column("selection", _say(lang, "선정", "selection"), short=True),
        Column("value", _say(lang, "값", "value"), numeric=True),
        Column("range", _say(lang, "적힌 값의 범위", "printed range"), numeric=True),
        Column("rank_range", _say(lang, "있을 수 있는 순위", "possible ranks"), numeric=True),
        Column("claims", _say(lang, "글 (발표)", "texts (releases)"), numeric=True),
    )
    caveats = tuple(caveat[0 if lang == "ko" else 1] for caveat in comparison.caveats)
    measure = ds.name("measures", comparison.measure_id, lang)
    caption = measure[0].upper() + measure[1:]
    caption += _say(lang, ": 선정 지역의 순위", ": ranking of the selections")
    return Table(f"standing-{comparison.measure_id}", caption, columns, tuple(rows), caveats)


def _span(low: Any, high: Any, unit: Unit, lang: str) -> Cell:
    if low == high:
        return Cell(_MISSING[lang], f"{low}")
    return Cell(_range(format_value(low, unit, lang), format_value(high, unit, lang), lang), f"{low};{high}")


def _range(low: str, high: str, lang: str) -> str:
    """Write two amounts as one range, with the words that they share only once."""
    if lang == "ko":
        return f"{low.removesuffix(' 원')} ~ {high}" if high.endswith(" 원") else f"{low} ~ {high}"
    shared = "KRW " if high.startswith("KRW ") else ""
    ending = " bn" if low.endswith(" bn") and high.endswith(" bn") else ""
    return f"{low.removesuffix(ending)}–{high.removeprefix(shared)}"


def events(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List the dated events of a selection and its round."""
    rows = tuple(
        (
            Cell(row["date"]),
            Cell(profile.dataset.label("events", "kind", row["kind"], lang), row["kind"]),
            Cell(row[f"title_{lang}"], row["event_id"], (refs.number(row["source_id"]),)),
        )
        for row in rows_of(profile.events)
    )
    columns = (
        Column("date", _say(lang, "날짜", "date"), short=True),
        Column("kind", _say(lang, "종류", "kind"), short=True),
        Column("event", _say(lang, "내용", "event")),
    )
    caption = _say(lang, "일지", "Events")
    empty = _say(lang, "알려진 일이 없다.", "No events are known.")
    return Table("events", caption, columns, rows, (), empty)


def bodies(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List the bodies named in connection with the selection, and their part."""
    ds = profile.dataset
    titles = {row["event_id"]: row for row in rows_of(profile.events)}
    own = profile.bodies[profile.bodies["selection_id"] == profile.selection.selection_id]
    rows = tuple(
        (
            Cell(ds.name("organisations", row["organisation_id"], lang), row["organisation_id"]),
            Cell(ds.label("selection_organisations", "role", row["role"], lang), row["role"]),
            Cell(titles[row["event_id"]][f"title_{lang}"], row["event_id"], (refs.number(row["source_id"]),)),
        )
        for row in rows_of(own)
    )
    columns = (
        Column("body", _say(lang, "기관", "body")),
        Column("role", _say(lang, "구실", "part"), short=True),
        Column("event", _say(lang, "어디에서", "in")),
    )
    empty = _say(lang, "이름이 적힌 기관을 찾지 못했다.", "No body named in print was found.")
    return Table("bodies", _say(lang, "함께한 기관", "Bodies that took part"), columns, rows, (), empty)


def unknown(profile: Profile, lang: str = "ko") -> Table:
    """List what a reader may expect to know of a plan and what no text found so far prints."""
    ds = profile.dataset
    rows = tuple(
        (
            Cell(ds.name("measures", measure, lang), measure),
            Cell(ds.label("claims", "component", component, lang) if component else "", component or ""),
            Cell(ds.label("measures", "default_status", status, lang), status),
        )
        for measure, component, status in profile.unknown
    )
    columns = (
        Column("measure", _say(lang, "무엇", "what")),
        Column("component", _say(lang, "재원", "component")),
        Column("status", _say(lang, "상태", "status")),
    )
    undated = profile.dataset.undated
    notes = (
        _say(
            lang,
            f"{profile.dataset.vintage}까지 나온 글만 썼다. 날짜 모르는 수치 {len(undated)}건은 뺐다.",
            f"This report uses only texts published by {profile.dataset.vintage}; {len(undated)} undated "
            "figures are left out.",
        ),
    )
    return Table(
        "unknown",
        _say(lang, "계획 전체에 대해 찾지 못한 것", "Not found for the whole plan"),
        columns,
        rows,
        notes if profile.dataset.vintage else (),
        _say(lang, "기대하는 수치를 모두 찾았다.", "All expected figures were found."),
    )


def figures(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List every figure about the selection, as printed, with source and claim id."""
    return _all_figures(
        profile,
        rows_of(profile.claims),
        refs,
        lang,
        "figures",
        _say(lang, "이 선정에 관해 적힌 모든 수치", "Every printed figure about this selection"),
    )


def related(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List the figures about neighbouring programmes of the region, and say what these are."""
    ds = profile.dataset
    table = _all_figures(
        profile,
        profile.releases(profile.related),
        refs,
        lang,
        "related",
        _say(lang, "이웃 사업의 수치", "Figures of neighbouring programmes"),
    )
    programmes = [ds.record("programmes", key) for key in profile.related["programme_id"].dropna().unique()]
    meanings = tuple(f"{row[f'name_{lang}']}: {row[f'definition_{lang}']}" for row in programmes)
    return replace(table, notes=(*meanings, *table.notes))


def round_figures(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List the figures about the round as a whole."""
    year = profile.selection.round_year
    return _all_figures(
        profile,
        profile.releases(profile.round_claims),
        refs,
        lang,
        "round",
        _say(lang, f"{year}년 선정 다섯 지역을 합한 수치", f"Figures for the round of {year} as a whole"),
    )


def _all_figures(
    profile: Profile,
    claims: list[dict[str, Any]],
    refs: References,
    lang: str,
    name: str,
    caption: str,
) -> Table:
    ds = profile.dataset
    rows = []
    for claim in _sorted_by_measure(ds, claims):
        what = ds.name("measures", claim["measure_id"], lang)
        if claim["component"]:
            what += f" ({ds.label('claims', 'component', claim['component'], lang)})"
        programme = claim["programme_id"]
        if programme and programme != "sandan-renewal":
            what = f"{ds.name('programmes', programme, lang)}: {what}"
        rows.append(
            (
                Cell(claim["claim_id"]),
                Cell(what, claim["measure_id"]),
                _figure(profile.dataset, claim, refs, lang),
                Cell(f"{claim['as_printed']}{claim['printed_unit'] or ''}", claim["as_printed"]),
                Cell(_kind(ds, claim, lang), f"{claim['status']}/{claim['basis']}/{claim['scope']}"),
                Cell(_period(claim)),
                _date(claim["published"], lang),
            )
        )
    columns = (
        Column("claim_id", _say(lang, "번호", "claim"), short=True),
        Column("measure", _say(lang, "무엇", "what")),
        Column("value", _say(lang, "값", "value"), numeric=True),
        Column("as_printed", _say(lang, "적힌 그대로", "as printed"), numeric=True),
        Column("kind", _say(lang, "어떤 수치인가", "kind of figure")),
        Column("period", _say(lang, "기간", "period"), short=True),
        Column("published", _say(lang, "게재일", "published"), short=True),
    )
    empty = _say(lang, "적힌 수치를 찾지 못했다.", "No printed figure was found.")
    return Table(name, caption, columns, tuple(rows), _notes(claims, refs, lang), empty)


def glossary(profile: Profile, lang: str = "ko") -> Table:
    """List what the measures of a report mean, and what may be compared with what."""
    frames = (profile.claims, profile.related, profile.round_claims)
    used = {key for frame in frames for key in frame["measure_id"]}
    rows = tuple(
        (
            Cell(row[f"name_{lang}"], row["measure_id"]),
            Cell(row[f"definition_{lang}"]),
            Cell(row[f"comparable_{lang}"]),
        )
        for row in sorted(profile.dataset.records("measures").values(), key=lambda row: row["sort_order"])
        if row["measure_id"] in used
    )
    columns = (
        Column("measure", _say(lang, "측정값", "measure")),
        Column("definition", _say(lang, "뜻", "meaning")),
        Column("comparable", _say(lang, "비교의 조건", "what it may be compared with")),
    )
    return Table("glossary", _say(lang, "측정값의 뜻", "What the measures mean"), columns, rows)


def sources(refs: References, lang: str = "ko") -> Table:
    """List the sources by their numbers, with links."""
    rows = []
    for item in refs.items:
        mark = "" if item.title_checked else " †"
        rows.append(
            (
                Cell(str(item.number), item.source_id, anchor=f"source-{item.number}"),
                Cell(item.publisher),
                Cell(f"{item.title}{mark}", item.title, href=item.url),
                _date(item.published, lang),
            )
        )
    columns = (
        Column("number", _say(lang, "번호", "no."), short=True),
        Column("publisher", _say(lang, "펴낸 곳", "publisher")),
        Column("title", _say(lang, "제목", "title")),
        Column("published", _say(lang, "게재일", "published"), short=True),
    )
    note = _say(
        lang,
        "† 제목을 실제 표제와 맞추어 보지 않은 글.",
        "† Headline not yet checked against the printed one.",
    )
    return Table("sources", _say(lang, "출처", "Sources"), columns, tuple(rows), (note,))
