"""Sources get one number each, in the order in which a reader meets them."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandan_lib import Dataset, compare, load, profile, references
from sandan_lib.cite import cited, itself
from sandan_lib.cli import main
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
    # Chosen figures come first; the lowest and highest ones follow.
    numbers = {refs.number(source_id) for source_id in chosen}
    assert numbers == set(range(1, len(numbers) + 1))
    assert len(refs.items) > len(numbers)


def test_nothing_cited_is_an_empty_list(ds: Dataset) -> None:
    assert references(ds).items == references(ds, []).items == ()


def test_references_cannot_be_changed(ds: Dataset) -> None:
    refs = references(ds, compare(ds, "budget"))
    with pytest.raises(TypeError, match="does not support item assignment"):
        refs.numbers["s0001"] = 99  # type: ignore[index]


def test_an_unknown_source_is_named_with_its_nearest(ds: Dataset) -> None:
    with pytest.raises(UnknownName, match="s9999"):
        references(ds, ["s9999"])


# As BibTeX

# What TeX prints for each of its words that a title may need.
TEX_PRINTS = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    **{rf"\{char}": char for char in "{}%&#$_"},
}
TEX_WORD = re.compile("|".join(map(re.escape, TEX_PRINTS)))
HOSTILE = "50% & #1_a ~x^2 $5 \\input{/etc/passwd} {집} “끝”"


def as_tex_prints(field: str) -> str:
    """Give what TeX would print; any other character that TeX takes for its own is an error."""
    rest = TEX_WORD.sub("", field)
    assert not set(rest) & set("\\{}%&#$_~^"), f"TeX would not print {rest!r} as it stands"
    return TEX_WORD.sub(lambda match: TEX_PRINTS[match.group()], field)


def entries(text: str) -> dict[str, dict[str, str]]:
    """Read BibTeX as BibTeX does: braces must balance, whatever stands before them."""
    found = {}
    for block in text.split("\n\n"):
        head = re.match(r"@misc\{([^,\s]+),\n", block)
        assert head is not None, block
        assert block.endswith("\n}")
        lines = block[head.end() : -2].split("\n")
        fields = [re.fullmatch(r"  ([a-z]+) = \{(.*)\},", line) for line in lines]
        assert all(fields), block
        found[head.group(1)] = {field.group(1): field.group(2) for field in fields if field}
        assert len(found[head.group(1)]) == len(lines), "no field twice"
    return found


def balanced(text: str) -> bool:
    """Tell whether braces balance as BibTeX counts them: a backslash before one changes nothing."""
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def with_sources(ds: Dataset, **columns: Any) -> Dataset:
    """Give a dataset in which every source has these cells."""
    frame = ds.table("sources").assign(**columns)
    return dataclasses.replace(ds, _frames=MappingProxyType(dict(ds._frames) | {"sources": frame}))


def test_every_source_is_a_bibtex_entry_under_its_own_id(ds: Dataset) -> None:
    sources = ds.records("sources")
    found = entries(references(ds, sources).bibtex())
    assert list(found) == list(sources)
    for key, fields in found.items():
        row = sources[key]
        assert as_tex_prints(fields["title"][1:-1]) == row["title"]
        publisher = as_tex_prints(fields["author"][1:-1])
        origin = row["origin_publisher"]
        assert publisher == (f"{row['publisher']} ({origin})" if origin else row["publisher"])
        assert fields.get("url") == row["url"]
        assert ("note" in fields) == (not row["title_checked"])
        assert all(map(balanced, fields.values())), key


def test_every_form_of_date_becomes_the_fields_that_are_known(ds: Dataset) -> None:
    sources = ds.records("sources")
    found = entries(references(ds, sources).bibtex())
    lengths = set()
    for key, fields in found.items():
        text = sources[key]["published"] or ""
        known = [fields[name] for name in ("year", "month", "day") if name in fields]
        assert known == [part.lstrip("0") for part in text.split("-") if part], key
        lengths.add(len(known))
    assert lengths == {0, 1, 2, 3}, "days, months, years and no date at all"


def test_a_hostile_title_is_printed_and_not_obeyed(ds: Dataset) -> None:
    hostile = with_sources(ds, title=HOSTILE, publisher=HOSTILE, origin_publisher=None)
    ((key, fields),) = entries(references(hostile, ["s0201"]).bibtex()).items()
    assert key == "s0201"
    for name in ("title", "author"):
        assert fields[name].startswith("{")
        assert fields[name].endswith("}"), "capitals stay"
        assert as_tex_prints(fields[name][1:-1]) == HOSTILE
    assert all(map(balanced, fields.values()))


@given(title=st.text("ab{}\\%&#$_~^ 집“", min_size=1, max_size=12))
@example(title="\\{")
@example(title="\\textbackslash{}")
@settings(deadline=None, database=None, max_examples=60)
def test_any_title_reads_back_from_what_tex_prints(title: str) -> None:
    hostile = with_sources(load(), title=title)
    ((_, fields),) = entries(references(hostile, ["s0201"]).bibtex()).items()
    assert as_tex_prints(fields["title"][1:-1]) == title


@pytest.mark.parametrize("title", ["a { b", "a } b", "\\{"])
def test_a_lone_brace_in_a_title_does_not_unbalance_the_entry(ds: Dataset, title: str) -> None:
    assert balanced(references(with_sources(ds, title=title), ["s0201"]).bibtex())


def test_an_address_cannot_close_its_field(ds: Dataset) -> None:
    hostile = with_sources(ds, url="https://a.b/}x{\\y?q=50%25&r=_~#z")
    ((_, fields),) = entries(references(hostile, ["s0201"]).bibtex()).items()
    assert fields["url"] == "https://a.b/%7Dx%7B%5Cy?q=50%25&r=_~#z"


# As CSL-JSON, and as text


def test_every_source_is_an_item_of_csl_json(ds: Dataset) -> None:
    sources = ds.records("sources")
    items = json.loads(references(ds, sources).csl_json())
    assert [item["id"] for item in items] == list(sources)
    for item, row in zip(items, sources.values(), strict=True):
        press = row["authority"] == "press"
        assert item["type"] == ("article-newspaper" if press else "webpage")
        assert ("container-title" in item, "publisher" in item) == (press, not press)
        assert row["publisher"] in item["container-title" if press else "publisher"]
        assert item["title"] == row["title"]
        assert item.get("URL") == row["url"]
        parts = [int(part) for part in (row["published"] or "").split("-") if part]
        assert item.get("issued") == ({"date-parts": [parts]} if parts else None)
        assert ("note" in item) == (not row["title_checked"])


@pytest.mark.parametrize("title", [HOSTILE, '"quoted" </script>', "{"])
def test_csl_json_holds_a_hostile_title_as_it_is(ds: Dataset, title: str) -> None:
    (item,) = json.loads(references(with_sources(ds, title=title), ["s0201"]).csl_json())
    assert item["title"] == title


@pytest.mark.parametrize(
    ("lang", "undated", "unchecked"),
    [("ko", "날짜 모름", "제목은 확인하지 못함"), ("en", "undated", "headline not checked")],
)
def test_a_list_of_sources_has_a_numbered_line_for_each(
    ds: Dataset, lang: str, undated: str, unchecked: str
) -> None:
    sources = ds.records("sources")
    lines = references(ds, sources).text(lang).split("\n")
    assert len(lines) == len(sources)
    for number, (line, row) in enumerate(zip(lines, sources.values(), strict=True), start=1):
        assert line.startswith(f"[{number}] {row['publisher']}")
        assert f"“{row['title']}”" in line
        rest = line.partition(f"“{row['title']}”")[2]
        assert (f"({unchecked})" in rest) == (not row["title_checked"])
        assert (undated if row["published"] is None else row["published"]) in rest
        assert line.endswith(row["url"] or ".")


# Citing claims


def test_a_claim_is_cited_by_its_source(ds: Dataset) -> None:
    claims, refs = cited(ds, ["c00133", "c00006"])
    assert [row["claim_id"] for row in claims] == ["c00133", "c00006"]
    assert [item.source_id for item in refs.items] == first_uses([row["source_id"] for row in claims])


def test_claims_and_sources_are_cited_together_each_once(ds: Dataset) -> None:
    own = ds.record("claims", "c00133")["source_id"]
    other = next(key for key in ds.records("sources") if key != own)
    claims, refs = cited(ds, [other, "c00133", "c00133", own, other])
    assert [row["claim_id"] for row in claims] == ["c00133"]
    assert [item.source_id for item in refs.items] == [other, own]
    assert refs.number(own) == 2


def test_two_claims_of_one_text_share_its_number(ds: Dataset) -> None:
    rows = ds.records("claims").values()
    one, other = [row["claim_id"] for row in rows if row["source_id"] == "s0201"][:2]
    claims, refs = cited(ds, [one, other])
    assert len(claims) == 2
    assert [item.source_id for item in refs.items] == ["s0201"]


def test_nothing_to_cite_is_nothing(ds: Dataset) -> None:
    claims, refs = cited(ds, [])
    assert claims == []
    assert refs.items == ()
    assert json.loads(refs.csl_json()) == []


@pytest.mark.parametrize("typed", ["c0133", "C00133", "s201", "s0201 ", "c133"])
def test_an_unknown_id_is_refused_with_the_nearest_there_is(ds: Dataset, typed: str) -> None:
    with pytest.raises(UnknownName) as caught:
        cited(ds, ["c00133", typed])
    assert repr(typed) in caught.value.en
    assert repr(typed) in caught.value.ko
    (near,) = re.findall(r"did you mean (\w+)\?", caught.value.en)
    assert near in {**ds.records("claims"), **ds.records("sources")}
    assert f"혹시 {near}?" in caught.value.ko


@pytest.mark.parametrize(("typed", "meant"), [("c133", "c00133"), ("C00133", "c00133"), ("s201", "s0201")])
def test_a_short_id_is_read_by_its_number(ds: Dataset, typed: str, meant: str) -> None:
    with pytest.raises(UnknownName, match=f"did you mean {meant}"):
        cited(ds, [typed])


@pytest.mark.parametrize(("typed", "table"), [("c99999", "claims"), ("s9999", "sources")])
def test_a_number_beyond_the_last_is_told_the_last(ds: Dataset, typed: str, table: str) -> None:
    last = list(ds.records(table))[-1]
    with pytest.raises(UnknownName, match=f"'{typed}'; the last one is {last}") as caught:
        cited(ds, [typed])
    assert f"마지막 번호는 {last}입니다" in caught.value.ko


def test_one_id_need_not_be_put_in_a_list(ds: Dataset) -> None:
    assert references(ds, "s0201").numbers == {"s0201": 1}
    assert cited(ds, "c00133")[0] == cited(ds, ["c00133"])[0]


def test_an_id_that_is_like_no_other_is_refused_without_a_guess(ds: Dataset) -> None:
    with pytest.raises(UnknownName, match=r"neither a claim .* nor a source .*\.$") as caught:
        cited(ds, ["충북"])
    assert "수치(c00001 …)도 출처(s0001 …)도, 선정·일·세부사업·단지의 번호도 아닙니다." in caught.value.ko


def test_a_claim_of_a_later_day_cannot_be_cited_from_a_vintage(ds: Dataset) -> None:
    later = next(key for key, row in ds.records("claims").items() if (row["published"] or "") > "2022-06")
    assert cited(ds, [later])[0]
    with pytest.raises(UnknownName, match=later):
        cited(ds.as_of("2022-05-31"), [later])


# Citing the package itself


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_package_is_cited_in_three_forms_that_agree(ds: Dataset, lang: str) -> None:
    title = ds.package.title_ko if lang == "ko" else ds.package.title_en
    line = itself(ds, "text", lang)
    assert title in line
    assert ds.version in line
    assert f"SHA-256 {ds.digest[:12]}" in line
    assert f"({ds.package.created.year})" in line
    ((key, fields),) = entries(itself(ds, "bibtex", lang)).items()
    assert key == ds.package.name
    assert as_tex_prints(fields["title"][1:-1]) == title
    assert fields["version"] == ds.version
    assert fields["year"] == str(ds.package.created.year)
    assert ds.digest in fields["note"]
    (item,) = json.loads(itself(ds, "csl-json", lang))
    assert (item["title"], item["version"], item["type"]) == (title, ds.version, "dataset")
    created = ds.package.created
    assert item["issued"] == {"date-parts": [[created.year, created.month, created.day]]}


def test_what_tables_of_counts_name_leads_to_sources_too(ds: Dataset) -> None:
    claims, refs = cited(ds, ["2022-KR-43"])
    listed = ds.record("selections", "2022-KR-43")["source_ids"].split(";")
    rows = ds.peek("selection_sites")
    sites = rows.loc[rows["selection_id"] == "2022-KR-43", "source_id"]
    assert not claims
    assert set(refs.numbers) == {*listed, *sites}
    event = next(iter(ds.records("events").values()))
    assert set(cited(ds, [event["event_id"]])[1].numbers) == {event["source_id"]}
    claims, refs = cited(ds, ["p0001"])
    assert claims
    assert {claim["project_id"] for claim in claims} == {"p0001"}
    assert set(refs.numbers) == {claim["source_id"] for claim in claims}
    statistics = ds.peek("complex_statistics")
    own = statistics.loc[statistics["complex_id"] == "k0067", "source_id"]
    assert set(cited(ds, ["k0067"])[1].numbers) == set(own) != set()


def test_a_claim_named_twice_is_listed_once(ds: Dataset) -> None:
    claims, _ = cited(ds, ["p0001"])
    again, _ = cited(ds, [claims[-1]["claim_id"], "p0001", claims[0]["claim_id"]])
    assert sorted(c["claim_id"] for c in again) == sorted(c["claim_id"] for c in claims)
    assert again[0]["claim_id"] == claims[-1]["claim_id"]


def test_a_cell_of_a_table_can_be_pasted(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["cite", "c00133;c00134, s0001", "--lang", "en"]) == 0
    printed = capfd.readouterr().out
    assert [line[:6] for line in printed.splitlines()[:2]] == ["c00133", "c00134"]
    assert printed.count("\n[") == 2
