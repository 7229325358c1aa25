"""What happened, who took part, and what is not known."""

from __future__ import annotations

from typing import Any

from sandan_lib.cite import References
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.profile import Profile
from sandan_lib.tables.cells import MISSING, say
from sandan_lib.tables.table import Cell, Column, Table

__all__ = ["bodies", "events", "unknown"]


def events(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List the dated events of a selection and its round, by the numbers of the chart of lanes."""
    ds = profile.dataset
    rows = tuple(
        (
            Cell(str(number)),
            Cell(row["date"]),
            Cell(row[f"title_{lang}"], (refs.number(row["source_id"]),)),
            Cell(_kind(ds, row, lang)),
        )
        for number, row in enumerate(rows_of(profile.events), 1)
    )
    columns = (
        Column("number", say(lang, "번호", "no."), short=True),
        Column("date", say(lang, "날짜", "date"), short=True),
        Column("event", say(lang, "내용", "event")),
        Column("kind", say(lang, "사업과 종류", "programme and kind")),
    )
    caption = say(lang, "일지, 그림의 번호대로", "Events, by their numbers in the chart")
    empty = say(lang, "알려진 일이 없다.", "No events are known.")
    return Table("events", caption, columns, rows, (), empty, tuple(rows_of(profile.events)))


def _kind(ds: Dataset, event: dict[str, Any], lang: str) -> str:
    programme = ds.name("programmes", event["programme_id"], lang)
    return f"{programme}: {ds.label('events', 'kind', event['kind'], lang)}"


def bodies(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List the bodies named in connection with the selection, and their part."""
    ds = profile.dataset
    titles = {row["event_id"]: row for row in rows_of(profile.events)}
    own = profile.bodies[profile.bodies["selection_id"] == profile.selection.selection_id]
    rows = tuple(
        (
            Cell(ds.name("organisations", row["organisation_id"], lang)),
            Cell(ds.label("selection_organisations", "role", row["role"], lang)),
            Cell(titles[row["event_id"]][f"title_{lang}"], (refs.number(row["source_id"]),)),
        )
        for row in rows_of(own)
    )
    columns = (
        Column("body", say(lang, "기관", "body")),
        Column("role", say(lang, "역할", "role"), short=True),
        Column("event", say(lang, "참여한 일", "event")),
    )
    empty = say(lang, "이름이 적힌 기관을 찾지 못했다.", "No body named in print was found.")
    records = tuple(
        {
            "organisation_id": row["organisation_id"],
            "name_ko": ds.name("organisations", row["organisation_id"], "ko"),
            "name_en": ds.name("organisations", row["organisation_id"], "en"),
            "role": row["role"],
            "event_id": row["event_id"],
            "date": titles[row["event_id"]]["date"],
            "source_id": row["source_id"],
        }
        for row in rows_of(own)
    )
    caption = say(lang, "참여 기관", "Bodies that took part")
    return Table("bodies", caption, columns, rows, (), empty, records)


def unknown(profile: Profile, lang: str = "ko") -> Table:
    """List what a reader may expect to know of a plan and what no text found so far prints."""
    ds = profile.dataset
    rows = tuple(
        (
            Cell(ds.name("measures", measure, lang)),
            Cell(ds.label("claims", "component", component, lang) if component else MISSING),
            Cell(ds.label("measures", "default_status", status, lang)),
        )
        for measure, component, status in profile.unknown
    )
    columns = (
        Column("measure", say(lang, "무엇", "what")),
        Column("component", say(lang, "재원", "component")),
        Column("status", say(lang, "상태", "status")),
    )
    undated = profile.dataset.undated
    notes = (
        say(
            lang,
            f"{profile.dataset.vintage}까지 나온 글만 썼다. 날짜 모르는 수치 {len(undated)}건은 뺐다.",
            f"This report uses only texts published by {profile.dataset.vintage}; {len(undated)} undated "
            "figures are left out.",
        ),
    )
    return Table(
        "unknown",
        say(lang, "계획 전체에 대해 찾지 못한 것", "Not found for the plan as a whole"),
        columns,
        rows,
        notes if profile.dataset.vintage else (),
        say(lang, "기대하는 수치를 모두 찾았다.", "All expected figures were found."),
        tuple(
            {"measure_id": measure, "component": component, "status_class": status}
            for measure, component, status in profile.unknown
        ),
    )
