"""The sentences of a regional report."""

from __future__ import annotations

import calendar
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import Comparison
from sandan_lib.dataset import rows_of
from sandan_lib.model import Basis, Component, Scope, StatusClass, Unit
from sandan_lib.profile import Profile
from sandan_lib.text.josa import josa
from sandan_lib.text.prose import Heading, Prose, Sentence
from sandan_lib.units import format_value

__all__ = ["change", "heading", "place", "summary", "title"]

_HEADINGS = {
    "summary": ("한눈에", "At a glance"),
    "sites": ("어떤 산업단지인가", "The complexes"),
    "money": ("계획의 돈", "The plan's money"),
    "history": ("수치는 어떻게 달라졌나", "How the figures changed"),
    "targets": ("목표", "Targets"),
    "standing": ("선정 지역 사이에서의 자리", "Where it stands among the selections"),
    "timeline": ("언제 무슨 일이 있었나", "What happened when"),
    "related": ("이웃 사업과 차수 전체", "Neighbouring programmes and the round as a whole"),
    "unknown": ("모르는 것", "What is not known"),
    "figures": ("모든 수치", "Every figure"),
    "sources": ("출처", "Sources"),
}


def heading(section: str, lang: str = "ko") -> Heading:
    """Give the heading of a section of the report.

    Parameters
    ----------
    section : str
        ``"summary"``, ``"sites"``, ``"money"`` and so on.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Heading

    Examples
    --------
    >>> heading("money", "en")
    ## The plan's money
    """
    return Heading(_HEADINGS[section][0 if lang == "ko" else 1], 2, section)


def title(profile: Profile, lang: str = "ko") -> Heading:
    """Give the report's title with the state of knowledge it shows."""
    ds, year = profile.dataset, profile.selection.round_year
    if lang == "ko":
        region = ds.record("regions", profile.selection.region_id)["name_full_ko"]
        text = f"{region} 산업단지 대개조 ({year}년 선정)"
        known = f"{ds.vintage}까지 나온 글" if ds.vintage else "지금까지 모은 글"
        lead = f"{known} 기준. 자료 {ds.version}판. 위첨자 숫자는 맨 아래 출처의 번호."
    else:
        region = ds.record("regions", profile.selection.region_id)["name_full_en"]
        text = f"{region}: industrial-complex renewal (산업단지 대개조), round of {year}"
        known = f"texts published by {ds.vintage}" if ds.vintage else "all texts collected so far"
        lead = f"From {known}. Data release {ds.version}. Raised numbers point to the sources at the end."
    return Heading(text, 1, "top", lead)


def summary(profile: Profile, refs: References, lang: str = "ko") -> Prose:
    """Say in a few sentences who was selected, for what money, and with which aim."""
    first = (_selected(profile, refs, lang), _vision(profile, lang))
    second = _plan(profile, refs, lang)
    return Prose((tuple(item for item in first if item), tuple(second)))


def _selected(profile: Profile, refs: References, lang: str) -> Sentence:
    ds = profile.dataset
    ordinal = ds.record("rounds", profile.selection.round_year)["ordinal"]
    hubs = ", ".join(site.name(lang) for site in profile.sites if site.role == "hub")
    linked = [site.name(lang) for site in profile.sites if site.role != "hub"]
    numbers = tuple(dict.fromkeys(refs.number(site.source_id) for site in profile.sites))
    day = in_words(profile.record["preselected"], lang)
    if lang == "ko":
        text = f"{josa(profile.region_name('ko'), '은/는')} {day}에 "
        text += f"산업단지 대개조 {ordinal}차 지역으로 선정되었다. "
        text += f"거점은 {hubs}이며, "
        text += f"{josa(', '.join(linked), '을/를')} 연계한다." if linked else "연계 단지는 알려지지 않았다."
    else:
        round_ = {1: "first", 2: "second", 3: "third"}[ordinal]
        text = f"{profile.region_name('en')} was selected on {day} in the {round_} round of the programme. "
        text += f"Its hub is {hubs}"
        text += f"; linked with it are {_and(linked)}." if linked else "."
    return Sentence(text, numbers)


def _and(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _vision(profile: Profile, lang: str) -> Sentence | None:
    words = profile.record[f"vision_{lang}"]
    if not words:
        return None
    return Sentence(f"계획의 방향: {words}" if lang == "ko" else f"Aim of the plan: {words}")


def _plan(profile: Profile, refs: References, lang: str) -> list[Sentence]:
    """Say the newest plan: total, national part, sub-projects, jobs."""
    found: list[Sentence] = []
    total = _newest(profile, "budget", StatusClass.PLAN, Basis.CUMULATIVE, Component.TOTAL)
    national = _newest(profile, "budget", StatusClass.PLAN, Basis.CUMULATIVE, Component.NATIONAL)
    projects = _newest(profile, "subprojects", StatusClass.PLAN, Basis.LEVEL)
    jobs = _newest(profile, "jobs", StatusClass.TARGET, Basis.INCREASE)
    if total:
        same = national is not None and national["origin_id"] == total["origin_id"]
        part = profile.dataset.amount(national, lang) if same and national else ""
        words = _when(total, lang)
        if lang == "ko":
            text = f"가장 최근에 알려진 계획의 총액은 {profile.dataset.amount(total, lang)}이다{words}."
            text += f" 그 가운데 국비는 {part}이다." if part else ""
        else:
            text = f"The newest known total of the plan is {profile.dataset.amount(total, lang)}{words}"
            text += f", of which {part} national money." if part else "."
        found.append(Sentence(text, (refs.number(total["source_id"]),)))
    if projects:
        text = (
            f"세부사업은 {profile.dataset.amount(projects, lang)}이다{_when(projects, lang)}."
            if lang == "ko"
            else f"It has {profile.dataset.amount(projects, lang)} sub-projects{_when(projects, lang)}."
        )
        found.append(Sentence(text, (refs.number(projects["source_id"]),)))
    if jobs:
        text = (
            f"새 일자리 목표는 {profile.dataset.amount(jobs, lang)}이다{_when(jobs, lang)}."
            if lang == "ko"
            else f"Its target is {profile.dataset.amount(jobs, lang)} new jobs{_when(jobs, lang)}."
        )
        found.append(Sentence(text, (refs.number(jobs["source_id"]),)))
    return found


def _newest(
    profile: Profile,
    measure: str,
    status: StatusClass,
    basis: Basis,
    component: Component | None = None,
) -> dict[str, Any] | None:
    claims = profile.whole_plan(measure, status)
    claims = claims[(claims["scope"] == Scope.PLAN) & (claims["basis"] == basis)]
    if component is not None:
        claims = claims[claims["component"] == component]
    releases = [claim for claim in profile.releases(claims) if claim["first"]] or profile.releases(claims)
    return releases[-1] if releases else None


def in_words(date: str, lang: str) -> str:
    """Write a date, as far as it is known, in words.

    Examples
    --------
    >>> in_words("2020-05-07", "ko"), in_words("2020-05", "en"), in_words("2020", "en")
    ('2020년 5월 7일', 'May 2020', '2020')
    """
    year, *rest = date.split("-")
    numbers = [str(int(part)) for part in rest]
    if lang == "ko":
        return " ".join(
            f"{part}{unit}" for part, unit in zip([year, *numbers], ("년", "월", "일"), strict=False)
        )
    words = [calendar.month_name[int(numbers[0])]] if numbers else []
    return " ".join([*numbers[1:], *words, year])


def _when(claim: dict[str, Any], lang: str) -> str:
    if not claim["first"]:
        return " (날짜 모름)" if lang == "ko" else " (undated)"
    date = in_words(claim["first"], lang)
    return f" ({date} 발표)" if lang == "ko" else f" (printed {date})"


def change(profile: Profile, refs: References, lang: str = "ko") -> Prose:
    """Say how the plan's total moved between its first and its newest release."""
    budget = profile.whole_plan("budget", StatusClass.PLAN)
    budget = budget[(budget["component"] == Component.TOTAL) & (budget["basis"] == Basis.CUMULATIVE)]
    budget = budget[budget["scope"] == Scope.PLAN]
    releases = [claim for claim in profile.releases(budget) if claim["first"]]
    if not releases:
        text = (
            "날짜가 알려진 계획 총액이 없다."
            if lang == "ko"
            else "No total of the plan with a known date was found."
        )
        return Prose(((Sentence(text),),))
    first, last = releases[0], releases[-1]
    numbers = tuple(dict.fromkeys(refs.number(claim["source_id"]) for claim in (first, last)))
    values = {claim["value"] for claim in releases}
    if len(values) == 1:
        text = (
            f"계획 총액은 지금까지 {josa(profile.dataset.amount(first, lang), '으로/로')} 한결같이 적힌다."
            if lang == "ko"
            else f"All releases print the same total, {profile.dataset.amount(first, lang)}."
        )
        return Prose(((Sentence(text, numbers),),))
    return Prose(((Sentence(_moved(profile, first, last, len(releases), lang), numbers),),))


def _moved(profile: Profile, first: dict[str, Any], last: dict[str, Any], count: int, lang: str) -> str:
    difference = last["value"] - first["value"]
    by = format_value(abs(difference), Unit.KRW, lang)
    old, new = (profile.dataset.amount(claim, lang) for claim in (first, last))
    then, now = (in_words(claim["first"], lang) for claim in (first, last))
    if lang == "ko":
        moved = f"{by} 늘었다" if difference > 0 else f"{by} 줄었다" if difference else "되돌아왔다"
        return f"발표 {count}번 동안 계획 총액은 {then}의 {old}에서 {now}의 {josa(new, '으로/로')} {moved}."
    moved = f"{by} more" if difference > 0 else f"{by} less" if difference else "the same as at first"
    return f"Over {count} releases the plan's total went from {old} ({then}) to {new} ({now}): {moved}."


def place(profile: Profile, comparison: Comparison, lang: str = "ko") -> Prose:
    """Say the selection's rank in a comparison, with its doubt."""
    frame = comparison.frame
    known = int((frame["claims"] > 0).sum())
    (row,) = rows_of(frame[frame["selection_id"] == profile.selection.selection_id])
    measure = profile.dataset.name("measures", comparison.measure_id, lang)
    if not row["claims"]:
        text = (
            f"{measure}: 이 선정에는 비교할 수 있는 수치가 없다."
            if lang == "ko"
            else f"{measure[0].upper()}{measure[1:]}: this selection has no comparable figure."
        )
        return Prose(((Sentence(text),),))
    value = format_value(row["value"], comparison.unit, lang)
    low, high, rank = row["rank_low"], row["rank_high"], row["rank"]
    if lang == "ko":
        text = f"{measure}: {josa(value, '으로/로')} 수치가 있는 {known}곳 가운데 {rank}위다."
        if low != high:
            text += f" 어느 글을 믿느냐에 따라 {low}위에서 {high}위까지 될 수 있다."
    else:
        text = (
            f"{measure[0].upper()}{measure[1:]}: with {value} it ranks {rank} of the {known} with a figure."
        )
        if low != high:
            text += f" Depending on which texts one trusts it could be anywhere from {low} to {high}."
    return Prose(((Sentence(text),),))
