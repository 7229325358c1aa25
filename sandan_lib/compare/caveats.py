"""What to keep in mind of a comparison, and why some are refused: words in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sandan_lib.compare.question import Question, Reason, years_of
from sandan_lib.dataset import Dataset, Selection, rows_of
from sandan_lib.errors import NotComparable
from sandan_lib.model import Basis, StatusClass

__all__ = ["caveats_on", "nothing_to_compare", "refused_beside"]


def caveats_on(
    ds: Dataset, frame: pd.DataFrame, left_out: pd.DataFrame, per: str | None, year: int | None
) -> tuple[tuple[str, str], ...]:
    """Give what a reader of a comparison must know.

    Parameters
    ----------
    ds : Dataset
        The data.
    frame, left_out : pandas.DataFrame
        Frames of the comparison.
    per : str or None
        Measure it is divided by.
    year : int or None
        The one year that annual figures speak of.

    Returns
    -------
    tuple of (str, str)
        Pairs of Korean and English sentences.
    """
    found: list[tuple[str, str]] = []
    missing = int((frame["claims"] == 0).sum())
    if missing:
        found.append(
            (
                f"{len(frame)}곳 가운데 {missing}곳은 비교할 수 있는 수치가 없다.",
                f"Without a figure that can be compared: {missing} of {len(frame)} selections.",
            )
        )
    known = frame[frame["claims"] > 0]
    disputed = sum(low < high for low, high in zip(known["low"], known["high"], strict=True))
    if disputed:
        found.append(
            (
                f"{disputed}곳은 출처에 따라 값이 다르다(낮은 값과 높은 값을 함께 보인다).",
                f"Selections for which the sources differ (low and high are shown): {disputed}.",
            )
        )
    if year is not None:
        found.append(_on_the_year(left_out, year))
    found += _on_what_was_left_out(left_out)
    if per is not None:
        found.append(_on_the_divisor(ds, known, per))
    if ds.undated:
        found.append(
            (
                f"자료 전체에서 게재일을 모르는 수치 {len(ds.undated)}건은 이 시점의 자료에서 뺐다.",
                f"Figures without a date, left out of this vintage: {len(ds.undated)} in all the data.",
            )
        )
    return tuple(found)


def _on_the_year(left_out: pd.DataFrame, year: int) -> tuple[str, str]:
    apart = left_out[left_out["reason"].str.startswith("year")]
    years = sorted(set(apart["reason"].str.removeprefix("year: ")))
    ko, en = f"{year}년의 수치끼리만 견주었다", f"Only figures of {year} are compared"
    if not years:
        return f"{ko}.", f"{en}."
    listed = ", ".join(years)
    return (
        f"{ko}. 다른 해의 수치 {len(apart)}건은 뺐다({listed.replace('None', '해를 모름')}).",
        f"{en}; left out, of other years: {len(apart)} ({listed.replace('None', 'year unknown')}).",
    )


def _on_what_was_left_out(left_out: pd.DataFrame) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    misprints = int((left_out["reason"] == "misprint").sum())
    if misprints:
        found.append(
            (
                f"오기로 보이는 수치 {misprints}건은 쓰지 않았다.",
                f"Figures not used because they look like misprints: {misprints}.",
            )
        )
    alone = int((left_out["reason"] == "per").sum())
    if alone:
        found.append(
            (
                f"나눌 수치가 함께 적히지 않아 쓰지 않은 수치가 {alone}건 있다.",
                f"Figures printed without one to divide them by, left out: {alone}.",
            )
        )
    unlike = int((~left_out["reason"].str.startswith(("component", "misprint", "per", "year"))).sum())
    if unlike:
        found.append(
            (
                f"상태·기준·범위가 달라 비교하지 않은 수치가 {unlike}건 있다.",
                f"Figures of another status, basis or scope, left out: {unlike}.",
            )
        )
    return found


def _on_the_divisor(ds: Dataset, known: pd.DataFrame, per: str) -> tuple[str, str]:
    ko, en = (ds.name("measures", per, lang) for lang in ("ko", "en"))
    years = sorted({int(year) for year in known["per_year"].dropna()})
    if not years:
        return f"나눈 것: 계획이 스스로 밝힌 {ko}.", f"Divided by: {en} as the plans state it."
    return (
        f"나눈 것: 시·도의 {ko}({years[0]}년). 계획에 든 시·군만의 값이 아니다.",
        f"Divided by: {en} of the whole region in {years[0]}, not of the plan's own municipalities.",
    )


def _kinds(claims: pd.DataFrame) -> str:
    columns = ["status", "basis", "scope", "component"]
    annual = claims["basis"] == Basis.ANNUAL.value
    found = set()
    for row in rows_of(claims[columns].assign(year=years_of(claims).where(annual)).drop_duplicates()):
        parts = (StatusClass.of(row["status"]), row["basis"], row["year"], row["scope"], row["component"])
        found.add("/".join(filter(None, parts)))
    return ", ".join(sorted(found))


def nothing_to_compare(
    ds: Dataset, measure_id: str, question: Question, claims: pd.DataFrame
) -> NotComparable:
    """Refuse a question that no claim answers, naming what could be asked."""
    kinds = _kinds(claims)
    asked = "/".join(
        filter(
            None,
            (
                question.status_class,
                question.basis,
                str(question.year) if question.year else None,
                question.scope,
                question.component,
            ),
        )
    )
    day, day_ko = (f" by {ds.vintage}", f" ({ds.vintage}까지)") if ds.vintage else ("", "")
    ko, en = (ds.name("measures", measure_id, lang) for lang in ("ko", "en"))
    return NotComparable(
        f"no figure of {en} answers {asked}{day}. There are: {kinds or 'none'}.",
        f"{ko}: {asked}에 답하는 수치가 없습니다{day_ko}. 있는 것: {kinds or '없음'}.",
    )


def refused_beside(
    ds: Dataset,
    measure_id: str,
    question: Question,
    selections: Sequence[Selection],
    reasons: Mapping[str, Sequence[str | None]],
) -> NotComparable:
    """Refuse to lay selections side by side that have no like figures, saying of each why.

    Parameters
    ----------
    ds : Dataset
        The data.
    measure_id : str
        Measure.
    question : Question
        What is asked.
    selections : sequence of Selection
        Whom it was asked of.
    reasons : Mapping of str to sequence of (str or None)
        Selection → codes of why its claims were left out; ``None`` for a claim that answers.

    Returns
    -------
    NotComparable
    """
    texts = []
    for lang in ("ko", "en"):
        said = []
        for item in selections:
            name = f"{ds.name('regions', item.region_id, lang)} {item.round_year}"
            said.append(f"{name}: {_why(ds, question, reasons.get(item.selection_id, ()), lang)}")
        texts.append("; ".join(said))
    ko, en = (ds.name("measures", measure_id, lang) for lang in ("ko", "en"))
    return NotComparable(
        f"{en}: these selections have no like figures to lay side by side. {texts[1]}.",
        f"{ko}: 나란히 놓을 같은 종류의 수치가 없습니다. {texts[0]}.",
    )


def _why(ds: Dataset, question: Question, codes: Sequence[str | None], lang: str) -> str:
    if None in codes:
        return "비교할 수 있다" if lang == "ko" else "comparable"
    if not codes:
        return "수치가 없다" if lang == "ko" else "no figure"
    return ", ".join(Reason.of(code).text(ds, question, lang) for code in dict.fromkeys(codes) if code)
