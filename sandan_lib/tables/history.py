"""How the plans' totals moved, and what of their national money is known to be secured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandan_lib.cite import References
from sandan_lib.compare import compare
from sandan_lib.dataset import Dataset, Selection, rows_of
from sandan_lib.errors import NotComparable
from sandan_lib.model import Unit
from sandan_lib.profile import Profile
from sandan_lib.tables.cells import MISSING, claim_records, notes_on, say
from sandan_lib.tables.ranking import ranged
from sandan_lib.tables.table import Cell, Column, Table
from sandan_lib.trends import Share, Year, moments, paths, revisions, shares
from sandan_lib.units import format_value

__all__ = ["largest_revisions", "secured", "secured_shares", "sources_of_history", "time_machine"]


def sources_of_history(ds: Dataset) -> tuple[str, ...]:
    """Give the sources of all that the history of the budgets shows."""
    found = [source for path in paths(ds) for claim in path.releases for source in claim["sources"]]
    for share in shares(ds):
        claims = [claim for year in share.years for claim in (year.claim, *year.others)]
        claims += [claim for claim in (share.plan, share.moved) if claim is not None]
        found += [source for claim in claims for source in claim.get("sources", (claim["source_id"],))]
    for day in moments(ds):
        found += [row["source_id"] for row in _known(ds, day).values()]
    return tuple(dict.fromkeys(found))


def selection_name(ds: Dataset, item: Selection, lang: str) -> str:
    """Name a selection by region and round."""
    return f"{ds.name('regions', item.region_id, lang)} {item.round_year}"


def _dated(ds: Dataset, claim: Mapping[str, Any], refs: References, lang: str) -> Cell:
    numbers = tuple(sorted(refs.number(source) for source in claim["sources"]))
    return Cell(f"{ds.amount(claim, lang)} ({claim['first']})", numbers, claim["claim_id"])


def signed(value: int, lang: str) -> str:
    """Write a change in won with its sign."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + format_value(abs(value), Unit.KRW, lang)


def largest_revisions(ds: Dataset, refs: References, lang: str = "ko") -> Table:
    """List from where to where each plan's total went, the largest change first.

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
    Table
        First and newest printed total with their dates, the change in won and in percent, and
        between what amounts the change lies where releases cannot be told apart in time.
    """
    rows, records, notes = [], [], []
    for item in revisions(ds):
        name = selection_name(ds, item.selection, lang)
        span = (
            MISSING
            if item.low == item.high
            else say(lang, " ~ ", " to ").join((signed(item.low, lang), signed(item.high, lang)))
        )
        rows.append(
            (
                Cell(name),
                _dated(ds, item.first, refs, lang),
                _dated(ds, item.newest, refs, lang),
                Cell(signed(item.change, lang)),
                Cell(f"{item.percent:+.1f}%".replace("-", "−")),
                Cell(span),
                Cell(str(item.releases)),
            )
        )
        about = {"selection_id": item.selection.selection_id, "change": item.change, "low": item.low}
        ends = {"first_claim_id": item.first["claim_id"], "newest_claim_id": item.newest["claim_id"]}
        records.append(about | {"high": item.high, "percent": item.percent} | ends)
    for path in paths(ds):
        for one, other in path.contested:
            both = [f"{ds.amount(claim, lang)} ({claim['first']})" for claim in (one, other)]
            name = selection_name(ds, path.selection, lang)
            notes.append(
                say(
                    lang,
                    f"{name}: {both[0]}, {both[1]}: 앞뒤를 가릴 수 없어 수정이 아니라 어긋남으로 본다.",
                    f"{name}: {both[0]} and {both[1]} cannot be told apart in time, so their difference "
                    "is taken for a contradiction, not for a revision.",
                )
            )
    columns = (
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("first", say(lang, "첫 계획 총액 (날짜)", "first total (date)"), numeric=True),
        Column("newest", say(lang, "가장 새로운 총액 (날짜)", "newest total (date)"), numeric=True),
        Column("change", say(lang, "변화", "change"), numeric=True),
        Column("percent", "%", numeric=True),
        Column("span", say(lang, "변화의 폭", "change could be"), numeric=True),
        Column("releases", say(lang, "발표", "releases"), numeric=True),
    )
    empty = say(
        lang,
        "날짜가 다른 계획 총액 발표가 둘 이상인 선정이 없다.",
        "No selection has two releases of its plan's total that can be told apart in time.",
    )
    caption = say(lang, "계획 총액의 변화, 큰 것부터", "Changes of the plans' totals, largest first")
    return Table("revisions", caption, columns, tuple(rows), tuple(notes), empty, tuple(records))


def secured_shares(ds: Dataset, refs: References, lang: str = "ko", of: str = "") -> Table:
    """List the secured national money by budget year beside the plan's national part.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.
    of : str, optional
        The one selection to list; all when empty.

    Returns
    -------
    Table
        The shares are at least what is said: years that no text prints are in no sum. Below it
        stand the remarks on the figures, for years may be counted in unlike ways.
    """
    found = [share for share in shares(ds) if of in ("", share.selection.selection_id)]
    rows, claims = [], []
    for share in found:
        for year in share.years:
            rows.append(_secured_row(ds, share, year, refs, lang)[bool(of) :])
            claims += [dict(claim) for claim in (year.claim, *year.others)]
    columns = (
        Column("selection", say(lang, "선정", "selection"), short=True),
        Column("year", say(lang, "예산 연도", "budget year"), short=True),
        Column("amount", say(lang, "그해 확보", "secured for the year"), numeric=True),
        Column("so_far", say(lang, "여기까지 누계", "so far"), numeric=True),
        Column("plan", say(lang, "계획의 국비", "national part of the plan"), numeric=True),
        Column("share", say(lang, "비율", "share"), numeric=True),
        Column("remark", say(lang, "주의", "remark")),
    )[bool(of) :]
    notes = (
        *(() if of else (_without_secured(ds, lang),)),
        *notes_on(ds, claims, refs, lang),
    )
    empty = say(
        lang,
        "계획 전체의 확보된 국비를 적은 글이 없다." if of else "확보된 국비를 적은 글이 없다.",
        "No text prints secured national money" + (" for the whole plan." if of else "."),
    )
    caption = say(lang, "확보된 국비, 예산 연도별", "National money secured, by budget year")
    return Table(
        "secured-share", caption, columns, tuple(rows), notes if rows else (), empty, claim_records(claims)
    )


def secured(profile: Profile, refs: References, lang: str = "ko") -> Table:
    """List one plan's secured national money, as :func:`secured_shares` does for all.

    Parameters
    ----------
    profile : Profile
        Of one selection.
    refs : References
        Numbers of the sources.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    Table
    """
    return secured_shares(profile.dataset, refs, lang, profile.selection.selection_id)


def _without_secured(ds: Dataset, lang: str) -> str:
    without = len(ds.selections()) - len(shares(ds))
    return say(
        lang,
        f"{without}곳은 계획 전체의 확보 국비를 적은 글이 없다. 정부안과 일부 사업의 돈은 뺐다. "
        "해마다 세는 범위가 다를 수 있으므로 누계는 아래 비고와 함께 읽는다.",
        f"For {without} selections no text prints national money secured for the whole plan. "
        "Draft budgets and money of single projects are left out. Years may be counted in unlike ways: "
        "read the sums with the remarks below.",
    )


def _secured_row(ds: Dataset, share: Share, year: Year, refs: References, lang: str) -> tuple[Cell, ...]:
    sums = [format_value(value, Unit.KRW, lang) for value in (year.so_far, year.low, year.high)]
    numbers = tuple(sorted(refs.number(source) for source in year.claim["sources"]))
    plan = Cell(MISSING)
    if share.plan is not None:
        where = (refs.number(share.plan["source_id"]),)
        plan = Cell(
            f"{ds.amount(share.plan, lang)} ({share.plan['published']})", where, share.plan["claim_id"]
        )
    return (
        Cell(selection_name(ds, share.selection, lang)),
        Cell(str(year.year) if year.year else say(lang, "안 적힘", "not printed")),
        Cell(f"{ds.amount(year.claim, lang)} ({year.claim['first']})", numbers, year.claim["claim_id"]),
        Cell(sums[0] if year.low == year.high else f"{sums[0]} ({ranged(sums[1], sums[2], lang)})"),
        plan,
        Cell(share_words(share, year)),
        Cell(_remark(ds, share, year, refs, lang)),
    )


def share_words(share: Share, year: Year) -> str:
    """Write the share with its doubt."""
    found = share.percent(year)
    if found is None:
        return MISSING
    value, low, high = found
    return f"{value}%" if low == high else f"{value}% ({low}–{high}%)"


def _remark(ds: Dataset, share: Share, year: Year, refs: References, lang: str) -> str:
    words = []
    if share.plan is None:
        words.append(
            say(
                lang,
                "계획의 국비를 적은 글이 없어 비율을 낼 수 없다",
                "the national part is not printed, so there is no share",
            )
        )
    if share.moved is not None:
        amount = ds.amount(share.moved, lang)
        words.append(
            say(
                lang,
                f"국비를 적은 뒤 계획 총액이 {amount}으로 다시 발표되어, 새 계획의 비율은 아니다",
                f"the total was later printed as {amount}, so this is no share of the newest plan",
            )
        )
    if year.lacking:
        gaps = ", ".join(map(str, year.lacking))
        words.append(say(lang, f"{gaps}년은 빠져 있다", f"{gaps} missing"))
    if year.claim[f"note_{lang}"]:
        number = refs.number(year.claim["source_id"])
        words.append(say(lang, f"아래 비고 [{number}]", f"see remark [{number}] below"))
    if year.others:
        amounts = ", ".join(dict.fromkeys(ds.amount(claim, lang) for claim in year.others))
        words.append(say(lang, f"다른 글: {amounts}", f"other texts: {amounts}"))
    return "; ".join(words)


def _known(ds: Dataset, day: str) -> dict[str, dict[str, Any]]:
    try:
        frame = compare(ds, "budget", as_of=day).frame
    except NotComparable:
        return {}
    return {row["selection_id"]: row for row in rows_of(frame) if row["claims"]}


def time_machine(ds: Dataset, refs: References, lang: str = "ko") -> Table:
    """Show what a comparison of the totals would have said at the end of each year.

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
    Table
        Newest plan total then, with the rank and the ranks that it could have had.
    """
    days = moments(ds)
    known = {day: _known(ds, day) for day in days}
    rows, records = [], []
    for item in ds.selections():
        cells = [Cell(selection_name(ds, item, lang))]
        for day in days:
            row = known[day].get(item.selection_id)
            if row is None:
                cells.append(Cell(MISSING))
                continue
            low, high = row["rank_low"], row["rank_high"]
            rank = f"{row['rank']}" if low == high else f"{row['rank']}; {low}–{high}"
            amount = ds.amount(ds.record("claims", row["claim_id"]), lang)
            cells.append(Cell(f"{amount} ({rank})", (refs.number(row["source_id"]),), row["claim_id"]))
            figures = ("selection_id", "value", "low", "high", "rank", "rank_low", "rank_high", "claim_id")
            records.append({"as_of": day} | {name: row[name] for name in figures})
        rows.append(tuple(cells))
    if not records:
        rows = []
    columns = (
        Column("selection", say(lang, "선정", "selection"), short=True),
        *(Column(day, day, numeric=True) for day in days),
    )
    notes = (
        say(
            lang,
            "그날까지 나온 글만으로 본 총액과 괄호 안의 순위. 순위가 갈릴 수 있으면 그 폭을 함께 적는다. "
            "순위는 그때 수치가 있던 선정 사이의 것이다.",
            "The total as printed by that day; in brackets its rank, and the ranks it could have had, among "
            "the selections that had a figure then.",
        ),
    )
    empty = say(lang, "그때까지 계획 총액을 적은 글이 없다.", "By then no text prints a plan's total.")
    caption = say(lang, "해마다 끝날에 본 총액과 순위", "Totals and ranks as known at the end of each year")
    return Table("time-machine", caption, columns, tuple(rows), notes, empty, tuple(records))
