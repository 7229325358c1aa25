"""Sentences: what they say holds in the data, in both languages."""

from __future__ import annotations

import re

import pytest

from sandan_lib import charts, tables, text
from sandan_lib.cite import references
from sandan_lib.compare import compare
from sandan_lib.dataset import Dataset
from sandan_lib.model import Basis, StatusClass
from sandan_lib.profile import profile
from sandan_lib.text.prose import Heading, Prose, Sentence
from sandan_lib.text.report import _HEADINGS, in_words, newest


def test_every_selection_has_its_sentences_in_both_languages(ds: Dataset) -> None:
    money, jobs = compare(ds, "budget"), compare(ds, "jobs")
    for item in ds.selections():
        plan = profile(ds, item.region_id, item.round_year)
        refs = references(ds, plan, money, jobs)
        for lang in ("ko", "en"):
            said = [
                repr(text.title(plan, lang)),
                repr(text.summary(plan, refs, lang)),
                repr(text.change(plan, refs, lang)),
                repr(text.place(plan, money, lang)),
                repr(text.place(plan, jobs, lang)),
            ]
            for words in said:
                assert words.strip()
                assert not re.search(r"\bNone\b|<NA>|\bnan\b|\{|\}|을\(를\)|은\(는\)", words), words
            if lang == "en":
                prose = " ".join(said).replace("(산업단지 대개조)", "")
                assert not re.search("[가-힣]", prose), prose


def test_the_summary_of_chungbuk(ds: Dataset) -> None:
    plan = profile(ds, "충북", 2022)
    said = repr(text.summary(plan, references(ds, plan), "ko"))
    assert "충북(충청권)은 2022년 3월 3일에 공모가 시작된 산업단지 대개조 3차에서 " in said
    assert "2022년 4월 26일에 선정 지역으로 발표되었다" in said
    assert "2023년 3월 9일에 확정되었다" in said
    assert "거점은 청주일반산업단지이며" in said
    assert "계획의 총액은 1조 484억 원이다" in said
    assert "국비" not in said  # the national part is known of the first plan only
    assert "새 일자리 목표는 9,600명이다" in said


def test_the_change_of_jeonnam_is_the_difference_of_first_and_last(ds: Dataset) -> None:
    plan = profile(ds, "전남", 2020)
    said = repr(text.change(plan, references(ds, plan), "en"))
    first, last = re.findall(r"KRW ([\d,.]+) bn \(", said)[:2]
    moved = re.search(r"KRW ([\d,.]+) bn less", said)
    assert moved is not None
    numbers = [float(word.replace(",", "")) for word in (first, last, moved.group(1))]
    assert "In between it peaked at KRW 2,700 bn (21 September 2020)." in said
    assert numbers[0] - numbers[1] == pytest.approx(numbers[2])


def test_a_total_that_fell_and_rose_again_did_not_simply_rise(ds: Dataset) -> None:
    """대구 2020: 9,705억 원, then 8,813억 원, then 9,800억 원."""
    plan = profile(ds, "대구", 2020)
    refs = references(ds, plan)
    assert "In between it was as low as KRW 881.3 bn (25 August 2020)." in repr(text.change(plan, refs, "en"))
    assert "그 사이 가장 작은 값은 8,813억 원(2020년 8월 25일)이다." in repr(text.change(plan, refs, "ko"))


def test_english_counts_agree_with_their_words(ds: Dataset) -> None:
    two_hubs = profile(ds, "전북", 2021)
    refs = references(ds, two_hubs)
    assert "Its hubs are Gunsan National Industrial Complex and Gunsan 2" in repr(
        text.summary(two_hubs, refs, "en")
    )
    assert "Both releases print the same total" in repr(text.change(two_hubs, refs, "en"))


def test_a_size_says_what_it_lacks_and_what_it_holds_in_part(ds: Dataset) -> None:
    def said(region: str, year: int, lang: str) -> str:
        plan = profile(ds, region, year)
        refs = references(ds, plan, tables.sources_of_region(ds, plan))
        return repr(text.opening(plan, compare(ds, "budget"), refs, lang))

    whole, parts, lacking = said("인천", 2020, "en"), said("대구", 2020, "en"), said("전남", 2022, "en")
    for words in ("complexes without statistics", "the parts with statistics"):
        assert words not in whole
    assert "; of Seongseo General Industrial Complex the parts with statistics are counted." in parts
    assert "complexes without statistics" not in parts, "all of Seongseo's parts have them"
    assert "; complexes without statistics are not counted." in lacking
    assert "성서일반산업단지는 통계가 있는 구역만 더했다." in said("대구", 2020, "ko")


def test_summary_and_ranking_name_the_same_figure(ds: Dataset) -> None:
    """경북 2020: ministries print 21,000 jobs and the province 6,000, on one day."""
    jobs = compare(ds, "jobs").frame.set_index("selection_id")
    for item in ds.selections():
        row = jobs.loc[item.selection_id]
        plan = profile(ds, item.region_id, item.round_year)
        said = repr(text.summary(plan, references(ds, plan), "en"))
        assert (f"{row['value']:,} new jobs" in said) == (row["claims"] > 0), item.selection_id
        chosen = newest(plan, "jobs", StatusClass.TARGET, Basis.INCREASE)
        assert (chosen["claim_id"] if chosen else None) == (row["claim_id"] if row["claims"] else None)
    plan = profile(ds, "경북", 2020)
    assert "Other releases print 6,000." in repr(text.summary(plan, references(ds, plan), "en"))


def test_a_rank_is_said_with_its_doubt_only_when_there_is_some(ds: Dataset) -> None:
    money = compare(ds, "budget")
    for item in ds.selections():
        row = money.frame.set_index("selection_id").loc[item.selection_id]
        said = repr(text.place(profile(ds, item.region_id, item.round_year), money, "ko"))
        if row["claims"] == 0:
            assert "비교할 수 있는 수치가 없다" in said
            continue
        assert f"{row['rank']}위다" in said
        assert (f"{row['rank_low']}위에서 {row['rank_high']}위까지" in said) == (
            row["rank_low"] != row["rank_high"]
        )


def test_every_heading_stands_in_both_languages() -> None:
    for section, (ko, en) in _HEADINGS.items():
        assert text.heading(section, "ko").text == ko
        assert text.heading(section, "en").text == en
        assert re.search("[가-힣]", ko)
        assert not re.search("[가-힣]", en)


def test_text_is_escaped() -> None:
    attack = "</p><script>alert(1)</script>"
    prose = Prose(((Sentence(attack, (3,)),),))
    assert "<script>" not in prose._repr_html_()
    assert '<a href="#source-3">3</a>' in prose._repr_html_()
    assert "<script>" not in Heading(attack, 2, attack, attack)._repr_html_()


@pytest.mark.parametrize(
    ("date", "lang", "said"),
    [
        ("2022-04-26", "ko", "2022년 4월 26일"),
        ("2022-04-26", "en", "26 April 2022"),
        ("2022-04", "ko", "2022년 4월"),
        ("2022-04", "en", "April 2022"),
        ("2022", "ko", "2022년"),
        ("2022", "en", "2022"),
    ],
)
def test_dates_in_words_say_only_what_is_known(date: str, lang: str, said: str) -> None:
    assert in_words(date, lang) == said


def test_a_section_shows_its_parts_in_their_order(ds: Dataset) -> None:
    plan = profile(ds, "충북", 2022)
    refs = references(ds, plan, tables.sources_of_region(ds, plan))
    heading, table = text.heading("targets", "en"), tables.targets(plan, refs, "en")
    said = text.Prose(((Sentence("Before the table."),),))
    bundle = (heading + said + table)._repr_mimebundle_()
    alone = table._repr_mimebundle_()
    assert bundle["text/html"] == heading._repr_html_() + said._repr_html_() + alone["text/html"]
    assert bundle["text/csv"] == alone["text/csv"]
    assert bundle["text/plain"].split("\n\n")[:2] == [repr(heading), "Before the table."]


def test_a_section_refuses_what_needs_a_cell_of_its_own(ds: Dataset) -> None:
    plan = profile(ds, "충북", 2022)
    refs = references(ds, plan, tables.sources_of_region(ds, plan))
    heading, table = text.heading("money", "en"), tables.targets(plan, refs, "en")
    with pytest.raises(TypeError, match="one table at most"):
        (heading + table + table)._repr_mimebundle_()
    with pytest.raises(TypeError, match="Figure is shown by a cell of its own"):
        (heading + charts.sites(plan, "en"))._repr_mimebundle_()
