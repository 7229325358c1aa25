"""The sentences of a regional report."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import choose
from sandan_lib.dataset import Dataset
from sandan_lib.model import Basis, Component, Rule, Scope, StatusClass, Unit
from sandan_lib.profile import Profile
from sandan_lib.text.josa import josa
from sandan_lib.text.prose import Heading, Prose, Sentence, knowledge
from sandan_lib.units import format_value

__all__ = [
    "change",
    "heading",
    "job_target",
    "newest_projects",
    "newest_total",
    "summary",
    "title",
    "tour_title",
]

_HEADINGS = {
    "summary": ("한눈에", "At a glance"),
    "sites": ("어떤 산업단지인가", "The complexes"),
    "money": ("계획의 돈: 발표에서 수정까지", "The plan's money, from announcement to revision"),
    "composition": (
        "누구의 돈인가: 같은 차수의 계획과 나란히",
        "Whose money, beside the plans of its round",
    ),
    "secured": ("무엇이 확보되었나", "What has been secured"),
    "targets": ("목표, 그리고 지금의 크기", "Targets, and the present size"),
    "standing": ("선정된 계획 사이에서의 자리", "Where it stands among the selected plans"),
    "timeline": ("언제 무슨 일이 있었나", "What happened when"),
    "related": ("이웃 사업과 차수 전체", "Neighbouring programmes, and the round as a whole"),
    "unknown": ("모르는 것", "What is not known"),
    "contents": ("무엇이 있나", "What there is"),
    "coverage": ("무엇을 답할 수 있나", "What can be answered"),
    "conflicts": ("어디서 서로 어긋나나", "Where the texts differ"),
    "revisions": ("계획은 어떻게 바뀌었나", "How the plans moved"),
    "ages": ("얼마나 오래된 수치인가", "How old the figures are"),
    "trust": ("얼마나 믿을 수 있나", "How far they can be trusted"),
    "figures": ("모든 수치", "Every figure"),
    "glossary": ("측정값의 뜻", "What the measures mean"),
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
    ## The plan's money, from announcement to revision
    """
    return Heading(_HEADINGS[section][0 if lang == "ko" else 1], 2, section)


def tour_title(ds: Dataset, lang: str = "ko") -> Heading:
    """Give the title of the tour of the data, with the state of knowledge it shows."""
    name = "자료 둘러보기" if lang == "ko" else "A tour of the data"
    if ds.vintage:
        name += f" ({ds.vintage}까지)" if lang == "ko" else f" (as known on {ds.vintage})"
    return Heading(name, 1)


def title(profile: Profile, lang: str = "ko") -> Heading:
    """Give the report's title with the state of knowledge it shows."""
    ds, year = profile.dataset, profile.selection.round_year
    if lang == "ko":
        region = ds.record("regions", profile.selection.region_id)["name_full_ko"]
        text = f"{region} 산업단지 대개조 ({year}년 선정)"
    else:
        region = ds.record("regions", profile.selection.region_id)["name_full_en"]
        text = f"{region}: industrial-complex renewal (산업단지 대개조), round of {year}"
    lead = knowledge(ds, lang)
    if ds.vintage:
        lead += (
            " 비고, 거점과 연계의 이름, 산업단지 통계는 지금의 것이다."
            if lang == "ko"
            else " Remarks, names of sites and statistics of complexes are those of today."
        )
    return Heading(text, 1, "top", _plan_name(profile, lang) + lead)


def _plan_name(profile: Profile, lang: str) -> str:
    name = profile.record[f"plan_name_{lang}"]
    return f"{name}. " if name else ""


def summary(profile: Profile, refs: References, lang: str = "ko") -> Prose:
    """Say in a few sentences who was selected, for what money, and with which aim."""
    first = (_selected(profile, refs, lang), _confirmed(profile, refs, lang), _vision(profile, lang))
    second = _plan(profile, refs, lang)
    return Prose((tuple(item for item in first if item), tuple(second)))


def _selected(profile: Profile, refs: References, lang: str) -> Sentence:
    ds = profile.dataset
    round_ = ds.record("rounds", profile.selection.round_year)
    hubs = [site.name(lang) for site in profile.sites if site.role == "hub" and not site.part]
    linked = [site.name(lang) for site in profile.sites if site.role != "hub" and not site.part]
    cited = [round_["source_id"], *(site.source_id for site in profile.sites)]
    numbers = tuple(sorted({refs.number(source) for source in cited}))
    day = in_words(profile.record["preselected"], lang)
    area = ds.label(
        "regions", "macro_region", ds.record("regions", profile.selection.region_id)["macro_region"], lang
    )
    called = in_words(round_["called"], lang)
    if lang == "ko":
        text = f"{josa(f'{profile.region_name(lang)}({area})', '은/는')} {called}에 공모가 시작된 "
        text += f"산업단지 대개조 {round_['ordinal']}차에서 {day}에 선정 지역으로 발표되었다. "
        text += f"거점은 {', '.join(hubs)}이며, {josa(', '.join(linked), '을/를')} 연계한다."
    else:
        ordinal = {1: "first", 2: "second", 3: "third"}[round_["ordinal"]]
        text = (
            f"{profile.region_name(lang)} ({area}) was named as a selected region on {day}, in the {ordinal} "
        )
        opened = "on" if len(round_["called"]) == 10 else "in"
        text += f"round of the programme, whose call opened {opened} {called}. "
        text += "Its hub is" if len(hubs) == 1 else "Its hubs are"
        text += f" {listed(hubs)}, linked with {listed(linked)}."
    return Sentence(text, numbers)


def _confirmed(profile: Profile, refs: References, lang: str) -> Sentence:
    """Say when the selection became final, or that no text found says so."""
    day, vintage = profile.record["confirmed"], profile.dataset.vintage
    numbers = tuple(sorted(refs.number(source) for source in profile.record["source_ids"].split(";")))
    if not day and vintage:
        text = (
            f"{vintage}까지는 최종 확정되지 않았거나 알려지지 않았다."
            if lang == "ko"
            else f"By {vintage} it was not final, or not known to be."
        )
    elif not day:
        text = (
            "최종 확정일을 적은 글은 찾지 못했다."
            if lang == "ko"
            else "No text found says when the selection became final."
        )
    elif lang == "ko":
        text = f"경쟁력강화사업지구 지정 등으로 {in_words(day, lang)}에 확정되었다."
    else:
        text = f"The selection became final on {in_words(day, lang)}, with its designation as a district."
    return Sentence(text, numbers)


def listed(items: list[str]) -> str:
    """Write an English list: ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _vision(profile: Profile, lang: str) -> Sentence | None:
    words = profile.record[f"vision_{lang}"]
    if not words:
        return None
    return Sentence(f"계획의 방향: {words}" if lang == "ko" else f"Aim of the plan: {words}")


def _plan(profile: Profile, refs: References, lang: str) -> list[Sentence]:
    """Say the newest plan: total, national part, sub-projects, jobs."""
    candidates = (
        newest_total(profile, refs, lang),
        newest_projects(profile, refs, lang),
        job_target(profile, refs, lang),
    )
    return [sentence for sentence in candidates if sentence is not None]


def newest_total(profile: Profile, refs: References, lang: str) -> Sentence | None:
    """Say the newest printed total of the plan, or the size of the bid; nothing where neither is known."""
    total = newest(profile, "budget", StatusClass.PLAN, Basis.CUMULATIVE, Component.TOTAL)
    national = newest(profile, "budget", StatusClass.PLAN, Basis.CUMULATIVE, Component.NATIONAL)
    if total is None:
        return _bid(profile, refs, lang)
    amount, when = profile.dataset.amount(total, lang), _when(total, lang)
    same = national is not None and national["origin_id"] == total["origin_id"]
    part = profile.dataset.amount(national, lang) if same and national else ""
    if lang == "ko":
        text = f"가장 최근에 알려진 계획의 총액은 {amount}이다{when}."
        text += f" 그 가운데 국비는 {part}이다." if part else ""
    else:
        text = f"The newest known total of the plan is {amount}{when}"
        text += f", of which {part} is national money." if part else "."
    return Sentence(text, (refs.number(total["source_id"]),))


def _bid(profile: Profile, refs: References, lang: str) -> Sentence | None:
    """Say the size of the bid, where no text prints the total of the selected plan."""
    bid = newest(profile, "budget", StatusClass.BID, Basis.CUMULATIVE, Component.TOTAL)
    if bid is None:
        return None
    amount, when = profile.dataset.amount(bid, lang), _when(bid, lang)
    text = (
        f"선정된 계획의 총액을 적은 글은 찾지 못했고, 신청 때의 규모는 {amount}이다{when}."
        if lang == "ko"
        else f"No text found prints the total of the selected plan; the bid was for {amount}{when}."
    )
    return Sentence(text, (refs.number(bid["source_id"]),))


def newest_projects(profile: Profile, refs: References, lang: str) -> Sentence | None:
    """Say how many sub-projects the plan has; nothing where no text does."""
    projects = newest(profile, "subprojects", StatusClass.PLAN, Basis.LEVEL)
    if projects is None:
        return None
    amount, when = profile.dataset.amount(projects, lang), _when(projects, lang)
    text = f"세부사업은 {amount}이다{when}." if lang == "ko" else f"It has {amount} sub-projects{when}."
    return Sentence(text, (refs.number(projects["source_id"]),))


def job_target(profile: Profile, refs: References, lang: str) -> Sentence | None:
    """Say the job target in the best of the forms in which it is printed, and which form that is."""
    forms = (
        ("jobs", StatusClass.TARGET, Basis.INCREASE, "새 일자리 목표는 {}", "Its target is {} new jobs"),
        (
            "jobs",
            StatusClass.TARGET,
            Basis.LEVEL,
            "일자리 목표는 수준으로 {}",
            "Its target is {} jobs in all",
        ),
        (
            "jobs",
            StatusClass.BID,
            Basis.LEVEL,
            "신청 때의 목표는 일자리 수준 {}",
            "Its bid aimed at {} jobs in all",
        ),
        (
            "jobs_youth",
            StatusClass.TARGET,
            Basis.INCREASE,
            "청년 일자리 목표는 {}",
            "Its target is {} youth jobs",
        ),
    )
    for measure, status, basis, ko, en in forms:
        jobs = newest(profile, measure, status, basis)
        if jobs is not None:
            amount, when = profile.dataset.amount(jobs, lang), _when(jobs, lang)
            text = f"{ko.format(amount)}이다{when}." if lang == "ko" else f"{en.format(amount)}{when}."
            releases = profile.releases(_claims(profile, measure, status, basis))
            others = [item for item in releases if item["value"] != jobs["value"]]
            text += _others(profile, others, lang)
            sources = dict.fromkeys(item["source_id"] for item in (jobs, *others))
            return Sentence(text, tuple(refs.number(source) for source in sources))
    return None


def _others(profile: Profile, others: list[dict[str, Any]], lang: str) -> str:
    """Say what other releases print."""
    if not others:
        return ""
    amounts = list(dict.fromkeys(profile.dataset.amount(item, lang) for item in others))
    if lang == "ko":
        return f" 다른 발표는 {josa(', '.join(amounts), '으로/로')} 적는다."
    return f" Other releases print {listed(amounts)}."


def _claims(
    profile: Profile, measure: str, status: StatusClass, basis: Basis, component: Component | None = None
) -> list[Mapping[str, Any]]:
    """Give the claims of one figure of the whole plan."""
    part = {} if component is None else {"component": component}
    return profile.rows_of_plan(measure, status, scope=Scope.PLAN, basis=basis, **part)


def newest(
    profile: Profile, measure: str, status: StatusClass, basis: Basis, component: Component | None = None
) -> dict[str, Any] | None:
    """Give the claim that a comparison would choose, with the release's first date as ``first``."""
    claims = _claims(profile, measure, status, basis, component)
    if not claims:
        return None
    chosen = choose(claims, profile.dataset, Rule.LATEST)
    for release in profile.releases(claims):
        if release["origin_id"] == chosen["origin_id"] and release["value"] == chosen["value"]:
            return {**chosen, "first": release["first"]}
    return {**chosen, "first": chosen["published"]}


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
        return "(날짜 모름)" if lang == "ko" else " (undated)"
    date = in_words(claim["first"], lang)
    return f"({date} 발표)" if lang == "ko" else f" (printed {date})"


def change(profile: Profile, refs: References, lang: str = "ko") -> Prose:
    """Say how the plan's total moved between its first and its newest release."""
    budget = _claims(profile, "budget", StatusClass.PLAN, Basis.CUMULATIVE, Component.TOTAL)
    releases = [claim for claim in profile.releases(budget) if claim["first"]]
    if not releases:
        text = (
            "선정된 계획의 총액을 날짜와 함께 적은 글을 찾지 못했다. 신청 때의 규모가 있으면 아래에 보인다."
            if lang == "ko"
            else "No dated total of the selected plan was found; below, the bid if known."
        )
        return Prose(((Sentence(text),),))
    first, last = releases[0], releases[-1]
    numbers = tuple(dict.fromkeys(refs.number(claim["source_id"]) for claim in (first, last)))
    if len({claim["value"] for claim in releases}) == 1:
        return Prose(((Sentence(_unmoved(profile, first, len(releases), lang), numbers),),))
    return Prose(((Sentence(_moved(profile, releases, lang), numbers),),))


def _unmoved(profile: Profile, claim: dict[str, Any], count: int, lang: str) -> str:
    amount = profile.dataset.amount(claim, lang)
    if lang == "ko":
        same = f"발표 {count}번 모두 계획 총액을 {josa(amount, '으로/로')} 적는다."
        return same if count > 1 else f"계획 총액을 밝힌 발표는 하나뿐이다: {amount}."
    every = "Both releases" if count == 2 else f"All {count} releases"
    same = f"{every} print the same total, {amount}."
    return same if count > 1 else f"Only one release of the plan's total is known: {amount}."


def _between(profile: Profile, releases: list[dict[str, Any]], lang: str) -> str:
    """Say the largest and the smallest total in between, where they lie outside both ends.

    A plan that was cut by a tenth and grew again did not simply grow.
    """
    ends = (releases[0]["value"], releases[-1]["value"])
    largest, smallest = (end(releases, key=lambda claim: claim["value"]) for end in (max, min))
    said = ""
    for claim, ko, en in ((largest, "큰", "peaked at"), (smallest, "작은", "was as low as")):
        if min(ends) <= claim["value"] <= max(ends):
            continue
        amount, when = profile.dataset.amount(claim, lang), in_words(claim["first"], lang)
        said += (
            f" 그 사이 가장 {ko} 값은 {amount}({when})이다."
            if lang == "ko"
            else f" In between it {en} {amount} ({when})."
        )
    return said


def _moved(profile: Profile, releases: list[dict[str, Any]], lang: str) -> str:
    first, last, count = releases[0], releases[-1], len(releases)
    between = _between(profile, releases, lang)
    difference = last["value"] - first["value"]
    by = format_value(abs(difference), Unit.KRW, lang)
    old, new = (profile.dataset.amount(claim, lang) for claim in (first, last))
    then, now = (in_words(claim["first"], lang) for claim in (first, last))
    if lang == "ko":
        moved = f"{by} 늘었다" if difference > 0 else f"{by} 줄었다" if difference else "되돌아왔다"
        path = f"{then}의 {old}에서 {now}의 {josa(new, '으로/로')} {moved}"
        return f"발표 {count}번 동안 계획 총액은 {path}.{between}"
    moved = f"{by} more" if difference > 0 else f"{by} less" if difference else "the same as at first"
    path = f"from {old} ({then}) to {new} ({now}): {moved}"
    return f"Over {count} releases the plan's total went {path}.{between}"
