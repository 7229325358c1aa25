"""The tour of the data: what it counts is so, in either language, on any day, however little was known."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest

from sandan_lib import Dataset, charts, compare, references, survey, tables
from sandan_lib.charts.figure import Figure
from sandan_lib.cite import References
from sandan_lib.compare import CORE, Core, Survey
from sandan_lib.dataset import rows_of
from sandan_lib.errors import NotComparable
from sandan_lib.profile import profile
from sandan_lib.tables import Table

Row = dict[str, Any]
HANGUL = re.compile("[가-힣]")
NOTHING = re.compile(r"<NA>|\bNone\b|\bnan\b|\bNaT\b")
LANGUAGES = ("ko", "en")
# On the first of these days no plan was announced, and little of anything printed.
DAYS = ("", "2022-05-01", "2020-12-31", "2019-01-01")
QUOTED = {"printed", "right", "as_printed", "publisher", "title"}


@dataclasses.dataclass(frozen=True, eq=False)
class Tour:
    """The data of a day with what the tour makes of them."""

    day: str
    ds: Dataset
    found: Survey
    refs: References
    # For each core question the cells of its comparison, none where it is refused.
    answers: list[list[Row]]

    def tables(self, lang: str) -> list[Table]:
        return [
            tables.contents(self.ds, lang),
            tables.origins_of_data(self.ds, lang),
            tables.links(self.ds, self.refs, lang),
            tables.coverage(self.ds, self.found, lang),
            tables.conflicts(self.ds, self.found, self.refs, lang),
            tables.verified(self.ds, lang),
            tables.corrected(self.ds, self.refs, lang),
            tables.region_changes(self.ds, self.refs, lang),
            tables.sought(self.ds, lang),
            tables.sources(self.refs, lang),
        ]

    def figures(self, lang: str) -> list[Figure]:
        return [
            charts.coverage(self.ds, self.found, lang),
            charts.ages(self.ds, lang),
            charts.revisions(self.ds, lang),
        ]


@pytest.fixture(scope="module")
def tours(ds: Dataset) -> dict[str, Tour]:
    made = {}
    for day in DAYS:
        then = ds.as_of(day)
        found = survey(then)
        refs = references(then, tables.sources_of_tour(then), found)
        made[day] = Tour(day, then, found, refs, [answers(then, core) for core in CORE])
    return made


def answers(ds: Dataset, core: Core) -> list[Row]:
    """Give what a comparison answers; of annual figures, of each selection the newest year's, unranked."""
    asked = {"component": core.component, "status": core.status_class.value, "basis": core.basis}
    newest: dict[str, Row] = {}
    for year in range(2015, 2035) if core.basis == "annual" else (None,):
        try:
            found = rows_of(compare(ds, core.measure_id, **asked, year=year).frame)  # type: ignore[arg-type]
        except NotComparable:
            continue
        if year is None:
            return found
        unranked = {"rank": None, "rank_low": None, "rank_high": None}
        newest |= {row["selection_id"]: row | unranked for row in found if row["claims"]}
    return list(newest.values())


@pytest.fixture(params=DAYS, ids=lambda day: day or "today")
def tour(request: pytest.FixtureRequest, tours: dict[str, Tour]) -> Tour:
    return tours[str(request.param)]


def records(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.to_csv())))


def column(table: Table, key: str) -> list[str]:
    (place,) = (place for place, item in enumerate(table.columns) if item.key == key)
    return [row[place].text for row in table.rows]


# In every table


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_can_be_shown_and_none_shows_a_hole(tour: Tour, lang: str) -> None:
    for table in tour.tables(lang):
        assert table.rows or table.empty, table.name
        html, plain = table._repr_html_(), repr(table)
        assert table.caption in plain
        if not table.rows:
            assert table.empty in html
        for row in table.rows:
            assert len(row) == len(table.columns), table.name
            for cell in row:
                assert cell.text.strip(), table.name
                assert not NOTHING.search(cell.text), (table.name, cell.text)
                assert all(1 <= number <= len(tour.refs.items) for number in cell.refs)
        assert not any(NOTHING.search(note) for note in table.notes)


def ours(text: str) -> str:
    """Give a text without the Korean words that it names as such: the name 대개조."""
    return re.sub(r"산업단지 대개조|산단 대개조|대개조", "", text)


def test_english_tables_are_english_but_for_what_they_quote(tour: Tour) -> None:
    for table in tour.tables("en"):
        assert not HANGUL.search(table.caption + table.empty)
        for row in table.rows:
            for head, cell in zip(table.columns, row, strict=True):
                assert not HANGUL.search(head.label)
                if head.key not in QUOTED:
                    assert not HANGUL.search(ours(cell.text)), (table.name, head.key, cell.text)


def test_korean_tables_are_korean(tour: Tour) -> None:
    for korean, english in zip(tour.tables("ko"), tour.tables("en"), strict=True):
        assert korean.name == english.name
        assert HANGUL.search(korean.caption)
        assert all(HANGUL.search(item.label) for item in korean.columns)
        assert len(korean.rows) == len(english.rows)


def test_both_languages_have_the_same_figures_in_their_files(tour: Tour) -> None:
    for korean, english in zip(tour.tables("ko"), tour.tables("en"), strict=True):
        if korean.name != "origins":  # whose lines are words
            assert korean.to_csv() == english.to_csv(), korean.name
        assert [[cell.refs for cell in row] for row in korean.rows] == [
            [cell.refs for cell in row] for row in english.rows
        ]


# What is counted


def test_contents_count_every_claim_once(tour: Tour) -> None:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows_of(tour.ds.claims):
        groups.setdefault((row["programme_id"] or "", str(row["round_year"] or "")), []).append(row)
    table = tables.contents(tour.ds, "en")
    counted = {(row["programme_id"], row["round_year"]): row for row in records(table)}
    assert set(counted) == set(groups)
    for key, claims in groups.items():
        numbers = [len(claims), *(len({row[name] for row in claims}) for name in ("source_id", "origin_id"))]
        assert [counted[key][name] for name in ("claims", "sources", "origins")] == list(map(str, numbers))
    assert sum(int(cell.replace(",", "")) for cell in column(table, "claims")) == len(tour.ds.claims)


def test_the_programme_itself_comes_first_and_context_is_named(ds: Dataset) -> None:
    for lang, context in (("ko", "배경"), ("en", "context")):
        names = column(tables.contents(ds, lang), "programme")
        assert names[0] == ds.name("programmes", "sandan-renewal", lang)
        assert context in names


def test_a_survey_asks_every_question_of_every_selection(tour: Tour) -> None:
    selections = [item.selection_id for item in tour.ds.selections()]
    asked = [(row["core"], row["selection_id"]) for row in tour.found.cells]
    assert len(asked) == len(set(asked)) == len(CORE) * len(selections)
    assert set(asked) == {(place, key) for place in range(len(CORE)) for key in selections}


def test_of_annual_figures_the_survey_takes_the_newest_year_and_ranks_none(tour: Tour) -> None:
    (place,) = (place for place, core in enumerate(CORE) if core.annual)
    assert CORE[place].name(tour.ds, "en").endswith("annual · newest year")
    known = [row for row in tour.found.cells if row["core"] == place and row["claims"]]
    assert known or tour.ds.vintage is not None
    for row in known:
        assert row["rank"] is row["rank_low"] is row["rank_high"] is None
        behind = [tour.ds.record("claims", row[key]) for key in ("claim_id", "low_claim_id", "high_claim_id")]
        wanted = {
            key: behind[0][key] for key in ("selection_id", "measure_id", "component", "basis", "scope")
        }
        assert wanted["basis"] == "annual"
        every = [
            claim["period_end"]
            for claim in tour.ds.records("claims").values()
            if claim["status"] == "secured" and wanted.items() <= claim.items()
        ]
        assert {claim["period_end"] for claim in behind} == {max(every)}, "no year disputes another one"


def test_the_cells_of_a_survey_are_those_of_its_comparisons(tour: Tour) -> None:
    columns = ("claims", "origins", "value", "low", "high", "claim_id", "rank")
    nothing = dict.fromkeys(columns) | {"claims": 0, "origins": 0}
    for place in range(len(CORE)):
        expected = {row["selection_id"]: row for row in tour.answers[place]}
        for row in tour.found.cells:
            if row["core"] == place:
                wanted = expected.get(row["selection_id"], nothing)
                found = {name: None if pd.isna(row[name]) else row[name] for name in columns}
                assert found == {name: wanted[name] for name in columns}, (place, row["selection_id"])


def test_coverage_counts_answers_single_releases_and_disputes(tour: Tour) -> None:
    for lang in LANGUAGES:
        table = tables.coverage(tour.ds, tour.found, lang)
        assert column(table, "question") == [core.name(tour.ds, lang) for core in CORE]
        for place, row in enumerate(table.rows):
            known = [cell for cell in tour.answers[place] if cell["claims"]]
            numbers = [
                len(known),
                sum(cell["origins"] == 1 for cell in known),
                sum(cell["low"] != cell["high"] for cell in known),
                len(tour.ds.selections()) - len(known),
            ]
            assert [cell.text for cell in row[1:]] == list(map(str, numbers))


def test_conflicts_are_all_disputed_cells_the_widest_first(tour: Tour) -> None:
    disputed = [
        (place, row["selection_id"], row["low"], row["high"])
        for place in range(len(CORE))
        for row in tour.answers[place]
        if row["claims"] and row["low"] != row["high"]
    ]
    found = tour.found.conflicts()
    shown = [(row["core"], row["selection_id"], row["low"], row["high"]) for row in found]
    assert sorted(shown) == sorted(disputed)
    ratios = [row["high"] / row["low"] for row in found if row["low"]]
    assert ratios == sorted(ratios, reverse=True)
    table = tables.conflicts(tour.ds, tour.found, tour.refs, "en")
    assert [row["claim_id"] for row in records(table)] == [row["claim_id"] for row in found]
    for cells, row in zip(table.rows, found, strict=True):
        claim = tour.ds.record("claims", row["claim_id"])
        assert cells[4].claim == row["claim_id"]
        assert tour.refs.number(claim["source_id"]) in cells[4].refs


def test_there_are_conflicts_today_and_none_before_the_first_round(tours: dict[str, Tour]) -> None:
    assert len(tours[""].found.conflicts()) > 10
    assert tours["2019-01-01"].found.conflicts() == []
    assert "No figure is disputed." in repr(
        tables.conflicts(tours["2019-01-01"].ds, tours["2019-01-01"].found, tours["2019-01-01"].refs, "en")
    )


def test_corrected_lists_every_misprint_of_a_known_text(tour: Tour) -> None:
    known = {row["claim_id"] for row in rows_of(tour.ds.claims)}
    expected = [row for row in rows_of(tour.ds.table("corrections")) if row["claim_id"] in known]
    for lang in LANGUAGES:
        table = tables.corrected(tour.ds, tour.refs, lang)
        assert [row[2].claim for row in table.rows] == [row["claim_id"] for row in expected]
        printed = [row["printed"] for row in expected]
        if lang == "en":  # and what that says, for who does not read 억
            claims = [tour.ds.record("claims", row["claim_id"]) for row in expected]
            printed = [
                f"{text} ({tour.ds.amount(claim, 'en')})" for text, claim in zip(printed, claims, strict=True)
            ]
        assert column(table, "printed") == printed
        assert lang == "ko" or not any("억" in cell for cell in column(table, "right"))
        assert column(table, "why") == [row[f"why_{lang}"] for row in expected]
        for row in table.rows:
            claim = tour.ds.record("claims", row[2].claim or "")
            assert claim["misprint"]
            assert row[2].refs == (tour.refs.number(claim["source_id"]),)


def open_gaps(ds: Dataset) -> list[Row]:
    """Give what was sought and not, or not wholly, found."""
    return [row for row in rows_of(ds.table("gaps")) if row["outcome"] in ("not_found", "partly_found")]


def test_sought_lists_the_gaps_of_that_day(ds: Dataset, tour: Tour) -> None:
    gaps = [row for row in open_gaps(ds) if not tour.day or row["sought"] <= tour.day]
    assert bool(gaps) == (not tour.day), "all were sought after the rounds"
    for lang in LANGUAGES:
        table = tables.sought(tour.ds, lang)
        assert column(table, "question") == [row[f"question_{lang}"] for row in gaps]
        for shown, row in zip(column(table, "lookups"), gaps, strict=True):
            assert str(row["lookups"]) in shown
            assert row["sought"] in shown


def test_the_gaps_of_one_plan_are_its_own_and_its_regions(ds: Dataset) -> None:
    shown = Counter(
        key
        for item in ds.selections()
        for key in column(
            tables.sought(ds, "en", profile(ds, item.region_id, item.round_year)), "question"
        )
    )  # fmt: skip
    gaps = open_gaps(ds)
    for row in gaps:
        plans = [
            item
            for item in ds.selections()
            if item.selection_id == row["selection_id"]
            or (row["selection_id"] is None and item.region_id == row["region_id"])
        ]
        same = [other for other in gaps if other["question_en"] == row["question_en"]]
        if len(same) == 1:
            assert shown[row["question_en"]] == len(plans), row["question_en"]
    assert sum(shown.values()) > 20


def test_verified_counts_each_check_once(ds: Dataset, tour: Tour) -> None:
    checks = [row for row in rows_of(ds.table("verification")) if not tour.day or row["checked"] <= tour.day]
    outcomes = [item.value for item in ds.package.table("verification").field("outcome").categories]
    table = tables.verified(tour.ds, "en")
    assert [row["outcome"] for row in records(table)] == outcomes
    for row, cells in zip(records(table), table.rows, strict=True):
        own = [check for check in checks if check["outcome"] == row["outcome"]]
        kinds = Counter(check["text_read"] for check in own)
        expected = [len(own), *(kinds[key] for key in ("whole", "excerpt", "copy", "nothing"))]
        assert [cell.text for cell in cells[1:]] == list(map(str, expected))
        assert row["claims"] == str(len(own))


def test_origins_count_used_and_rejected_leads_and_what_came_after(tour: Tour) -> None:
    ds = tour.ds
    used, rejected = rows_of(ds.table("leads")), rows_of(ds.table("rejected"))
    reasons = Counter(row["reason"] for row in rejected)
    led = {key for row in used for key in row["claim_ids"].split(";")}
    claims = set(ds.claims["claim_id"])
    for lang in LANGUAGES:
        counted = {row["what"]: int(row["count"]) for row in records(tables.origins_of_data(ds, lang))}
        for reason, count in reasons.items():
            label = ds.label("rejected", "reason", reason, lang)
            (words,) = (words for words in counted if words.endswith(f": {label}"))
            assert counted.pop(words) == count
        came = len(claims & led), len(claims - led), len(claims)
        assert list(counted.values()) == [len(used) + len(rejected), len(used), *came]


def test_links_and_changes_of_regions_are_those_that_a_text_had_told(ds: Dataset, tour: Tour) -> None:
    told = {key for key, row in ds.records("sources").items() if is_known(row["published"], tour.day)}
    makers: list[tuple[str, Callable[..., Table]]] = [
        ("programme_links", tables.links),
        ("region_history", tables.region_changes),
    ]
    for name, make in makers:
        expected = [row for row in rows_of(ds.table(name)) if row["source_id"] in told]
        table = make(tour.ds, tour.refs, "ko")
        assert len(table.rows) == len(expected)
        assert [row["source_id"] for row in records(table)] == [row["source_id"] for row in expected]
        for cells, row in zip(table.rows, expected, strict=True):
            assert {number for cell in cells for number in cell.refs} == {tour.refs.number(row["source_id"])}
    assert tables.links(ds, references(ds, tables.sources_of_tour(ds)), "ko").rows


def is_known(published: str | None, day: str) -> bool:
    """Tell whether a text had appeared by a day: a month or year only when it is over."""
    if not day:
        return True
    return published is not None and (published + "-12-31"[len(published) - 4 :] <= day)


def test_all_sources_that_the_tour_cites_are_in_its_list(tour: Tour) -> None:
    cited = {number for table in tour.tables("ko")[:-1] for row in table.rows for cell in row
             for number in cell.refs}  # fmt: skip
    assert cited <= {item.number for item in tour.refs.items}
    listed = [int(cell) for cell in column(tables.sources(tour.refs, "ko"), "number")]
    assert listed == list(range(1, len(tour.refs.items) + 1))


# Projects and memberships of a plan


@pytest.mark.parametrize("day", ["", "2022-05-01", "2020-12-31"])
def test_projects_show_the_newest_plain_figure_of_each(ds: Dataset, day: str) -> None:
    then = ds.as_of(day)
    shown = 0
    for item in then.selections():
        plan = profile(then, item.region_id, item.round_year)
        refs = references(then, plan)
        own = {
            key
            for key, row in then.records("projects").items()
            if row["selection_id"] == plan.selection.selection_id
        }
        table = tables.projects(plan, refs, "en")
        shown += len(table.rows)
        for cells in table.rows:
            for cell, component in zip(cells[2:4], ("total", "national"), strict=True):
                if cell.claim is None:
                    assert cell.text == "–"
                    continue
                claim = then.record("claims", cell.claim)
                assert claim["project_id"] in own
                assert (claim["component"], claim["measure_id"]) == (component, "budget")
                assert then.name("projects", claim["project_id"], "en") == cells[0].text
                assert cell.refs
                assert not claim["misprint"]
                assert cell.text == then.amount(claim, "en")
        names = [cells[0].text for cells in table.rows]
        assert len(set(names)) == len(names)
        assert table.rows or table.empty in repr(table)
    assert shown > 0 or day == "2020-12-31"


@pytest.mark.parametrize("day", ["", "2022-05-01"])
def test_no_figure_of_a_project_is_older_than_another_of_its_kind(ds: Dataset, day: str) -> None:
    then = ds.as_of(day)
    for item in then.selections():
        plan = profile(then, item.region_id, item.round_year)
        pool = [*rows_of(plan.claims), *rows_of(plan.related)]
        for cells in tables.projects(plan, references(then, plan), "en").rows:
            for cell in (cell for cell in cells if cell.claim):
                shown = then.record("claims", cell.claim or "")
                for row in pool:
                    if is_same_kind(row, shown) and len(row["published"] or "") == 10:
                        assert (shown["published"] or "") >= row["published"], (cell.claim, row["claim_id"])


def is_same_kind(row: Row, other: Mapping[str, Any]) -> bool:
    """Tell whether two figures of money, both without a remark on what they cover, are of one project."""
    same = ("project_id", "measure_id", "basis", "component", "scope_note_en")
    return all(row[name] == other[name] for name in same) and not row["misprint"]


def test_the_files_of_projects_hold_the_claims_that_are_shown(ds: Dataset) -> None:
    for item in ds.selections():
        plan = profile(ds, item.region_id, item.round_year)
        table = tables.projects(plan, references(ds, plan), "ko")
        shown = [cell.claim for cells in table.rows for cell in cells if cell.claim]
        assert sorted(row["claim_id"] for row in records(table)) == sorted(shown)


@pytest.mark.parametrize("day", ["", "2022-05-01", "2020-12-31"])
def test_memberships_are_those_of_the_plans_complexes_oldest_first(ds: Dataset, day: str) -> None:
    then = ds.as_of(day)
    count = 0
    for item in then.selections():
        plan = profile(then, item.region_id, item.round_year)
        refs = references(then, plan)
        for lang in LANGUAGES:
            table = tables.memberships(plan, refs, lang)
            dates = column(table, "date")
            assert dates == sorted(dates)
            assert not any(NOTHING.search(cell.text) for row in table.rows for cell in row)
            if lang == "en":
                assert not any(HANGUL.search(cell.text) for row in table.rows for cell in row)
            if day:
                assert all(date <= day for date in dates)
            known = {then.name("complexes", key, lang) for key in then.records("complexes")}
            assert set(column(table, "complex")) <= known
            assert len(records(table)) == len(table.rows)
            count += len(table.rows)
    assert count > 0


# Charts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chart_can_be_drawn_and_carries_its_words(tour: Tour, lang: str) -> None:
    for figure in tour.figures(lang):
        picture, spec = figure.png(1), figure.to_dict()
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert len(picture) > 3000
        assert spec["description"] == figure.alt_text
        assert len(figure.alt_text) > 20
        assert not NOTHING.search(figure.alt_text)
        title = spec["title"]["text"] if isinstance(spec["title"], dict) else spec["title"]
        assert figure.alt_text.startswith(title)
        assert bool(HANGUL.search(title)) == (lang == "ko")
        if lang == "en":
            assert not HANGUL.search(str(spec)), "neither in its words nor in what it draws"


def drawn(figure: Figure) -> list[Row]:
    """Give the rows that a chart draws."""
    values: list[Row] = figure.to_dict()["data"]["values"]
    return values


def test_the_chart_of_coverage_draws_every_cell(tour: Tour) -> None:
    if not tour.found.cells:
        assert "No figure to draw" in charts.coverage(tour.ds, tour.found, "en").alt_text
        return
    rows = drawn(charts.coverage(tour.ds, tour.found, "en"))
    assert len(rows) == len(tour.found.cells)
    assert Counter(row["origins"] for row in rows) == Counter(cell["origins"] for cell in tour.found.cells)
    empty = sum(cell["claims"] == 0 for cell in tour.found.cells)
    alt = charts.coverage(tour.ds, tour.found, "en").alt_text
    assert f"of {len(rows)} cells {empty} are empty" in alt


def test_the_chart_of_ages_counts_every_claim_by_its_year(tour: Tour) -> None:
    years = Counter((row["published"] or "")[:4] for row in rows_of(tour.ds.claims))
    counted: Counter[str] = Counter()
    for row in drawn(charts.ages(tour.ds, "en")):
        counted[row["year"] if row["year"].isdigit() else ""] += row["claims"]
    assert counted == years
    assert all(year <= tour.day[:4] for year in counted) or not tour.day
    assert ("" in counted) == (not tour.day), "a vintage knows no undated text"


def test_the_chart_of_revisions_marks_one_newest_total_of_each_plan(tour: Tour) -> None:
    figure = charts.revisions(tour.ds, "en")
    if not tour.ds.selections():
        assert "No figure to draw" in figure.alt_text
        return
    rows = drawn(figure)
    whole = {row["selection_id"] for row in tour.answers[0] if row["claims"]}
    newest = [row for row in rows if row["newest"]]
    assert len(newest) == len({row["selection"] for row in rows}) <= len(whole)
    for row in rows:
        claim = tour.ds.record("claims", row["claim"])
        assert (claim["measure_id"], claim["component"], claim["basis"]) == ("budget", "total", "cumulative")
        assert row["amount"] == pytest.approx(claim["value"] / 10**9)
        assert row["label"] == tour.ds.amount(claim, "en")
        assert row["label"] in figure.alt_text


@pytest.mark.parametrize(
    "day",
    [
        "",
        "2020-12-31",
        pytest.param(
            "2022-05-01",
        ),
    ],
)
def test_the_newest_total_is_the_one_that_a_comparison_calls_the_latest(
    tours: dict[str, Tour], day: str
) -> None:
    ds = tours[day].ds
    latest = {row["selection_id"]: row["claim_id"] for row in tours[day].answers[0] if row["claims"]}
    rows = [row for row in drawn(charts.revisions(ds, "en")) if row["newest"]]
    assert rows
    for row in rows:
        claim = ds.record("claims", row["claim"])
        chosen = ds.record("claims", latest[claim["selection_id"]])
        assert claim["origin_id"] == chosen["origin_id"], claim["selection_id"]


# Data without anything


def test_a_tour_of_no_claims_at_all_says_so(ds: Dataset) -> None:
    empty = {name: ds.table(name).iloc[:0] for name in ("claims", "gaps", "verification", "corrections")}
    none = dataclasses.replace(ds, _frames=MappingProxyType(dict(ds._frames) | empty))
    found = survey(none)
    assert {row["claims"] for row in found.cells} == {0}
    assert found.sources == ()
    tour = Tour("", none, found, references(none, tables.sources_of_tour(none), found), [])
    for lang in LANGUAGES:
        for table in tour.tables(lang):
            assert not any(NOTHING.search(cell.text) for row in table.rows for cell in row)
        assert tables.contents(none, lang).rows == ()
        for figure in tour.figures(lang):
            assert figure.png(1).startswith(b"\x89PNG")
        assert "No figure to draw" in charts.ages(none, "en").alt_text
        assert "No figure to draw" in charts.revisions(none, "en").alt_text
