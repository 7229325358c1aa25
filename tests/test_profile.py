"""Everything known of one selection: complete, in order, and honest about what is not known."""

from __future__ import annotations

import calendar
import contextlib
import dataclasses
import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pytest

from sandan_lib import Dataset, profile
from sandan_lib.compare import restates
from sandan_lib.dataset import core, rows_of
from sandan_lib.errors import UnknownName, UnknownSelection
from sandan_lib.model import StatusClass
from sandan_lib.profile import Profile
from sandan_lib.releases import oldest_of
from sandan_lib.trends.targets import set_apart

Row = dict[str, Any]
SELECTIONS = (
    *("2020-KR-27", "2020-KR-28", "2020-KR-29", "2020-KR-46", "2020-KR-47"),
    *("2021-KR-26", "2021-KR-31", "2021-KR-41", "2021-KR-45", "2021-KR-48"),
    *("2022-KR-30", "2022-KR-43", "2022-KR-44", "2022-KR-46", "2022-KR-47"),
)
BILLION = 10**9
# What a reader looks for in a plan, with the statuses that answer it; written here by hand.
EXPECTED: dict[tuple[str, str | None, str], tuple[str, ...]] = {
    ("budget", "total", "plan"): ("planned", "revised"),
    ("budget", "national", "plan"): ("planned", "revised"),
    ("budget", "local", "plan"): ("planned", "revised"),
    ("budget", "private", "plan"): ("planned", "revised"),
    ("budget", "national", "secured"): ("secured",),
    ("budget", "total", "executed"): ("executed",),
    ("subprojects", None, "plan"): ("planned", "revised"),
    ("jobs", None, "target"): ("target",),
    ("jobs", None, "result"): ("achieved", "observed"),
    ("output", None, "target"): ("target",),
    ("output", None, "result"): ("achieved", "observed"),
    ("exports", None, "target"): ("target",),
    ("exports", None, "result"): ("achieved", "observed"),
}
LOCAL = ("local", "provincial", "municipal")


def profile_of(ds: Dataset, selection_id: str) -> Profile:
    year, _, region = selection_id.partition("-")
    return profile(ds, region, int(year))


def last_day(partial: str) -> str:
    year, month, day = ([int(part) for part in partial.split("-")] + [0, 0])[:3]
    month = month or 12
    return dt.date(year, month, day or calendar.monthrange(year, month)[1]).isoformat()


def claim(ds: Dataset, like: str, **changes: Any) -> Row:
    return dict(ds.record("claims", like)) | changes


def frame_of(ds: Dataset, rows: Iterable[Row]) -> pd.DataFrame:
    empty = ds.claims.iloc[:0]
    return pd.DataFrame(list(rows), columns=list(empty.columns)).astype(empty.dtypes.to_dict())


# What is in a profile


@pytest.mark.parametrize("selection_id", SELECTIONS)
def test_a_profile_holds_all_claims_about_its_selection_oldest_first(ds: Dataset, selection_id: str) -> None:
    found = profile_of(ds, selection_id)
    rows = rows_of(ds.claims)
    own = [row["claim_id"] for row in rows if row["selection_id"] == selection_id]
    assert len(own) >= 5
    assert sorted(found.claims["claim_id"]) == own
    days = [
        last_day(text) if text else "9999" for text in (row["published"] for row in rows_of(found.claims))
    ]
    assert days == sorted(days)
    of_round = {
        row["claim_id"]
        for row in rows
        if row["scope"] == "round" and row["round_year"] == found.selection.round_year
    }
    assert set(found.round_claims["claim_id"]) == of_round
    assert len(of_round) > 5


@pytest.mark.parametrize("selection_id", SELECTIONS)
def test_a_profile_knows_region_plan_and_dates(ds: Dataset, selection_id: str) -> None:
    found = profile_of(ds, selection_id)
    assert found.selection.selection_id == selection_id
    assert found.region_name("ko") == ds.name("regions", selection_id[5:], "ko")
    assert found.region_name("en") == ds.name("regions", selection_id[5:], "en")
    assert found.record["plan_name_ko"]
    assert found.record["plan_name_en"]
    assert found.record["preselected"].startswith(selection_id[:4])


@pytest.mark.parametrize("selection_id", SELECTIONS)
def test_the_hub_stands_first_and_every_site_is_named(ds: Dataset, selection_id: str) -> None:
    sites = profile_of(ds, selection_id).sites
    rows = [row for row in rows_of(ds.table("selection_sites")) if row["selection_id"] == selection_id]
    whole = [(site.role, site.complex_id, site.source_id) for site in sites if not site.part]
    assert whole == [(row["role"], row["complex_id"], row["source_id"]) for row in rows]
    roles = [site.role for site in sites]
    assert roles[0] == "hub"
    assert "hub" not in roles[roles.count("hub") :]
    assert any(role.startswith("linked") for role in roles)
    for site in sites:
        assert site.name("ko").strip()
        assert site.name("en").strip()
        assert not any("가" <= letter <= "힣" for letter in site.name("en"))
        assert not site.statistics or site.statistics["complex_id"] == site.complex_id


def test_parts_of_a_complex_follow_it_and_alone_have_the_statistics(ds: Dataset) -> None:
    parts = 0
    for selection_id in SELECTIONS:
        sites = profile_of(ds, selection_id).sites
        for position, site in enumerate(sites):
            if site.part:
                parts += 1
                whole = next(other for other in reversed(sites[:position]) if not other.part)
                assert ds.record("complexes", str(site.complex_id))["part_of"] == whole.complex_id
                assert site.statistics
                assert not whole.statistics
    assert parts > 5


@pytest.mark.parametrize("selection_id", SELECTIONS)
def test_events_are_those_of_the_selection_and_its_surroundings_oldest_first(
    ds: Dataset, selection_id: str
) -> None:
    found = profile_of(ds, selection_id)
    year, region = found.selection.round_year, found.selection.region_id
    events = rows_of(found.events)
    days = [last_day(row["date"]) for row in events]
    assert days == sorted(days)
    own = {row["event_id"] for row in rows_of(ds.table("events")) if row["selection_id"] == selection_id}
    assert own <= {row["event_id"] for row in events}
    assert own
    for row in events:
        assert row["region_id"] in (None, region)
        assert row["round_year"] in (None, year)
        assert row["selection_id"] in (None, selection_id)
    assert set(found.bodies["event_id"]) <= {row["event_id"] for row in events}


@pytest.mark.parametrize("selection_id", SELECTIONS)
def test_related_claims_are_of_the_region_and_of_no_selection(ds: Dataset, selection_id: str) -> None:
    related = profile_of(ds, selection_id).related
    assert related["selection_id"].isna().all()
    assert set(related["region_id"]) <= {selection_id[5:]}


def test_the_neighbouring_programmes_of_chungbuk_are_told(ds: Dataset) -> None:
    related = profile_of(ds, "2022-KR-43").related
    assert {"innovation-cluster", "growth-zone"} <= set(related["programme_id"])


def test_a_region_selected_twice_keeps_its_plans_apart(ds: Dataset) -> None:
    first, second = profile_of(ds, "2020-KR-47"), profile_of(ds, "2022-KR-47")
    assert not set(first.claims["claim_id"]) & set(second.claims["claim_id"])
    assert first.sites[0].name_en != second.sites[0].name_en


def test_a_region_that_was_not_selected_has_no_profile(ds: Dataset) -> None:
    with pytest.raises(UnknownSelection):
        profile(ds, "충북", 2021)
    with pytest.raises(UnknownName):
        profile(ds, "Atlantis", 2021)


# What is not known


@pytest.mark.parametrize("selection_id", SELECTIONS)
def test_the_unknown_is_exactly_what_has_no_claim(ds: Dataset, selection_id: str) -> None:
    rows = [row for row in rows_of(ds.claims) if row["selection_id"] == selection_id]

    def is_known(measure: str, component: str | None, statuses: tuple[str, ...]) -> bool:
        components = LOCAL if component == "local" else (component,)
        return any(
            row["measure_id"] == measure and row["component"] in components and row["status"] in statuses
            for row in rows
            if row["scope"] in ("plan", "plan-excl-smart-green") and not row["misprint"]
        )

    expected = {key for key, statuses in EXPECTED.items() if not is_known(key[0], key[1], statuses)}
    unknown = profile_of(ds, selection_id).unknown
    assert set(unknown) == expected
    assert len(unknown) == len(expected)


def test_what_only_a_misprint_says_is_not_known(ds: Dataset) -> None:
    """Until the end of May 2020 the private money of Gwangyang Bay was printed wrongly only."""
    found = profile_of(ds.as_of("2020-05-20"), "2020-KR-46")
    private = found.claims[
        (found.claims["component"] == "private").fillna(value=False) & (found.claims["scope"] == "plan")
    ]
    assert set(private["misprint"]) == {True}
    assert ("budget", "private", "plan") in found.unknown


def test_the_whole_plan_may_be_asked_for_by_its_columns(ds: Dataset) -> None:
    for item in ds.selections():
        found = profile(ds, item.region_id, item.round_year)
        rows = found.whole_plan("budget", StatusClass.PLAN)
        wanted = (rows["component"] == "total") & (rows["basis"] == "cumulative")
        asked = found.whole_plan("budget", StatusClass.PLAN, component="total", basis="cumulative")
        assert list(asked["claim_id"]) == list(rows[wanted]["claim_id"])
        assert set(asked["status"]) <= {"planned", "revised"}


# Releases


def figures(found: Profile, measure: str, component: str) -> list[tuple[str, int, int]]:
    """Give origin, value in billions and number of printings of each release of the plan."""
    rows = found.whole_plan(measure)
    rows = rows[(rows["component"] == component) & (rows["basis"] == "cumulative")]
    rows = rows[rows["status"].isin(["planned", "revised"])]
    return [(row["origin_id"], row["value"] / BILLION, row["prints"]) for row in found.releases(rows)]


def test_roundings_of_a_release_collapse_into_its_most_precise_figure(ds: Dataset) -> None:
    found = profile_of(ds, "2020-KR-47")  # 9천9백억, 9926억, 9,926억, 9천926억, 9900억: one release
    assert ("o0026", 992.6, 6) in figures(found, "budget", "total")


def test_of_the_plans_of_daegu_one_covers_another_whole(ds: Dataset) -> None:
    found = profile_of(ds, "2020-KR-27")
    assert [(origin, value) for origin, value, _ in figures(found, "budget", "total")] == [
        ("o0017", 970.5),
        ("o0015", 881.3),
        ("o0021", 748.0),
        ("o0096", 980.0),
    ]
    rows = found.releases(found.whole_plan("budget"))
    scopes = {row["origin_id"]: row["scope"] for row in rows if row["component"] == "total"}
    assert scopes["o0021"] == "plan-excl-smart-green" != scopes["o0015"]


def test_contradictions_within_one_release_stay_apart(ds: Dataset) -> None:
    found = profile_of(ds, "2022-KR-43")
    rows = [
        claim(ds, "c00475", claim_id="c90001", value=920 * BILLION),
        claim(ds, "c00475", claim_id="c90002", value=820 * BILLION),
        claim(ds, "c00475", claim_id="c90003", value=920 * BILLION),
    ]
    told = found.releases(frame_of(ds, rows))
    assert Counter({row["value"]: row["prints"] for row in told}) == {920 * BILLION: 2, 820 * BILLION: 1}


def test_a_misprint_stays_apart_from_what_it_misprints(ds: Dataset) -> None:
    found = profile_of(ds, "2020-KR-46")
    private = found.claims[
        (found.claims["component"] == "private").fillna(value=False) & (found.claims["scope"] == "plan")
    ]
    told = [(row["value"], row["misprint"], row["prints"]) for row in found.releases(private)]
    assert sorted(told) == [(263_800_000_000, True, 2), (363_800_000_000, False, 1)]


@pytest.mark.parametrize(
    "change",
    [
        {"measure_id": "output"},
        {"component": "national"},
        {"scope": "plan-excl-smart-green"},
        {"scope": "part", "scope_note_en": "a part"},
        {"basis": "annual", "period_end": 2023},
        {"status": "requested"},
        {"origin_id": "o9999"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_equal_numbers_of_unlike_meaning_are_not_one_figure(ds: Dataset, change: Row) -> None:
    found = profile_of(ds, "2022-KR-43")
    rows = [claim(ds, "c00475"), claim(ds, "c00475", claim_id="c90001", **change)]
    assert [row["prints"] for row in found.releases(frame_of(ds, rows))] == [1, 1]


def test_annual_figures_of_two_years_are_two_figures(ds: Dataset) -> None:
    found = profile_of(ds, "2022-KR-43")
    rows = [
        claim(
            ds, "c00475", claim_id=f"c9000{year - 2020}", basis="annual", period_start=year, period_end=year
        )
        for year in (2023, 2024)
    ]
    assert len(found.releases(frame_of(ds, rows))) == 2


@pytest.mark.parametrize("selection_id", SELECTIONS)
def test_releases_count_every_printing_once(ds: Dataset, selection_id: str) -> None:
    found = profile_of(ds, selection_id)
    told = found.releases(found.claims)
    assert sum(row["prints"] for row in told) == len(found.claims)
    speakers = [row["claim_id"] for row in told]
    assert len(set(speakers)) == len(speakers)
    claims = ds.records("claims")
    for row in told:
        assert {name: row[name] for name in claims[row["claim_id"]]} == claims[row["claim_id"]]
    for row in rows_of(found.claims):  # each claim is spoken for by itself or by a finer printing
        assert any(
            speaker["origin_id"] == row["origin_id"]
            and speaker["measure_id"] == row["measure_id"]
            and restates(row, speaker)
            for speaker in told
        )


def test_releases_stand_in_the_order_of_their_first_appearance(ds: Dataset) -> None:
    """An imprecise date counts from its last possible day, here as everywhere."""
    out_of_order = []
    for selection_id in SELECTIONS:
        found = profile_of(ds, selection_id)
        days = [last_day(row["first"]) if row["first"] else "9999" for row in found.releases(found.claims)]
        if days != sorted(days):
            out_of_order.append(selection_id)
    assert out_of_order == []


def test_a_release_first_appeared_when_it_was_certainly_there(ds: Dataset) -> None:
    """The bid of Busan (February 2021) came before its plan: printed on 24 March, and "in 2021"."""
    found = profile_of(ds, "2021-KR-26")
    rows = found.whole_plan("budget")
    totals = rows[(rows["component"] == "total") & (rows["basis"] == "cumulative")]
    told = [(row["origin_id"], row["first"]) for row in found.releases(totals)]
    assert told == [("o0002", "2021-02-09"), ("o0003", "2021-03-24"), ("o0005", "2022-02-15")]


def test_a_release_without_a_date_comes_last(ds: Dataset) -> None:
    found = profile_of(ds, "2022-KR-46")
    told = found.releases(found.whole_plan("budget"))
    assert told[-1]["first"] is None
    assert all(row["first"] for row in told[:-1])


# Splits


@pytest.mark.parametrize("selection_id", SELECTIONS)
def test_the_parts_of_a_split_belong_to_one_release(ds: Dataset, selection_id: str) -> None:
    found = profile_of(ds, selection_id)
    splits = found.splits()
    assert splits
    for split in splits:
        named = {name: split[name] for name in ("total", "national", "private") if split[name]}
        assert {name: row["component"] for name, row in named.items()} == {name: name for name in named}
        parts = [*named.values(), *split["local"]]
        assert parts
        assert {row["component"] for row in split["local"]} <= set(LOCAL)
        for row in parts:
            assert row["origin_id"] == split["origin_id"]
            assert row["scope"] == split["scope"]
            assert row["measure_id"] == "budget"
            assert row["basis"] == "cumulative"
            assert not row["misprint"]
            assert (
                row["status"] in {"plan": ("planned", "revised"), "bid": ("applied",)}[split["status_class"]]
            )
    keys = [(split["origin_id"], split["scope"], split["status_class"]) for split in splits]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("selection_id", SELECTIONS)
def test_local_money_is_not_counted_twice(ds: Dataset, selection_id: str) -> None:
    """Local money stands as a whole, or as province and city apart, never both."""
    for split in profile_of(ds, selection_id).splits():
        components = Counter(row["component"] for row in split["local"])
        assert all(count == 1 for count in components.values())
        assert "local" not in components or len(components) == 1, split["origin_id"]


@pytest.mark.parametrize(
    ("selection_id", "origin", "total", "national", "local", "private"),
    [
        ("2020-KR-46", "o0047", 1804.7, 1017.1, [423.5], 363.8),  # not the misprinted 263.8
        ("2020-KR-47", "o0026", 992.6, 412.1, [202.2], 378.3),
        ("2020-KR-29", "o0032", 765.6, 233.7, [161.5], 370.4),  # local money printed as the city's
        ("2021-KR-41", "o0037", 872.7, 279.4, [166.8], 426.4),
        ("2021-KR-45", "o0044", 494.5, 315.9, [], None),
        ("2022-KR-30", "o0024", 587.5, 300.0, [], None),
        ("2022-KR-30", "o0452", 587.5, 300.0, [136.8], 150.7),
    ],
)
def test_a_split_is_as_printed(
    ds: Dataset,
    selection_id: str,
    origin: str,
    total: float | None,
    national: float | None,
    local: list[float],
    private: float | None,
) -> None:
    (split,) = (split for split in profile_of(ds, selection_id).splits() if split["origin_id"] == origin)
    amounts = [split[name] and split[name]["value"] / BILLION for name in ("total", "national", "private")]
    assert amounts == [total, national, private]
    assert [row["value"] / BILLION for row in split["local"]] == local


# Sources


@pytest.mark.parametrize("selection_id", SELECTIONS)
def test_a_profile_names_every_source_once(ds: Dataset, selection_id: str) -> None:
    found = profile_of(ds, selection_id)
    used = {site.source_id for site in found.sites}
    used |= {site.statistics["source_id"] for site in found.sites if site.statistics}
    used |= set(found.record["source_ids"].split(";"))
    frames = (found.claims, found.related, found.round_claims, found.events, found.bodies)
    for frame in (*frames, found.memberships):
        used |= set(frame["source_id"])
    assert set(found.sources) == used
    assert len(found.sources) == len(used)


def test_sources_stand_oldest_first(ds: Dataset) -> None:
    """As the claims do: an imprecise date counts from its last possible day."""
    out_of_order = []
    for selection_id in SELECTIONS:
        dates = [ds.record("sources", key)["published"] for key in profile_of(ds, selection_id).sources]
        days = [last_day(date) if date else "9999" for date in dates]
        if days != sorted(days):
            out_of_order.append(selection_id)
    assert out_of_order == []


# Vintages

VINTAGES = [("2020-KR-46", "2020-12-31"), ("2021-KR-31", "2021-12-31"), ("2022-KR-43", "2022-06-30")]


@pytest.mark.parametrize(("selection_id", "day"), VINTAGES)
def test_a_vintage_shows_no_later_claim_or_event(ds: Dataset, selection_id: str, day: str) -> None:
    found = profile_of(ds.as_of(day), selection_id)
    whole = profile_of(ds, selection_id)
    for name in ("claims", "related", "round_claims"):
        frame = getattr(found, name)
        assert all(last_day(text) <= day for text in frame["published"])
    assert all(last_day(text) <= day for text in found.events["date"])
    assert 0 < len(found.claims) < len(whole.claims)
    assert 0 < len(found.events) < len(whole.events)
    assert set(found.claims["claim_id"]) < set(whole.claims["claim_id"])


@pytest.mark.parametrize(("selection_id", "day"), VINTAGES)
def test_a_vintage_shows_no_stage_that_lay_ahead(ds: Dataset, selection_id: str, day: str) -> None:
    record = profile_of(ds.as_of(day), selection_id).record
    stages = {name: record[name] for name in ("preselected", "confirmed") if record[name]}
    assert {name: date for name, date in stages.items() if last_day(date) > day} == {}


@pytest.mark.parametrize(("selection_id", "day"), VINTAGES)
def test_a_vintage_draws_on_no_later_text(ds: Dataset, selection_id: str, day: str) -> None:
    """Sites and the selection itself are no news and stay; claims, events and bodies are dated."""
    found = profile_of(ds.as_of(day), selection_id)
    frames = (found.claims, found.related, found.round_claims, found.events, found.bodies)
    sources = {key for frame in frames for key in frame["source_id"]}
    dates = {key: ds.record("sources", key)["published"] for key in sources}
    assert {key: date for key, date in dates.items() if date and last_day(date) > day} == {}


@pytest.mark.parametrize(("selection_id", "day"), VINTAGES)
def test_a_vintage_knows_less(ds: Dataset, selection_id: str, day: str) -> None:
    early, late = profile_of(ds.as_of(day), selection_id), profile_of(ds, selection_id)
    assert set(early.unknown) >= set(late.unknown)
    assert len(early.releases(early.claims)) < len(late.releases(late.claims))


def test_a_profile_is_its_askers_own(ds: Dataset) -> None:
    """It is gathered once and kept; whoever changes the frames of his changes no other's."""
    mine = profile(ds, "충북", 2022)
    before = len(mine.claims), len(mine.rows)
    mine.claims.loc[:, "misprint"] = True
    mine.events["title_ko"] = "바뀐 제목"
    first = [row["claim_id"] for row in rows_of(mine.claims)]
    for name in ("claim_id", "period_end", "value"):
        with contextlib.suppress(ValueError, TypeError):  # refusing a change is as good as keeping it apart
            mine.claims[name].array[0] = mine.claims[name].array[1]
    other = profile(ds, "충북", 2022)
    assert (len(other.claims), len(other.rows)) == before
    assert not (other.events["title_ko"] == "바뀐 제목").any()
    assert [row["claim_id"] for row in other.rows] == list(other.claims["claim_id"]) == first
    assert [row["value"] for row in other.rows] == list(other.claims["value"])
    assert not other.claims["misprint"].all()
    fewer = dataclasses.replace(other, claims=other.claims[other.claims["measure_id"] == "jobs"])
    assert {row["measure_id"] for row in fewer.rows} == {"jobs"}


def test_of_large_data_a_profile_asks_the_claims_few_times(
    ds: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is remembered of them, and each question goes through a million rows."""
    monkeypatch.setattr(core, "_FEW", 0)
    large, asked = dataclasses.replace(ds), []

    def counted(claims: pd.DataFrame, wanted: Any) -> pd.DataFrame:
        asked.append(len(claims))
        return oldest_of(claims, wanted)

    for module in ("sandan_lib.releases", "sandan_lib.profile"):  # the latter's name is a function's too
        monkeypatch.setattr(sys.modules[module], "oldest_of", counted)
    own = profile(large, "충북", 2022)
    assert len(own.rows) == len(own.claims)
    own.splits()
    assert len(asked) <= 4
    asked.clear()
    assert set_apart(large) == set_apart(ds)
    assert len(asked) <= 2 * len(ds.selections())
