"""Sources get one number each, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandan_lib import Dataset, compare, load, profile, references
from sandan_lib.errors import UnknownName


def first_uses(ids: Sequence[str]) -> list[str]:
    """Keep the first of equal ids (written out, not with the library's dict)."""
    seen: list[str] = []
    for item in ids:
        if item not in seen:
            seen.append(item)
    return seen


def test_numbers_count_from_one_without_a_gap(ds: Dataset) -> None:
    refs = references(ds, compare(ds, "budget"), compare(ds, "jobs"))
    assert [item.number for item in refs.items] == list(range(1, len(refs.items) + 1))


def test_numbers_follow_the_order_of_first_use(ds: Dataset) -> None:
    money, plan, jobs = compare(ds, "budget"), profile(ds, "충북", 2022), compare(ds, "jobs")
    met = [*money.sources, *plan.sources, *jobs.sources]
    assert len(met) > len(set(met))  # the three do share sources
    refs = references(ds, money, plan, jobs)
    assert [item.source_id for item in refs.items] == first_uses(met)


def test_another_order_of_results_gives_other_numbers_to_the_same_sources(ds: Dataset) -> None:
    money, plan = compare(ds, "budget"), profile(ds, "전남", 2020)
    one, other = references(ds, money, plan), references(ds, plan, money)
    assert one.items[0].source_id == money.sources[0]
    assert other.items[0].source_id == plan.sources[0]
    assert set(one.numbers) == set(other.numbers)


def test_no_source_has_two_numbers_and_no_number_two_sources(ds: Dataset) -> None:
    plans = [profile(ds, item.region_id, item.round_year) for item in ds.selections()]
    refs = references(ds, *plans)
    assert len({item.source_id for item in refs.items}) == len(refs.items)
    assert len(set(refs.numbers.values())) == len(refs.numbers) == len(refs.items)


@given(data=st.data())
@settings(deadline=None, database=None)
def test_any_list_of_ids_is_numbered_by_first_use(data: st.DataObject) -> None:
    ds = load()  # the same object every time
    ids = sorted(ds.records("sources"))[:12]
    parts = data.draw(st.lists(st.lists(st.sampled_from(ids), max_size=8), max_size=4))
    refs = references(ds, *parts)
    expected = first_uses([item for part in parts for item in part])
    assert [item.source_id for item in refs.items] == expected
    for number, source_id in enumerate(expected, start=1):
        assert refs.number(source_id) == refs[source_id].number == number
        assert refs[source_id].source_id == source_id


def test_every_claim_leads_to_its_reference(ds: Dataset) -> None:
    claims = ds.claims
    refs = references(ds, claims["source_id"])
    assert len(refs.items) == claims["source_id"].nunique()
    sources = ds.records("sources")
    for claim in ds.records("claims").values():
        found = refs[claim["source_id"]]
        record = sources[claim["source_id"]]
        assert found.source_id == record["source_id"]
        assert record["publisher"] in found.publisher
        assert found.title == record["title"]
        assert (found.published, found.url) == (claim["published"], record["url"])


def test_every_reference_can_be_found_again(ds: Dataset) -> None:
    """A source without an address must at least say who, what and, in a note, why."""
    for item in references(ds, ds.records("sources")).items:
        assert item.publisher.strip()
        assert item.title.strip()
        assert item.url or (item.note_ko and item.note_en), item.source_id


def test_a_reprint_names_its_first_publisher_too(ds: Dataset) -> None:
    reprints = {key: row for key, row in ds.records("sources").items() if row["origin_publisher"]}
    assert reprints
    refs = references(ds, reprints)
    for key, row in reprints.items():
        assert refs[key].publisher == f"{row['publisher']} ({row['origin_publisher']})"


def test_a_chosen_claim_of_a_comparison_can_be_cited(ds: Dataset) -> None:
    result = compare(ds, "budget")
    refs = references(ds, result)
    chosen = result.frame["source_id"].dropna()
    assert len(chosen) > 10
    assert {refs.number(source_id) for source_id in chosen} == set(range(1, len(refs.items) + 1))


def test_nothing_cited_is_an_empty_list(ds: Dataset) -> None:
    assert references(ds).items == references(ds, []).items == ()


def test_references_cannot_be_changed(ds: Dataset) -> None:
    refs = references(ds, compare(ds, "budget"))
    with pytest.raises(TypeError, match="does not support item assignment"):
        refs.numbers["s0001"] = 99  # type: ignore[index]


def test_an_unknown_source_is_named_with_its_nearest(ds: Dataset) -> None:
    with pytest.raises(UnknownName, match="s9999"):
        references(ds, ["s9999"])
