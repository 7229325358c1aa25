"""How selections differ in one thing: like with like, or not at all.

A comparison takes only claims of one measure, component, basis, unit, status class and scope.
What it leaves out, and why, is part of the result, and so is how far the result hangs on the
choice among claims that contradict each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sandan_lib.compare.evidence import choose, distinct_figures
from sandan_lib.dataset import Dataset, rows_of
from sandan_lib.errors import NotComparable, ParameterError, nearest
from sandan_lib.model import Basis, Component, Rule, Scope, StatusClass, Unit

__all__ = ["Comparison", "compare"]


_DIMENSIONS = ("component", "basis", "unit", "status_class", "scope")


@dataclass(frozen=True, eq=False)
class Comparison:
    """A comparison with all that is needed to doubt it.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per selection, in rank order, unknown values last: ``selection_id``,
        ``region_id``, ``round_year``, ``value``, ``low`` and ``high`` (lowest and highest admissible
        figure; a rounded reprint of a figure is not another figure), ``claims``, ``origins``,
        ``claim_id``, ``source_id``, ``published``, ``qualifier``, ``rank``, ``rank_low``,
        ``rank_high``.
    measure_id : str
        What is compared.
    unit : Unit
        Unit of ``value``, ``low`` and ``high``.
    component : str or None
        Whose money.
    status_class : StatusClass
        Planned, secured, target and so on.
    basis, scope : str
        Level or increase; whole plan or other.
    rule : Rule
        How one of several claims was chosen.
    vintage : datetime.date or None
        Day whose knowledge was used.
    sources : tuple of str
        Sources of the chosen claims, in order of first use.
    left_out : pandas.DataFrame
        Claims of the measure that were not compared (``claim_id``, ``reason``).
    caveats : tuple of (str, str)
        What to keep in mind, as pairs of Korean and English sentences.
    """

    frame: pd.DataFrame
    measure_id: str
    unit: Unit
    component: str | None
    status_class: StatusClass
    basis: str
    scope: str
    rule: Rule
    vintage: dt.date | None
    sources: tuple[str, ...]
    left_out: pd.DataFrame
    caveats: tuple[tuple[str, str], ...]


def compare(
    ds: Dataset,
    measure: str,
    *,
    component: str | None = None,
    status: str | None = None,
    basis: str | None = None,
    scope: str = "plan",
    rule: str = "latest",
    round_year: int | None = None,
    as_of: str | None = None,
) -> Comparison:
    """Compare the selections in one measure.

    Parameters
    ----------
    ds : Dataset
        The data.
    measure : str
        Id or name of a measure.
    component : str, optional
        For money: ``"total"`` (default), ``"national"`` and so on.
    status : str, optional
        Status class: ``"plan"``, ``"secured"``, ``"target"`` …; by default the measure's own.
    basis : str, optional
        ``"cumulative"``, ``"increase"``, ``"level"`` …; by default the measure's own.
    scope : str
        ``"plan"`` or ``"plan-excl-smart-green"``.
    rule : {"latest", "first", "official"}
        Which claim speaks where several do: the newest release, the oldest, or the one of the
        highest authority (the newest of these).
    round_year : int, optional
        Only this round.
    as_of : str, optional
        Only what was published by this day.

    Returns
    -------
    Comparison

    Raises
    ------
    UnknownName, ParameterError
        For a word that is not in the vocabulary.
    NotComparable
        If no claim answers the question.

    Examples
    --------
    >>> from sandan_lib import load
    >>> result = compare(load(), "budget")
    >>> result.unit, result.status_class, len(result.frame)
    (<Unit.KRW: 'KRW'>, <StatusClass.PLAN: 'plan'>, 15)
    """
    known = ds.as_of(as_of)
    measure_id = known.measure_names.resolve(measure)
    record = known.record("measures", measure_id)
    question = _question(record, component, status, basis, scope)
    chosen_rule = Rule(_word(rule, list(Rule)))
    claims = _about_selections(known, measure_id, round_year)
    reasons = pd.Series([_mismatch(row, question) for row in rows_of(claims)], claims.index, dtype="string")
    admissible = claims[reasons.isna()]
    if admissible.empty:
        raise _nothing(known, record, claims, question)
    frame = _cells(known, admissible, chosen_rule, round_year)
    left_out = claims.assign(reason=reasons).loc[reasons.notna(), ["claim_id", "reason"]]
    return Comparison(
        frame=frame,
        measure_id=measure_id,
        unit=question.unit,
        component=question.component,
        status_class=question.status_class,
        basis=question.basis,
        scope=question.scope,
        rule=chosen_rule,
        vintage=known.vintage,
        sources=tuple(dict.fromkeys(frame["source_id"].dropna())),
        left_out=left_out.reset_index(drop=True),
        caveats=_caveats(frame, left_out, known),
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """What claims must be to be compared."""

    component: str | None
    basis: str
    unit: Unit
    status_class: StatusClass
    scope: str


def _question(
    record: Mapping[str, Any], component: str | None, status: str | None, basis: str | None, scope: str
) -> _Question:
    chosen = _word(basis or record["default_basis"], list(Basis))
    relative = chosen in (Basis.SHARE, Basis.CHANGE_RATE)
    return _Question(
        component=_component(record["family"], component),
        basis=chosen,
        unit=Unit.PERCENT if relative else Unit(record["unit"]),
        status_class=StatusClass(_word(status or record["default_status"], list(StatusClass))),
        scope=_word(scope, (Scope.PLAN.value, Scope.PLAN_EXCL_SMART_GREEN.value)),
    )


def _component(family: str, component: str | None) -> str | None:
    if family != "money":
        if component is not None:
            raise NotComparable(
                f"component={component!r}: only money has components; leave it out.",
                f"component={component!r}: 재원은 돈에만 있습니다. 빼고 부르십시오.",
            )
        return None
    return _word(component or Component.TOTAL.value, [item.value for item in Component])


def _word(word: str, allowed: Iterable[str]) -> str:
    words = [str(item) for item in allowed]
    if word in words:
        return word
    near = nearest(word, words)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    hint_ko = f" 혹시 {near[0]!r}?" if near else ""
    raise ParameterError(
        f"{word!r} is not one of {', '.join(words)}.{hint}",
        f"{word!r}은(는) {', '.join(words)} 가운데 하나가 아닙니다.{hint_ko}",
    )


def _about_selections(ds: Dataset, measure_id: str, round_year: int | None) -> pd.DataFrame:
    selected = [item.selection_id for item in ds.selections()]
    claims = ds.claims
    mask = (claims["measure_id"] == measure_id) & claims["selection_id"].isin(selected)
    if round_year is not None:
        known = sorted(ds.records("rounds"))
        if round_year not in known:
            rounds = ", ".join(map(str, known))
            raise ParameterError(
                f"there was no round {round_year}. Rounds: {rounds}.",
                f"{round_year}년 선정은 없었습니다. 차수: {rounds}.",
            )
        mask &= claims["round_year"] == round_year
    return claims[mask]


def _mismatch(row: dict[str, Any], question: _Question) -> str | None:
    """Name the first dimension in which a claim is unlike what is asked; None if in none."""
    if row["misprint"]:
        return "misprint"
    for dimension in _DIMENSIONS:
        found = StatusClass.of(row["status"]) if dimension == "status_class" else row[dimension]
        if found != getattr(question, dimension):
            return f"{dimension}: {found}"
    return None


def _cells(ds: Dataset, admissible: pd.DataFrame, rule: Rule, round_year: int | None) -> pd.DataFrame:
    by_selection: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(admissible):
        by_selection.setdefault(row["selection_id"], []).append(row)
    rows = []
    for item in ds.selections():
        if round_year is not None and item.round_year != round_year:
            continue
        about = {
            "selection_id": item.selection_id,
            "region_id": item.region_id,
            "round_year": item.round_year,
        }
        rows.append(about | _cell(by_selection.get(item.selection_id, []), ds, rule))
    frame = pd.DataFrame(_ranked(rows))
    whole = all(
        isinstance(row[key], int) for row in rows for key in ("value", "low", "high") if row["claims"]
    )
    numeric = "Int64" if whole else "Float64"
    types = dict.fromkeys(("value", "low", "high"), numeric)
    types |= dict.fromkeys(("round_year", "claims", "origins", "rank", "rank_low", "rank_high"), "Int64")
    types |= dict.fromkeys(
        ("selection_id", "region_id", "claim_id", "source_id", "published", "qualifier"), "string"
    )
    return frame.astype(types)


def _cell(claims: list[dict[str, Any]], ds: Dataset, rule: Rule) -> dict[str, Any]:
    if not claims:
        empty: dict[str, Any] = dict.fromkeys(
            ("value", "low", "high", "claim_id", "source_id", "published", "qualifier"), pd.NA
        )
        return empty | {"claims": 0, "origins": 0}
    chosen = choose(claims, ds, rule)
    figures = distinct_figures(claims)
    return {
        "value": chosen["value"],
        "low": min(claim["value"] for claim in figures),
        "high": max(claim["value_high"] or claim["value"] for claim in figures),
        "claim_id": chosen["claim_id"],
        "source_id": chosen["source_id"],
        "published": chosen["published"],
        "qualifier": chosen["qualifier"],
        "claims": len(claims),
        "origins": len({claim["origin_id"] for claim in claims}),
    }


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rank the known rows, with the best and worst rank that any choice of claims could give."""
    known = [row for row in rows if row["claims"]]
    for row in known:
        others = [other for other in known if other is not row]
        row["rank"] = 1 + sum(other["value"] > row["value"] for other in others)
        row["rank_low"] = 1 + sum(other["low"] > row["high"] for other in others)
        row["rank_high"] = 1 + sum(other["high"] > row["low"] for other in others)
    unknown = [
        row | {"rank": pd.NA, "rank_low": pd.NA, "rank_high": pd.NA} for row in rows if not row["claims"]
    ]
    return sorted(known, key=lambda row: row["rank"]) + unknown


def _caveats(frame: pd.DataFrame, left_out: pd.DataFrame, ds: Dataset) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    missing = int((frame["claims"] == 0).sum())
    if missing:
        found.append(
            (
                f"{len(frame)}곳 가운데 {missing}곳은 비교할 수 있는 수치가 없다.",
                f"Without a figure that can be compared: {missing} of {len(frame)} selections.",
            )
        )
    disputed = int((frame["low"] < frame["high"]).sum())
    if disputed:
        found.append(
            (
                f"{disputed}곳은 출처에 따라 값이 다르다(낮은 값과 높은 값을 함께 보인다).",
                f"Selections for which the sources differ (low and high are shown): {disputed}.",
            )
        )
    misprints = int((left_out["reason"] == "misprint").sum())
    if misprints:
        found.append(
            (
                f"오기로 보이는 수치 {misprints}건은 쓰지 않았다.",
                f"Figures not used because they look like misprints: {misprints}.",
            )
        )
    unlike = int((~left_out["reason"].str.startswith(("component", "misprint"))).sum())
    if unlike:
        found.append(
            (
                f"상태·기준·범위가 달라 비교하지 않은 수치가 {unlike}건 있다.",
                f"Figures of another status, basis or scope, left out: {unlike}.",
            )
        )
    if ds.undated:
        found.append(
            (
                f"자료 전체에서 게재일을 모르는 수치 {len(ds.undated)}건은 이 시점의 자료에서 뺐다.",
                f"Figures without a date, left out of this vintage: {len(ds.undated)} in all the data.",
            )
        )
    return tuple(found)


def _kind(row: dict[str, Any]) -> str:
    parts = (StatusClass.of(row["status"]), row["basis"], row["scope"], row["component"])
    return "/".join(filter(None, parts))


def _nothing(
    ds: Dataset, record: Mapping[str, Any], claims: pd.DataFrame, question: _Question
) -> NotComparable:
    kinds = sorted({_kind(row) for row in rows_of(claims)})
    asked = "/".join(
        filter(None, (question.status_class, question.basis, question.scope, question.component))
    )
    there = ", ".join(kinds)
    day = f" by {ds.vintage}" if ds.vintage else ""
    day_ko = f" ({ds.vintage}까지)" if ds.vintage else ""
    return NotComparable(
        f"no figure of {record['name_en']} answers {asked}{day}. There are: {there or 'none'}.",
        f"{record['name_ko']}: {asked}에 답하는 수치가 없습니다{day_ko}. 있는 것: {there or '없음'}.",
    )
