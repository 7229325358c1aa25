"""The sentences on how the plans' totals moved."""

from __future__ import annotations

from sandan_lib.cite import References
from sandan_lib.dataset import Dataset
from sandan_lib.model import Unit
from sandan_lib.text.josa import josa
from sandan_lib.text.prose import Heading, Prose, Sentence, knowledge
from sandan_lib.trends import Share, Year, paths, revisions, shares
from sandan_lib.units import format_value

__all__ = ["history_heading", "history_summary", "history_title", "secured_sentence"]

_HEADINGS = {
    "summary": ("한눈에", "At a glance"),
    "paths": ("발표마다 본 계획 총액", "The totals, release by release"),
    "revisions": ("가장 크게 달라진 계획", "The largest changes"),
    "secured": ("국비는 얼마나 확보되었나", "How much national money has been secured"),
    "moments": ("그때는 어떻게 보였나", "What was known when"),
    "sources": ("출처", "Sources"),
}


def history_heading(section: str, lang: str = "ko") -> Heading:
    """Give the heading of a section: ``"summary"``, ``"paths"``, ``"revisions"`` and so on.

    Examples
    --------
    >>> history_heading("moments", "en")
    ## What was known when
    """
    return Heading(_HEADINGS[section][0 if lang == "ko" else 1], 2, section)


def history_title(ds: Dataset, lang: str = "ko") -> Heading:
    """Give the title of the report, with the state of knowledge it shows."""
    name = (
        "산업단지 대개조: 계획 총액의 역사"
        if lang == "ko"
        else "Industrial-complex renewal: how the budgets changed"
    )
    return Heading(name, 1, "top", knowledge(ds, lang))


def history_summary(ds: Dataset, refs: References, lang: str = "ko") -> Prose:
    """Say how many totals moved, the largest change, and what is known to be secured.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Prose
    """
    return Prose((tuple(_moves(ds, refs, lang)), tuple(_secured(ds, refs, lang))))


def _moves(ds: Dataset, refs: References, lang: str) -> list[Sentence]:
    found, known = revisions(ds), [path for path in paths(ds) if path.plans]
    if not found:
        text = (
            f"날짜가 적힌 계획 총액이 있는 선정은 {len(known)}곳이고, 처음과 나중을 견줄 수 있는 곳은 없다."
            if lang == "ko"
            else f"Selections with a dated plan total: {len(known)}; none can be followed over time."
        )
        return [Sentence(text)]
    up, down = sum(item.change > 0 for item in found), sum(item.change < 0 for item in found)
    top = found[0]
    gap = "" if lang == "ko" else " "
    old, new = (f"{ds.amount(claim, lang)}{gap}({claim['first']})" for claim in (top.first, top.newest))
    by = format_value(abs(top.change), Unit.KRW, lang)
    share, name = f"{abs(top.percent)}%", ds.selection_name(top.selection.selection_id, lang)
    sources = dict.fromkeys((*top.first["sources"], *top.newest["sources"]))
    numbers = tuple(sorted(refs.number(source) for source in sources))
    low, high = (format_value(value, Unit.KRW, lang) for value in sorted((abs(top.low), abs(top.high))))
    same = len(found) - up - down
    if lang == "ko":
        first = f"총액을 두 번 이상 발표해 처음과 나중을 견줄 수 있는 선정은 {len(found)}곳이다. "
        first += f"그 가운데 {up}곳은 늘고 {down}곳은 줄었으며 {same}곳은 그대로다."
        way = "늘었다" if top.change > 0 else "줄었다" if top.change else "그대로다"
        second = f"가장 크게 달라진 것은 {josa(name, '으로/로')}, {old}에서 {new}까지 {by}({share}) {way}."
        doubt = f" 때를 가릴 수 없는 발표가 있어 그 폭은 {low}에서 {high} 사이일 수 있다."
    else:
        first = f"For {len(found)} selections a first and a newest total can be compared: "
        first += f"{up} rose, {down} fell and {same} stayed the same."
        way = "more" if top.change > 0 else "less"
        second = f"The largest change is {name}'s, from {old} to {new}: {by} ({share}) {way}."
        doubt = " Since some releases cannot be told apart in time, the change may be anywhere from "
        doubt += f"{low} to {high}."
    return [Sentence(first), Sentence(second + (doubt if low != high else ""), numbers)]


def _secured(ds: Dataset, refs: References, lang: str) -> list[Sentence]:
    """Say of each plan whose national part is printed what share of it is known to be secured."""
    found = [share for share in shares(ds) if share.plan is not None]
    if not found:
        text = (
            "계획의 국비와 견줄 수 있는 확보액을 적은 글은 없다."
            if lang == "ko"
            else "No text prints secured money that could be set against a plan's national part."
        )
        return [Sentence(text)]
    sentences = []
    for share in found:
        said = secured_sentence(ds, share, refs, lang)
        name = ds.selection_name(share.selection.selection_id, lang)
        sentences.append(Sentence(f"{name}: {said.text}", said.refs))
    return sentences


def secured_sentence(ds: Dataset, share: Share, refs: References, lang: str = "ko") -> Sentence:
    """Say how much national money is known to be secured, and what part of the plan's that is.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    share : Share
        Of one plan.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Sentence
        With the years that the sum lacks, and the doubts about it.
    """
    year = share.years[-1]
    amount = format_value(year.so_far, Unit.KRW, lang)
    claims = [item.claim for item in share.years if item.year] if year.year else [year.claim]
    claims += [share.plan] if share.plan is not None else []
    numbers = tuple(sorted({refs.number(claim["source_id"]) for claim in claims}))
    if lang == "ko":
        when = f"{year.year}년 예산까지" if year.year else "연도 없이 합으로만"
        text = f"{when} 확보가 알려진 국비는 {josa(amount, '으로/로')}"
    else:
        when = f"up to the budget of {year.year}" if year.year else "(years not printed)"
        text = f"{amount} of national money is known to be secured {when}"
    return Sentence(text + _of_the_plan(ds, share, year, lang), numbers)


def _of_the_plan(ds: Dataset, share: Share, year: Year, lang: str) -> str:
    """Set a secured sum beside the plan's national part, or say that this is not printed."""
    found = share.percent(year)
    if found is None or share.plan is None:
        ends = year.low, year.high
        least, most = (format_value(end, Unit.KRW, lang) for end in ends)
        if lang == "ko":
            text = ", 계획의 국비를 적은 글이 없어 비율은 알 수 없다."
            text += f" 글에 따라 {least}에서 {most}까지다." if least != most else ""
        else:
            text = "; the plan's national part is not printed, so its share cannot be told."
            text += f" By other texts the sum is {least} to {most}." if least != most else ""
    else:
        (value, low, high), plan = found, ds.amount(share.plan, lang)
        if lang == "ko":
            text = f", 계획 국비 {plan}의 {value}%다."
            text += f" 글에 따라 {low}%에서 {high}%까지다." if low != high else ""
            text += " 다만 그 뒤 계획 총액이 바뀌었다." if share.moved else ""
        else:
            text = f", {value}% of the {plan} planned."
            text += f" By other texts it is {low}–{high}%." if low != high else ""
            text += " The plan's total has changed since." if share.moved else ""
    gaps = ", ".join(map(str, year.lacking))
    if gaps:
        text += f" {gaps}년은 빠져 있다." if lang == "ko" else f" Missing from the sum: {gaps}."
    summed = [item.claim for item in share.years if item.year] if year.year else []
    if len(summed) > 1 and any(claim["note_en"] for claim in summed):
        # A remark may say that one year counts what another does not.
        text += (
            " 해마다 세는 범위가 다를 수 있으니 합은 비고와 함께 읽는다."
            if lang == "ko"
            else " The years may be counted in unlike ways: read the sum with their remarks."
        )
    return text
