"""The first paragraphs of a regional report: what someone with one minute should know, with its doubt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import Comparison, Unanswered
from sandan_lib.dataset import rows_of
from sandan_lib.model import StatusClass, Unit
from sandan_lib.profile import Profile
from sandan_lib.text.history import secured_sentence
from sandan_lib.text.josa import josa
from sandan_lib.text.prose import Prose, Sentence
from sandan_lib.text.report import in_words, job_target, listed, newest_projects, newest_total, summary
from sandan_lib.trends import Ratio, Revision, Size, paths, ratios, revisions, shares
from sandan_lib.units import format_value

__all__ = ["if_answered", "opening", "place"]

_RESULTS = ("jobs", "output", "exports")


def opening(profile: Profile, money: Comparison | Unanswered, refs: References, lang: str = "ko") -> Prose:
    """Say who was selected, what money stands where, what is promised, and what is not known of it.

    Parameters
    ----------
    profile : Profile
        Of one selection.
    money : Comparison or Unanswered
        The plans' totals compared.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Prose
        Three paragraphs: the selection, its money, its promises.

    Examples
    --------
    >>> from sandan_lib import compare, load, profile, references, tables
    >>> ds = load()
    >>> plan = profile(ds, "Chungbuk", 2022)
    >>> refs = references(ds, plan, tables.sources_of_region(ds, plan))
    >>> said = opening(plan, compare(ds, "budget"), refs, "en")
    >>> said.paragraphs[1][1].text
    'The total is KRW 128.4 bn (14.0%) more than first printed (KRW 920 bn, 27 April 2022).'
    """
    key = profile.selection.selection_id
    total = newest_total(profile, refs, lang)
    second = [total] if total is not None else []
    second += [_moved(profile, item, refs, lang) for item in revisions(profile.dataset)
               if item.selection.selection_id == key and item.percent]  # fmt: skip
    second += filter(None, (_contested(profile, refs, lang), _rank(profile, money, lang)))
    second.append(_secured(profile, refs, lang))
    third = [newest_projects(profile, refs, lang), job_target(profile, refs, lang)]
    own = [item for item in ratios(profile.dataset) if item.selection.selection_id == key]
    third += [_size(profile, item, refs, lang) for item in own if item.size is not None]
    third.append(_results(profile, lang))
    first = summary(profile, refs, lang).paragraphs[0]
    return Prose((first, tuple(second), tuple(item for item in third if item is not None)))


def _moved(profile: Profile, item: Revision, refs: References, lang: str) -> Sentence:
    """Say how far the newest total is from the first, and how far it may be."""
    ds = profile.dataset
    first = ds.amount(item.first, lang)
    by, low, high = (format_value(abs(end), Unit.KRW, lang) for end in (item.change, item.low, item.high))
    share, when = f"{abs(item.percent)}%", in_words(item.first["first"], lang)
    if lang == "ko":
        text = (
            f"총액은 처음 발표된 {first}({when})보다 {by}({share}) {'많다' if item.change > 0 else '적다'}."
        )
    else:
        way = "more" if item.change > 0 else "less"
        text = f"The total is {by} ({share}) {way} than first printed ({first}, {when})."
    if item.low != item.high and (item.low > 0) == (item.high > 0):
        low, high = sorted((low, high), key=(low, high).index if item.low > 0 else (high, low).index)
        text += (
            f" 때를 가릴 수 없는 발표가 있어 그 차이는 {low}에서 {high} 사이일 수 있다."
            if lang == "ko"
            else f" Since some releases cannot be told apart in time, the change may be from {low} to {high}."
        )
    numbers = tuple(sorted({refs.number(source) for source in item.first["sources"]}))
    return Sentence(text, numbers)


def _contested(profile: Profile, refs: References, lang: str) -> Sentence | None:
    """Say which other totals were printed in the days of the newest one."""
    key, ds = profile.selection.selection_id, profile.dataset
    (path,) = (item for item in paths(ds) if item.selection.selection_id == key)
    if not path.steps:
        return None
    newest = path.steps[-1]["claim_id"]
    others = {
        other["claim_id"]: other
        for pair in path.contested
        for one, other in (pair, pair[::-1])
        if one["claim_id"] == newest
    }
    if not others:
        return None
    amounts = ", ".join(dict.fromkeys(ds.amount(claim, lang) for claim in others.values()))
    numbers = {refs.number(source) for claim in others.values() for source in claim["sources"]}
    text = (
        f"같은 때의 다른 글은 {josa(amounts, '으로/로')} 적는다."
        if lang == "ko"
        else f"Other texts of the same days print {amounts}."
    )
    return Sentence(text, tuple(sorted(numbers)))


def _own(profile: Profile, comparison: Comparison) -> dict[str, Any]:
    frame = comparison.frame
    (row,) = rows_of(frame[frame["selection_id"] == profile.selection.selection_id])
    return row


def _rank(profile: Profile, money: Comparison | Unanswered, lang: str) -> Sentence | None:
    """Say the total's rank, with its doubt."""
    if isinstance(money, Unanswered) or not (row := _own(profile, money))["claims"]:
        return None
    known = int((money.frame["claims"] > 0).sum())
    low, high, rank = row["rank_low"], row["rank_high"], row["rank"]
    if lang == "ko":
        text = f"총액이 알려진 계획 {known}곳 가운데 {rank}위다."
        text += f" 어느 글을 믿느냐에 따라 {low}위에서 {high}위까지 될 수 있다." if low != high else ""
    else:
        text = f"Among the {known} plans whose total is known it ranks {_ordinal(rank)}."
        if low != high:
            span = "{} or {}" if high - low == 1 else "anywhere from {} to {}"
            text += " Depending on which texts one trusts it could rank "
            text += f"{span.format(_ordinal(low), _ordinal(high))}."
    return Sentence(text)


def _secured(profile: Profile, refs: References, lang: str) -> Sentence:
    """Say what of the national money is known to be secured, or that nothing is."""
    key, ds = profile.selection.selection_id, profile.dataset
    for share in shares(ds):
        if share.selection.selection_id == key:
            return secured_sentence(ds, share, refs, lang)
    text = (
        "계획 전체에 대해 확보된 국비를 적은 글은 찾지 못했다."
        if lang == "ko"
        else "No text found prints what national money has been secured for the whole plan."
    )
    return Sentence(text)


def _size(profile: Profile, item: Ratio, refs: References, lang: str) -> Sentence | None:
    """Set the job target, and any target that would double what there is, beside the complexes' size."""
    size, shares_ = item.size, item.percent
    assert size is not None
    assert shares_ is not None
    ds, (value, low, high) = profile.dataset, shares_
    if item.measure_id != "jobs" and value < 100:
        return None
    claim = ds.record("claims", item.row["claim_id"])
    amount, present = ds.amount(claim, lang), format_value(size.rounded, claim["unit"], lang)
    span = "" if low == high else f"({low}–{high}%)"
    numbers = tuple(refs.number(source) for source in size.sources)
    if item.measure_id == "jobs":
        if lang == "ko":
            text = f"새 일자리 목표는 2023년 말 이 단지들의 고용 {present}의 {value}%{span}에 해당한다."
            text += _uncounted(size, lang)
        else:
            text = (
                f"The target for new jobs is {' '.join(filter(None, (f'{value}%', span)))} of the {present} "
            )
            text += "people employed in its complexes at the end of 2023"
            text += f"{_uncounted(size, lang)}."
        return Sentence(text, numbers)
    measure = ds.name("measures", item.measure_id, lang)
    if lang == "ko":
        text = f"{measure} 목표는 증가분 {josa(amount, '으로/로')} 적혔으나 이 단지들의 2023년 {measure} "
        text += f"{present}의 {value}%여서 증가분이라고 보기 어렵다."
    else:
        text = f"The target for {measure}, {amount}, is printed as an increase; at {value}% of the {present} "
        text += "that its complexes reached in 2023, it is doubtful that an increase is meant."
    return Sentence(text, (refs.number(claim["source_id"]), *numbers))


def _uncounted(size: Size, lang: str) -> str:
    """Say which complexes a size lacks, and of which it holds the parts that have statistics."""
    parted = [site.name(lang) for site in size.in_part]
    if lang == "ko":
        text = " 통계가 없는 단지는 빠져 있다." if size.lacking else ""
        return text + (f" {josa(', '.join(parted), '은/는')} 통계가 있는 구역만 더했다." if parted else "")
    text = "; complexes without statistics are not counted" if size.lacking else ""
    return text + (f"; of {listed(parted)} the parts with statistics are counted" if parted else "")


def _results(profile: Profile, lang: str) -> Sentence | None:
    """Say of which targets no result is printed."""
    silent = {measure for measure, _, status in profile.unknown if status == StatusClass.RESULT}
    names = [profile.dataset.name("measures", key, lang) for key in _RESULTS if key in silent]
    if not names:
        return None
    if lang == "ko":
        return Sentence(f"{', '.join(names)}의 실적을 적은 글은 찾지 못했다.")
    any_of = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    return Sentence(f"No text found prints any result in {any_of}.")


def if_answered(found: Comparison | Unanswered, show: Callable[..., Any], *args: object) -> Any:
    """Show a comparison, or say why there is none; the language is the last argument.

    Parameters
    ----------
    found : Comparison or Unanswered
        What was asked for.
    show : callable
        A chart or table of a comparison: ``sd.charts.standing``.
    *args : object
        All that it takes.

    Returns
    -------
    object
        What ``show`` gives, or one sentence.

    Examples
    --------
    >>> from sandan_lib import asked, load
    >>> if_answered(asked(load(), "budget", regions="부산"), print, "en")
    Budget: only 1 of 1 selections has a comparable figure.
    """
    if isinstance(found, Unanswered):
        return Prose(((Sentence(found.reason(str(args[-1]))),),))
    return show(*args)


def _ordinal(number: int) -> str:
    """Write an English ordinal.

    Examples
    --------
    >>> [_ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st']
    """
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


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
    claim = profile.dataset.record("claims", row["claim_id"])
    value = profile.dataset.amount(claim, lang)
    low, high, rank = row["rank_low"], row["rank_high"], row["rank"]
    if lang == "ko":
        text = f"{measure}: {josa(value, '으로/로')} 수치가 있는 {known}곳 가운데 {rank}위다."
        if low != high:
            text += f" 어느 글을 믿느냐에 따라 {low}위에서 {high}위까지 될 수 있다."
    else:
        measure = measure[0].upper() + measure[1:]
        text = f"{measure}: with {value} it ranks {_ordinal(rank)} of the {known} with a figure."
        if low != high:
            text += f" Depending on which texts one trusts it could be anywhere from {low} to {high}."
    return Prose(((Sentence(text),),))
