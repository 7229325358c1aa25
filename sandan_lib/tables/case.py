"""The tables of a case study: events by programme, money side by side, and a neighbour held against it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import compare
from sandan_lib.dataset import Dataset
from sandan_lib.errors import NotComparable, UnknownSelection
from sandan_lib.model import Basis, Component
from sandan_lib.profile import profile
from sandan_lib.story import Story
from sandan_lib.tables.cells import MISSING, claim_records, figure_cell, kind, notes_on, period, say
from sandan_lib.tables.table import Cell, Column, Table

__all__ = ["beside", "lanes", "programme_money"]

_QUESTIONS: tuple[tuple[str, str | None], ...] = (
    ("budget", Component.TOTAL),
    ("budget", Component.NATIONAL),
    *(("subprojects", None), ("jobs", None), ("output", None), ("exports", None)),
)


def lanes(story: Story, refs: References, lang: str = "ko") -> Table:
    """List the events behind the chart of lanes, by its numbers."""
    ds = story.dataset
    rows = tuple(
        (
            Cell(str(row["number"])),
            Cell(row["date"]),
            Cell(ds.name("programmes", row["programme_id"], lang)),
            Cell(row[f"title_{lang}"], (refs.number(row["source_id"]),)),
        )
        for row in story.events
    )
    columns = (
        Column("number", say(lang, "번호", "no."), short=True),
        Column("date", say(lang, "날짜", "date"), short=True),
        Column("programme", say(lang, "사업", "programme")),
        Column("event", say(lang, "내용", "event")),
    )
    caption = say(lang, "일지, 그림의 번호대로", "Events, by their numbers in the chart")
    empty = say(lang, "알려진 일이 없다.", "No events are known.")
    return Table("lanes", caption, columns, rows, (), empty, story.events)


def programme_money(story: Story, refs: References, lang: str = "ko") -> Table:
    """List the whole sums of each programme beside each other, one row per release; none is added up."""
    ds = story.dataset
    rows: list[tuple[Cell, ...]] = []
    used: list[dict[str, Any]] = []
    for item in story.money:
        parts: dict[str, dict[str, Any]] = item["parts"]
        spoken = next(iter(parts.values()))
        used += parts.values()
        local = [parts[key] for key in ("local", "provincial", "municipal") if key in parts]
        shown = [figure_cell(ds, claim, refs, lang) for claim in local] or [Cell(MISSING)]
        numbers = tuple(dict.fromkeys(number for cell in shown for number in cell.refs))
        whose = ds.name("programmes", item["programme_id"], lang)
        if item["complex_id"]:
            whose += f" – {ds.name('complexes', item['complex_id'], lang)}"
        rows.append(
            (
                Cell(whose),
                Cell(kind(ds, spoken, lang)),
                Cell(period(spoken) or MISSING),
                figure_cell(ds, parts.get("total"), refs, lang),
                figure_cell(ds, parts.get("national"), refs, lang),
                Cell(
                    " + ".join(cell.text for cell in shown),
                    numbers,
                    " ".join(cell.claim for cell in shown if cell.claim) or None,
                ),
                figure_cell(ds, parts.get("private"), refs, lang),
                Cell(item["first"] or say(lang, "날짜 모름", "undated")),
            )
        )
    columns = (
        Column("programme", say(lang, "사업", "programme")),
        Column("kind", say(lang, "어떤 수치인가", "kind of figure")),
        Column("period", say(lang, "기간", "period"), short=True),
        Column("total", say(lang, "총액", "total"), numeric=True),
        Column("national", say(lang, "국비", "national"), numeric=True),
        Column("local", say(lang, "지방비", "local"), numeric=True),
        Column("private", say(lang, "민자", "private"), numeric=True),
        Column("published", say(lang, "처음 나온 날", "first printed"), short=True),
    )
    warning = say(
        lang,
        "사업들은 서로의 돈을 담을 수 있고 기간과 범위가 다르므로 더하지 않는다.",
        "Programmes may contain each other's money and differ in years and scope: nothing is added up.",
    )
    silent = [key for key in story.programmes if key not in {item["programme_id"] for item in story.money}]
    notes = [warning] if rows else []
    notes += [
        say(
            lang,
            f"{ds.name('programmes', key, lang)}: 사업 전체의 금액을 적은 글을 찾지 못했다.",
            f"{ds.name('programmes', key, lang)}: no text that prints the money of the whole was found.",
        )
        for key in silent
    ]
    return Table(
        "programme-money",
        say(lang, "사업마다의 돈, 나란히", "The money of each programme, side by side"),
        columns,
        tuple(rows),
        (*notes, *notes_on(ds, used, refs, lang)),
        say(lang, "사업의 금액을 적은 글을 찾지 못했다.", "No text that prints such money was found."),
        claim_records(used),
    )


def beside(story: Story, neighbour: str, refs: References, lang: str = "ko") -> Table:
    """Hold the plan against a neighbour's of the same round; what cannot be compared says why.

    Parameters
    ----------
    story : Story
        The region's programmes.
    neighbour : str
        Another region of the round, in any spelling.
    refs : References
        Numbers of the sources of both plans.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Table
    """
    ds = story.dataset
    other = ds.region(neighbour)
    names = [ds.name("regions", key, lang) for key in (story.region_id, other)]
    rows: list[tuple[Cell, ...]] = []
    used: list[dict[str, Any]] = []
    empty = story.why_ko if lang == "ko" else story.why_en
    year = story.plan.selection.round_year if story.plan else None
    for measure, component in _QUESTIONS if year else ():
        what = ds.name("measures", measure, lang)
        if component:
            what += f" ({ds.label('claims', 'component', component, lang)})"
        try:
            found = compare(
                ds, measure, component=component, round_year=year, regions=(story.region_id, other)
            )
        except UnknownSelection as error:
            empty = error.message(lang)
            break
        except NotComparable as error:
            claims = [_printed(ds, key, year, measure, component) for key in (story.region_id, other)]
            used += filter(None, claims)
            apart = [_apart(ds, claim, refs, lang) for claim in claims]
            rows.append((Cell(what), *apart, Cell(error.message(lang))))
            continue
        chosen = {row["region_id"]: row for row in found.rows}
        cells = []
        for key in (story.region_id, other):
            claim = ds.record("claims", chosen[key]["claim_id"]) if chosen[key]["claims"] else None
            cells.append(figure_cell(ds, dict(claim) if claim else None, refs, lang))
            used += [dict(claim)] if claim else []
        said = ", ".join(
            (
                ds.label("measures", "default_status", found.status_class.value, lang),
                ds.label("claims", "basis", found.basis, lang),
            )
        )
        rows.append((Cell(what), *cells, Cell(say(lang, f"견줌: {said}", f"compared: {said}"))))
    columns = (
        Column("measure", say(lang, "무엇", "what")),
        *(Column(f"region{number}", name, numeric=True) for number, name in enumerate(names)),
        Column("how", say(lang, "견주었나, 왜 아닌가", "compared, or why not")),
    )
    caption = say(lang, f"{names[0]} · {names[1]}", f"{names[0]} beside {names[1]}")
    return Table("beside", caption, columns, tuple(rows), (), empty, claim_records(used))


def _printed(
    ds: Dataset, region_id: str, year: int | None, measure: str, component: str | None
) -> dict[str, Any] | None:
    """Give the newest figure that a plan prints of a measure, whatever its kind; amounts before rates."""
    plan = profile(ds, region_id, year)
    claims = plan.rows_of_plan(measure, **({"component": component} if component else {}))
    found = sorted(plan.releases(claims), key=lambda row: row["basis"] != Basis.CHANGE_RATE)
    return found[-1] if found else None


def _apart(ds: Dataset, claim: dict[str, Any] | None, refs: References, lang: str) -> Cell:
    """Show a figure that is not compared, with the kind that sets it apart."""
    cell = figure_cell(ds, claim, refs, lang)
    return replace(cell, text=f"{cell.text} ({kind(ds, claim, lang)})") if claim else cell
