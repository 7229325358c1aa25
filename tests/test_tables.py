"""Tables: exact in CSV, readable in HTML, and never markup from data."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from html.parser import HTMLParser
from types import MappingProxyType

import pytest

from sandan_lib import tables, text
from sandan_lib.cite import References, references
from sandan_lib.compare import compare
from sandan_lib.dataset import Dataset
from sandan_lib.profile import Profile, profile
from sandan_lib.tables import Cell, Column, Table

ATTACK = '</script><img src=x onerror="alert(1)">'


def all_tables(ds: Dataset, plan: Profile, lang: str) -> list[Table]:
    money, jobs = compare(ds, "budget"), compare(ds, "jobs")
    refs = references(ds, plan, money, jobs)
    return [
        tables.sites(plan, refs, lang),
        tables.money(plan, refs, lang),
        tables.funding(plan, refs, lang),
        tables.targets(plan, refs, lang),
        tables.standing(ds, money, refs, lang),
        tables.standing(ds, jobs, refs, lang),
        tables.events(plan, refs, lang),
        tables.bodies(plan, refs, lang),
        tables.projects(plan, refs, lang),
        tables.memberships(plan, refs, lang),
        tables.related(plan, refs, lang),
        tables.round_figures(plan, refs, lang),
        tables.unknown(plan, lang),
        tables.sought(ds, lang, plan),
        tables.figures(plan, refs, lang),
        tables.sources(refs, lang),
    ]


class Links(HTMLParser):
    """Collects what a piece of HTML points to and what can be pointed to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.targets: set[str] = set()
        self.pointers: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        self.targets.add(values.get("id") or "")
        if (values.get("href") or "").startswith("#"):
            self.pointers.add((values["href"] or "")[1:])


def test_every_selection_has_its_tables_in_both_languages(ds: Dataset) -> None:
    for item in ds.selections():
        plan = profile(ds, item.region_id, item.round_year)
        for lang in ("ko", "en"):
            for table in all_tables(ds, plan, lang):
                assert table.rows or table.empty, f"{item.selection_id} {table.name} says nothing"
                assert all(len(row) == len(table.columns) for row in table.rows)
                for row in table.rows:
                    for column, cell in zip(table.columns, row, strict=True):
                        assert not re.search(r"<NA>|\bNone\b|\bnan\b", cell.text), (table.name, cell.text)
                        if column.numeric:
                            assert not re.search(r"\d\.\d{4,}", cell.text), (table.name, cell.text)


def test_english_tables_hold_korean_only_where_it_is_quoted(ds: Dataset) -> None:
    """Publishers, headlines and figures as printed are Korean; all that we say is English."""
    quoted = {"publisher", "title", "as_printed"}
    plan = profile(ds, "충북", 2022)
    for table in all_tables(ds, plan, "en"):
        for row in table.rows:
            for column, cell in zip(table.columns, row, strict=True):
                if column.key not in quoted:
                    assert not re.search("[가-힣]", cell.text), (table.name, column.key, cell.text)
        ours = (table.caption, *(table.notes if table.name != "sources" else ()))  # which quote headlines
        assert not any(re.search("[가-힣]", words) for words in ours), table.name


def test_each_number_of_a_source_leads_to_the_list_of_sources(ds: Dataset) -> None:
    plan = profile(ds, "전남", 2020)
    html = "".join(table._repr_html_() for table in all_tables(ds, plan, "ko"))
    links = Links(html)
    assert links.pointers
    assert links.pointers <= links.targets


def test_csv_holds_exact_values_claims_and_sources(ds: Dataset) -> None:
    plan = profile(ds, "충북", 2022)
    refs = references(ds, plan)
    rows = list(csv.DictReader(io.StringIO(tables.figures(plan, refs, "en").to_csv())))
    assert len(rows) == len(plan.claims)
    named = {row["source_id"] for row in csv.DictReader(io.StringIO(tables.sources(refs, "en").to_csv()))}
    for row in rows:
        claim = ds.record("claims", row["claim_id"])
        for column in ("value", "unit", "component", "status", "basis", "scope", "as_printed", "misprint"):
            assert row[column] == str("" if claim[column] is None else claim[column]), column
        assert row["source_id"] == claim["source_id"]
        assert row["source_id"] in named, "each row of a file can be joined to its source"


def test_no_csv_names_a_column_twice(ds: Dataset) -> None:
    for table in all_tables(ds, profile(ds, "전남", 2020), "ko"):
        header = next(csv.reader(io.StringIO(table.to_csv())))
        assert len(set(header)) == len(header), table.name


def test_likely_misprints_are_shown_and_called_so(ds: Dataset) -> None:
    plan = profile(ds, "전남", 2020)
    shown = tables.figures(plan, references(ds, plan), "en")
    marked = [row for row in shown.rows if "likely misprint" in row[4].text]
    assert {row[3].text for row in marked} == {"2,638억 원"}
    assert {row[4].text.rpartition("misprint ")[2] for row in marked} == {"for KRW 363.8 bn"}


def test_unknown_values_are_a_dash_and_empty_in_the_csv(ds: Dataset) -> None:
    plan = profile(ds, "전남", 2022)
    table = tables.money(plan, references(ds, plan), "ko")
    assert table.rows[0][3].text == "–"
    assert "national" not in {row["component"] for row in csv.DictReader(io.StringIO(table.to_csv()))}


@pytest.fixture
def attacked(ds: Dataset) -> tuple[Dataset, Profile, References]:
    """Data in which titles, publishers, notes, places and events try to be markup."""
    frames = {name: ds.table(name) for name in ds.package.tables}
    for name, columns in {
        "sources": ("title", "publisher"),
        "claims": ("note_ko", "note_en", "as_printed"),
        "events": ("title_ko", "title_en"),
        "complexes": ("name_ko", "name_en"),
        "organisations": ("name_ko", "name_en"),
    }.items():
        for column in columns:
            frames[name][column] = ATTACK
    frames["sources"]["url"] = "javascript:alert(1)"
    hostile = dataclasses.replace(ds, _frames=MappingProxyType(frames))
    plan = profile(hostile, "충북", 2022)
    return hostile, plan, references(hostile, plan)


def test_data_are_text_never_markup(attacked: tuple[Dataset, Profile, References]) -> None:
    hostile, plan, _ = attacked
    html = "".join(table._repr_html_() for table in all_tables(hostile, plan, "ko"))
    assert "&lt;/script&gt;&lt;img" in html
    assert set(Links(html).tags) <= {
        *("div", "table", "caption", "thead", "tbody", "tr", "th", "td", "p", "span", "sup", "a"),
        *("details", "summary"),
    }


def test_only_web_addresses_become_links(attacked: tuple[Dataset, Profile, References]) -> None:
    _, _, refs = attacked
    assert "javascript:" not in tables.sources(refs, "ko")._repr_html_()
    assert "href" not in Cell("x", href='https://a.b/" onclick="alert(1)').html()
    assert (
        Cell("x", href="https://a.b/?q=1&r=2").html()
        == '<a href="https://a.b/?q=1&amp;r=2" rel="noreferrer">x</a>'
    )


def test_secured_money_is_shown_and_kept_apart_from_the_plan(ds: Dataset) -> None:
    plan = profile(ds, "전남", 2020)
    refs = references(ds, plan)
    secured = [row for row in tables.funding(plan, refs, "en").records if row["status"] == "secured"]
    assert 80_900_000_000 in {row["value"] for row in secured}
    assert not {row["status"] for row in tables.money(plan, refs, "en").records} & {"secured", "draft_budget"}


def test_every_source_of_a_report_is_cited_in_it(ds: Dataset) -> None:
    """A list of sources that holds more than the report uses cannot be checked."""
    for item in ds.selections():
        plan = profile(ds, item.region_id, item.round_year)
        money, jobs = compare(ds, "budget"), compare(ds, "jobs")
        refs = references(ds, plan, money, jobs)
        html = "".join(table._repr_html_() for table in all_tables(ds, plan, "ko"))
        html += text.summary(plan, refs, "ko")._repr_html_()
        uncited = {f"source-{item.number}" for item in refs.items} - Links(html).pointers
        assert uncited == set(), item.selection_id


def test_an_empty_table_says_so() -> None:
    table = Table("t", "Caption", (Column("a", "A"),), (), ("note",), "nothing found")
    assert table._repr_html_() == "<p class='empty'>nothing found</p><p class='note'>note</p>"
    assert "text/csv" not in table._repr_mimebundle_()
    assert repr(table) == "Caption\nnothing found\nnote"
