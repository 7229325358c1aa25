"""Sub-projects of a plan, what other programmes its complexes are in, and how programmes relate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sandan_lib.cite import References
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.profile import Profile
from sandan_lib.tables.cells import MISSING, claim_records, figure_cell, say
from sandan_lib.tables.table import Cell, Column, Table

__all__ = ["links", "memberships", "origins_of_data", "projects", "region_changes"]


def projects(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List the sub-projects of the selection that have money of their own, newest figure of each.

    Parameters
    ----------
    profile : Profile
        Of one selection.
    refs : References
        Numbers of its sources.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Table
    """
    ds = profile.dataset
    own = {
        key: row
        for key, row in ds.records("projects").items()
        if row["selection_id"] == profile.selection.selection_id
    }
    money: dict[str, dict[str, dict[str, Any]]] = {}
    every = [*rows_of(profile.related), *rows_of(profile.claims)]
    for row in sorted(every, key=lambda row: (row["published"] or "", row["claim_id"])):
        if row["project_id"] in own:  # oldest first, undated before all: the newest stays
            plain = row["measure_id"] == "budget" and row["basis"] == "cumulative" and not row["misprint"]
            if plain and row["scope_note_en"] is None:
                money.setdefault(row["project_id"], {})[row["component"]] = row
    rows: list[tuple[Cell, ...]] = []
    shown: list[dict[str, Any]] = []
    for key, parts in sorted(money.items(), key=lambda item: (own[item[0]]["theme"], item[0])):
        project = own[key]
        figures = [parts.get(component) for component in ("total", "national")]
        shown += [claim for claim in figures if claim is not None]
        newest = max((claim["published"] or "" for claim in parts.values()), default="")
        rows.append(
            (
                Cell(project[f"name_{lang}"]),
                Cell(ds.label("projects", "theme", project["theme"], lang)),
                *(figure_cell(ds, claim, refs, lang) for claim in figures),
                Cell(newest or MISSING),
            )
        )
    columns = (
        Column("project", say(lang, "세부사업", "sub-project")),
        Column("theme", say(lang, "분야", "theme")),
        Column("total", say(lang, "총액", "total"), numeric=True),
        Column("national", say(lang, "국비", "national"), numeric=True),
        Column("published", say(lang, "가장 새 글", "newest text"), short=True),
    )
    note = say(
        lang,
        "세부사업의 금액은 계획 총액의 일부이거나 다른 사업의 돈이다. 더해서 총액과 견주지 않는다.",
        "Money of a sub-project is part of the plan's total or of another programme; do not add it up.",
    )
    return Table(
        "projects",
        say(lang, "금액이 따로 적힌 세부사업", "Sub-projects with figures of their own"),
        columns,
        tuple(rows),
        (note,) if rows else (),
        say(
            lang,
            "금액이 따로 적힌 세부사업을 찾지 못했다.",
            "No sub-project with its own figures was found.",
        ),
        claim_records(shown),
    )


def memberships(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List the related programmes that the hub and linked complexes are in, oldest first."""
    ds = profile.dataset
    found = rows_of(profile.memberships)
    rows = tuple(
        (
            Cell(row["date"]),
            Cell(ds.name("complexes", row["complex_id"], lang)),
            Cell(ds.name("programmes", row["programme_id"], lang)),
            Cell(ds.label("programme_sites", "stage", row["stage"], lang), (refs.number(row["source_id"]),)),
        )
        for row in found
    )
    columns = (
        Column("date", say(lang, "날짜", "date"), short=True),
        Column("complex", say(lang, "단지", "complex")),
        Column("programme", say(lang, "사업", "programme")),
        Column("stage", say(lang, "단계", "stage"), short=True),
    )
    return Table(
        "memberships",
        say(lang, "거점과 연계 산단이 든 다른 사업", "Other programmes that hub and linked complexes are in"),
        columns,
        rows,
        (),
        say(lang, "다른 사업의 대상이 된 기록을 찾지 못했다.", "No record of another programme was found."),
        tuple(found),
    )


def links(ds: Dataset, refs: References, lang: str = "ko") -> Table:
    """List how the programmes relate to each other."""
    found = ds.rows("programme_links")
    rows = tuple(
        (
            Cell(ds.name("programmes", row["programme_id"], lang)),
            Cell(ds.label("programme_links", "kind", row["kind"], lang), (refs.number(row["source_id"]),)),
            Cell(ds.name("programmes", row["related_id"], lang) if row["related_id"] else MISSING),
            Cell(row[f"note_{lang}"] or MISSING),
        )
        for row in found
    )
    columns = (
        Column("programme", say(lang, "사업", "programme")),
        Column("kind", say(lang, "관계", "relation")),
        Column("related", say(lang, "상대 사업", "other programme")),
        Column("note", say(lang, "설명", "what it means")),
    )
    caption = say(lang, "사업들은 서로 어떻게 이어지나", "How the programmes relate")
    return Table("links", caption, columns, rows, records=tuple(found))


def region_changes(ds: Dataset, refs: References, lang: str = "ko") -> Table:
    """List when names, codes and areas of regions changed, and how certain that is."""
    found = ds.rows("region_history")
    rows = tuple(
        (
            Cell(ds.name("regions", row["region_id"], lang)),
            Cell(ds.label("region_history", "kind", row["kind"], lang)),
            Cell(row["value"] if lang == "ko" else row["value_en"], (refs.number(row["source_id"]),)),
            Cell(f"{row['valid_from'] or ''} – {row['valid_to'] or ''}"),
            Cell(ds.label("region_history", "certainty", row["certainty"], lang)),
            Cell(row[f"note_{lang}"] or MISSING),
        )
        for row in found
    )
    columns = (
        Column("region", say(lang, "시·도", "region"), short=True),
        Column("kind", say(lang, "무엇", "what"), short=True),
        Column("value", say(lang, "값", "value")),
        Column("period", say(lang, "기간", "period"), short=True),
        Column("certainty", say(lang, "확실함", "certainty")),
        Column("note", say(lang, "비고", "note")),
    )
    caption = say(lang, "시·도의 이름과 코드와 넓이의 바뀜", "Changes of names, codes and areas of regions")
    return Table("region-changes", caption, columns, rows, records=tuple(found), folds=True)


def origins_of_data(ds: Dataset, lang: str = "ko") -> Table:
    """Count what became of the first collection: figures used, and figures left out with their reason."""
    used = ds.rows("leads")
    left = ds.rows("rejected")
    every = list(ds.peek("claims")["claim_id"])
    of_leads = {key for row in used for key in row["claim_ids"].split(";")}
    collected = say(lang, "처음 모은 목록의 행", "rows of the first collection")
    lines: list[tuple[str, list[str], list[str]]] = [(collected, _leads([*used, *left]), [])]
    for reason, _ in Counter(row["reason"] for row in left).most_common():
        words = say(lang, "– 쓰지 않음: ", "– not used: ") + ds.label("rejected", "reason", reason, lang)
        lines.append((words, _leads(row for row in left if row["reason"] == reason), []))
    came = say(lang, "그 행들에서 나온 수치(같은 글의 같은 수치는 하나로)", "figures that came of them")
    later = say(lang, "그 뒤 찾아 더한 수치", "figures found afterwards")
    lines += [
        (say(lang, "수치가 된 행", "rows that became figures"), _leads(used), []),
        (came, [], [key for key in every if key in of_leads]),
        (later, [], [key for key in every if key not in of_leads]),
        (say(lang, "모든 수치", "all figures"), [], every),
    ]
    columns = (
        Column("what", say(lang, "처음 모은 수치의 행방", "what became of the first collection")),
        Column("count", say(lang, "건", "number"), numeric=True),
    )
    caption = say(lang, "수치는 어디에서 왔나", "Where the figures come from")
    rows = tuple((Cell(words), Cell(f"{len(counted) + len(keys):,}")) for words, counted, keys in lines)
    records = tuple(
        {"what": words, "count": len(counted) + len(keys)}
        | {"leads": ";".join(counted), "claim_ids": ";".join(keys)}
        for words, counted, keys in lines
    )
    return Table("origins", caption, columns, rows, records=records)


def _leads(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Give the numbers of rows of the first collection."""
    return [str(row["lead"]) for row in rows]
