"""Every figure with its source, what the measures mean, and the sources themselves."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from sandan_lib.cite import References
from sandan_lib.dataset import rows_of
from sandan_lib.profile import Profile
from sandan_lib.tables.cells import (
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

__all__ = ["figures", "glossary", "related", "round_figures", "sources"]


def figures(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List every figure about the selection, as printed, with source and claim id."""
    return _all_figures(
        profile,
        rows_of(profile.claims),
        refs,
        lang,
        "figures",
        say(lang, "이 선정에 관해 적힌 모든 수치", "Every printed figure about this selection"),
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
        say(lang, "이웃 사업의 수치", "Figures of neighbouring programmes"),
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
        say(lang, f"{year}년 선정 다섯 지역을 합한 수치", f"Figures for the round of {year} as a whole"),
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
    order = list(ds.records("programmes"))
    for claim in sorted(
        sorted_by_measure(ds, claims),
        key=lambda claim: order.index(claim["programme_id"]) if claim["programme_id"] else -1,
    ):
        what = ds.name("measures", claim["measure_id"], lang)
        if claim["component"]:
            what += f" ({ds.label('claims', 'component', claim['component'], lang)})"
        programme = claim["programme_id"]
        if programme and programme != "sandan-renewal":
            what = f"{ds.name('programmes', programme, lang)}: {what}"
        if claim["complex_id"]:
            what += f" – {ds.name('complexes', claim['complex_id'], lang)}"
        rows.append(
            (
                Cell(claim["claim_id"]),
                Cell(what),
                figure_cell(profile.dataset, claim, refs, lang),
                Cell(f"{claim['as_printed']}{claim['printed_unit'] or ''}"),
                Cell(kind(ds, claim, lang)),
                Cell(period(claim)),
                date_cell(claim["published"], lang),
            )
        )
    columns = (
        Column("claim_id", say(lang, "번호", "claim"), short=True),
        Column("measure", say(lang, "무엇", "what")),
        Column("value", say(lang, "값", "value"), numeric=True),
        Column("as_printed", say(lang, "적힌 그대로", "as printed"), numeric=True),
        Column("kind", say(lang, "어떤 수치인가", "kind of figure")),
        Column("period", say(lang, "기간", "period"), short=True),
        Column("published", say(lang, "게재일", "published"), short=True),
    )
    empty = f"{caption}: {say(lang, '찾지 못했다.', 'none was found.')}"
    notes = notes_on(ds, claims, refs, lang)
    return Table(name, caption, columns, tuple(rows), notes, empty, claim_records(claims), folds=True)


def glossary(profile: Profile, lang: str = "ko") -> Table:
    """List what the measures of a report mean, and what may be compared with what."""
    frames = (profile.claims, profile.related, profile.round_claims)
    used = {key for frame in frames for key in frame["measure_id"]}
    measures = sorted(profile.dataset.records("measures").values(), key=lambda row: row["sort_order"])
    records = tuple(dict(row) for row in measures if row["measure_id"] in used)
    rows = tuple(
        (Cell(row[f"name_{lang}"]), Cell(row[f"definition_{lang}"]), Cell(row[f"comparable_{lang}"]))
        for row in records
    )
    columns = (
        Column("measure", say(lang, "측정값", "measure")),
        Column("definition", say(lang, "뜻", "meaning")),
        Column("comparable", say(lang, "비교의 조건", "what it may be compared with")),
    )
    caption = say(lang, "측정값과 비교의 조건", "Measures and what they may be compared with")
    return Table("glossary", caption, columns, rows, records=records)


def sources(refs: References, lang: str = "ko") -> Table:
    """List the sources by their numbers, with links."""
    rows = []
    for item in refs.items:
        mark = "" if item.title_checked else " †"
        rows.append(
            (
                Cell(str(item.number), anchor=f"source-{item.number}"),
                Cell(item.publisher),
                Cell(f"{item.title}{mark}", href=item.url),
                date_cell(item.published, lang),
            )
        )
    columns = (
        Column("number", say(lang, "번호", "no."), short=True),
        Column("publisher", say(lang, "펴낸 곳", "publisher")),
        Column("title", say(lang, "제목", "title")),
        Column("published", say(lang, "게재일", "published"), short=True),
    )
    note = say(
        lang,
        "† 제목을 실제 표제와 맞추어 보지 않은 글.",
        "† Headline not yet checked against the printed one.",
    )
    remarks: dict[str, list[str]] = {}
    for item in refs.items:
        remark = item.note_ko if lang == "ko" else item.note_en
        remarks.setdefault(remark or "", []).append(str(item.number))
    # What is said of several texts is said once, as under the other tables.
    said = (f"[{', '.join(numbers)}] {remark}" for remark, numbers in remarks.items() if remark)
    notes = (note, *said)
    # `dataclasses.asdict` copies each cell deeply, which takes longer than all else here.
    records = tuple({field.name: getattr(item, field.name) for field in fields(item)} for item in refs.items)
    caption = say(lang, "수치를 적은 글", "The texts that printed the figures")
    return Table("sources", caption, columns, tuple(rows), notes, records=records)
