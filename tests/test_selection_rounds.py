"""The rounds of selection: bids, outcomes and money as tables and sentences, on any day."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from sandan_lib import Dataset, references, tables, text
from sandan_lib.cite import References, cited
from sandan_lib.compare import applications, round_claim
from sandan_lib.dataset import rows_of
from sandan_lib.errors import ParameterError
from sandan_lib.tables import Table

LANGUAGES = ("ko", "en")
DAYS = ("", "2020-06-30", "2021-06-30", "2021-03-10", "2019-01-01")
HANGUL = re.compile("[가-힣]")
NOTHING = re.compile(r"<NA>|\bNone\b|\bnan\b")


def numbered(ds: Dataset, year: int = 0) -> References:
    return references(ds, tables.sources_of_rounds(ds, year))


def all_tables(ds: Dataset, lang: str, year: int = 0) -> list[Table]:
    refs = numbered(ds, year)
    return [
        tables.applicants(ds, refs, lang, year),
        tables.macro_regions(ds, lang, year),
        tables.repeat_winners(ds, refs, lang),
        tables.themes(ds, lang, year),
        tables.designations(ds, refs, lang, year),
        tables.budget_flow(ds, refs, lang, year),
        tables.followed(ds, refs, lang),
    ]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("year", [0, 2021])
def test_tables_and_sentences_have_no_hole_and_one_language(ds: Dataset, day: str, year: int) -> None:
    known = ds.as_of(day)
    files = []
    for lang in LANGUAGES:
        made = all_tables(known, lang, year)
        files.append([table.to_csv() for table in made])
        words = [repr(table) for table in made]
        words.append(repr(text.rounds_summary(known, numbered(known, year), lang, year)))
        words.append(repr(text.rounds_title(known, lang, year)))
        for table in made:
            assert table.rows or table.empty in repr(table)
            assert all(cell.text.strip() for row in table.rows for cell in row)
        for word in words:
            assert not NOTHING.search(word), word
            own = re.sub("산업단지 대개조|대개조", "", word)
            assert bool(HANGUL.search(own)) == (lang == "ko"), word
    assert files[0] == files[1]


def test_the_summary_counts_what_the_table_lists(ds: Dataset) -> None:
    rows = tables.applicants(ds, numbered(ds), "en").rows
    won = Counter(row[0].text for row in rows if row[2].text == "selected")
    said = repr(text.rounds_summary(ds, numbered(ds), "en"))
    found = re.findall(r"In (\d+), (\d+) regions applied and (\d+) were selected", said)
    assert {year: int(count) for year, _, count in found} == won == {"2020": 5, "2021": 5, "2022": 5}
    for year, applied, _ in found:
        claim = round_claim(ds, int(year), "regions_applied")
        assert claim is not None
        assert claim["value"] == int(applied) >= sum(row[0].text == year for row in rows)


def test_the_unnamed_applicants_are_told(ds: Dataset) -> None:
    notes = " ".join(tables.applicants(ds, numbered(ds), "en").notes)
    named = Counter(item.round_year for item in applications(ds))
    for year in (2020, 2022):
        claim = round_claim(ds, year, "regions_applied")
        assert claim is not None
        assert f"names {claim['value'] - named[year]} of them" in notes
        assert claim["claim_id"] in notes


def test_failed_bids_without_a_known_hub_say_so(ds: Dataset) -> None:
    lost = [item for item in applications(ds) if item.outcome == "not_selected" and not item.hubs]
    assert lost
    rows = tables.applicants(ds, numbered(ds), "en").rows
    assert sum(row[4].text.startswith("not printed") for row in rows) == len(lost)


def test_macro_regions_add_up_to_all_bids(ds: Dataset) -> None:
    records = tables.macro_regions(ds, "en").records
    assert sum(int(str(row["regions"])) for row in records) == 17
    assert sum(int(str(row["bids"])) for row in records) == len(applications(ds))
    assert sum(int(str(row["selected"])) for row in records) == 15


def test_repeat_winners_are_gyeongbuk_and_jeonnam(ds: Dataset) -> None:
    names = [row[0].text for row in tables.repeat_winners(ds, numbered(ds), "ko").rows]
    assert names == ["전남 2020", "전남 2022", "경북 2020", "경북 2022"]
    assert not tables.repeat_winners(ds.as_of("2021-06-30"), numbered(ds), "ko").rows


def test_money_in_the_table_is_that_of_its_claims(ds: Dataset) -> None:
    table = tables.budget_flow(ds, numbered(ds), "en")
    assert len(table.rows) == 15
    shown = 0
    for row in table.rows:
        for cell in row[1:4]:
            if cell.claim:
                claim = ds.record("claims", cell.claim)
                assert cell.text.startswith(ds.amount(claim, "en"))
                assert claim["component"] == "total"
                assert cell.refs
                shown += 1
    assert shown == sum(record["stage"] != "secured" for record in table.records)


def test_a_vintage_knows_no_outcome_before_the_choice_and_no_later_text(ds: Dataset) -> None:
    before = ds.as_of("2021-03-10")
    assert {item.outcome for item in applications(before) if item.round_year == 2021} == {"pending"}
    early = ds.as_of("2020-06-30")
    for item in applications(early):
        assert item.round_year == 2020
        assert all(ds.record("sources", key)["published"] <= "2020-06-30" for key in item.sources)
    assert not tables.followed(early, numbered(early), "en").rows


def test_an_unknown_round_is_refused(ds: Dataset) -> None:
    with pytest.raises(ParameterError, match="no round 2019"):
        tables.applicants(ds, numbered(ds), "en", 2019)


# Industries that the plans name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_industries_count_the_plans_that_name_them(ds: Dataset, lang: str) -> None:
    table = tables.industries(ds, numbered(ds), lang)
    named: dict[str, set[str]] = {}
    for row in rows_of(ds.table("selection_industries")):
        named.setdefault(row["industry"], set()).add(row["selection_id"])
    assert len(table.rows) == len(named)
    shown = {row[0].text: row for row in table.rows}
    for industry, plans in named.items():
        label = ds.label("selection_industries", "industry", industry, lang)
        *rounds, total = (0 if cell.text == "–" else int(cell.text) for cell in shown[label][1:-1])
        assert total == sum(rounds) == len(plans)
        assert rounds == [sum(plan.startswith(str(year)) for plan in plans) for year in (2020, 2021, 2022)]
        assert len(shown[label][-1].parts) == len(plans)
    counts = [int(row[-2].text) for row in table.rows]
    assert counts == sorted(counts, reverse=True)


def test_each_plan_that_names_an_industry_stands_with_words_and_sources(ds: Dataset) -> None:
    refs = numbered(ds)
    table = tables.industries(ds, refs, "en")
    rows = rows_of(ds.table("selection_industries"))
    columns = ("industry", "selection_id", "as_printed", "source_id", "note_ko", "note_en")
    told = {tuple(record[column] for column in columns) for record in table.records}
    assert told == {tuple(row[column] for column in columns) for row in rows}
    parts = [part for cells in table.rows for part in cells[-1].parts]
    for row in rows:
        name = ds.selection_name(row["selection_id"], "en")
        assert any(
            part.text.startswith(f"{name} ") and refs.number(row["source_id"]) in part.refs for part in parts
        )
    words = re.sub("‘[^’]*’", "", repr(table))
    assert not HANGUL.search(words)  # only what is quoted is Korean
    cited(ds, [str(record[key]) for record in table.records for key in ("selection_id", "source_id")])
    assert table._repr_html_().count("#source-") == sum(len(part.refs) for part in parts)


def test_industries_of_one_round_have_no_other_plan(ds: Dataset) -> None:
    table = tables.industries(ds, numbered(ds, 2021), "ko", 2021)
    assert [column.key for column in table.columns] == ["industry", "plans_2021", "named_by"]
    assert {record["round_year"] for record in table.records} == {2021}
    assert not any("찾지 못한" in note for note in table.notes)  # all five name some


@pytest.mark.parametrize("day", DAYS)
def test_a_vintage_knows_industries_of_chosen_plans_from_texts_of_its_day(ds: Dataset, day: str) -> None:
    known = ds.as_of(day)
    table = tables.industries(known, numbered(known), "en")
    won = {item.selection_id for item in applications(known) if item.outcome == "selected"}
    assert {record["selection_id"] for record in table.records} <= won
    assert bool(table.records) == bool(won)
    last = {4: "-12-31", 7: "-31", 10: ""}
    for record in table.records:
        published = str(ds.record("sources", str(record["source_id"]))["published"])
        assert not day or published + last[len(published)] <= day
    assert table.rows or table.empty in repr(table)


def test_the_plan_without_a_named_industry_is_told(ds: Dataset) -> None:
    named = {row["selection_id"] for row in rows_of(ds.table("selection_industries"))}
    (lacking,) = (item.selection_id for item in ds.selections() if item.selection_id not in named)
    assert ds.selection_name(lacking, "ko") in tables.industries(ds, numbered(ds), "ko").notes[-1]
