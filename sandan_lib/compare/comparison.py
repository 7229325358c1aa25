"""How selections differ in one thing: like with like, or not at all.

A comparison takes only claims of one measure, component, basis, unit, status class and scope.
What it leaves out, and why, is part of the result, and so is how far the result hangs on the
choice among claims that contradict each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sandan_lib.compare.ballots import Ballots
from sandan_lib.compare.caveats import caveats_on, nothing_to_compare, refused_beside
from sandan_lib.compare.cells import ballots, cells, framed, plain, ranked
from sandan_lib.compare.per import CLAIMED, denominators, divided, paired, per_measure
from sandan_lib.compare.question import Question, Reason, chosen_word, judged
from sandan_lib.compare.yearly import of_one_year
from sandan_lib.dataset import Dataset, Selection, cells_of
from sandan_lib.dataset.refusals import number_of_round
from sandan_lib.errors import NotComparable, ParameterError
from sandan_lib.model import Basis, Rule, StatusClass, Unit
from sandan_lib.names import listed
from sandan_lib.units import format_quotient, format_value

__all__ = ["Comparison", "Total", "compare", "wanted"]

# All that choosing needs; a million claims have many other columns.
_COLUMNS = (
    *("claim_id", "selection_id", "value", "value_high", "qualifier"),
    *("source_id", "published", "origin_id"),
)
_JUDGED = ("component", "basis", "unit", "status", "scope", "misprint", "period_start", "period_end")
_RATIOS = (Unit.PERCENT, Unit.PERCENT_POINTS)
_SUMMABLE = (Basis.CUMULATIVE, Basis.ANNUAL, Basis.INCREASE, Basis.LEVEL)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over selections that says what it lacks.

    Attributes
    ----------
    value, low, high : int or Decimal
        Sum of the chosen figures, of the lowest and of the highest admissible ones.
    counted : int
        How many selections are in it.
    missing : tuple of str
        Selections without a comparable figure: the sum lacks them.
    """

    value: int | Decimal
    low: int | Decimal
    high: int | Decimal
    counted: int
    missing: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """A comparison with all that is needed to doubt it.

    Attributes
    ----------
    measure_id : str
        What is compared.
    unit : Unit
        Unit of the figures (of the numerator, where they are divided).
    component : str or None
        Whose money.
    status_class : StatusClass
        Planned, secured, target and so on.
    basis, scope : str
        Level or increase; whole plan or other.
    year : int or None
        Of annual figures, the year that all of them speak of.
    rule : Rule
        How one of several claims was chosen.
    vintage : datetime.date or None
        Day whose knowledge was used.
    per, per_unit : str or None, Unit or None
        Measure by which figures are divided, and its unit.
    sources : tuple of str
        Sources of the chosen claims, of denominators, and of the lowest and highest figures, in
        order of first use.
    caveats : tuple of (str, str)
        What to keep in mind, as pairs of Korean and English sentences.
    rows : tuple of Mapping
        The rows of ``frame``, read-only, with ``None`` for what is missing.
    """

    measure_id: str
    unit: Unit
    component: str | None
    status_class: StatusClass
    basis: str
    scope: str
    year: int | None
    rule: Rule
    vintage: dt.date | None
    per: str | None
    per_unit: Unit | None
    sources: tuple[str, ...]
    caveats: tuple[tuple[str, str], ...]
    rows: tuple[Mapping[str, Any], ...]
    _frame: pd.DataFrame = field(repr=False)
    _left_out: pd.DataFrame = field(repr=False)

    def __repr__(self) -> str:
        """Say what was compared; the figures stand in ``frame``."""
        asked = (
            self.component,
            self.status_class.value,
            self.basis,
            str(self.year) if self.year else None,
            self.scope,
            self.per and f"per {self.per}",
        )
        known = int((self._frame["claims"] > 0).sum())
        words = ", ".join(filter(None, asked))
        return f"<Comparison of {self.measure_id} ({words}): {known} of {len(self._frame)} selections>"

    @property
    def frame(self) -> pd.DataFrame:
        """One row per selection, in rank order, unknown ones last; a copy of the caller's own.

        ``selection_id``, ``region_id``, ``round_year``, ``value``, ``low`` and ``high`` (lowest
        and highest admissible figure; a rounded reprint of a figure is not another figure),
        ``claims``, ``origins``, ``claim_id``, ``low_claim_id``, ``high_claim_id``,
        ``source_id``, ``low_source_id``, ``high_source_id``, ``published``, ``qualifier``,
        ``rank``, ``rank_low``, ``rank_high``. Where figures are divided: ``numerator``,
        ``per_value``, ``per_year``, ``per_claim_id`` and ``per_source_id`` too, and ``value``,
        ``low`` and ``high`` are exact quotients to twelve
        digits.
        """
        return self._frame.copy()

    @property
    def left_out(self) -> pd.DataFrame:
        """Claims of the measure that were not compared.

        ``claim_id``, ``selection_id``, ``reason`` in a word or two, and ``reason_ko`` and
        ``reason_en`` as sentences.
        """
        return self._left_out.copy()

    def basis_name(self, ds: Dataset, lang: str) -> str:
        """Name the basis, and of annual figures the year, in ``lang``."""
        name = ds.label("claims", "basis", self.basis, lang)
        if self.year is None:
            return name
        return f"{name} {self.year}년" if lang == "ko" else f"{name} {self.year}"

    def amount(self, value: int | Decimal, lang: str) -> str:
        """Write a figure of the comparison in ``lang``, divided or not."""
        if self.per_unit is None:
            return format_value(value, self.unit, lang)
        return format_quotient(value, self.unit, self.per_unit, lang)

    def total(self) -> Total:
        """Add the chosen figures up, saying which selections are missing from the sum.

        Returns
        -------
        Total

        Raises
        ------
        NotComparable
            For shares, growth rates and quotients, which do not add up.

        Examples
        --------
        >>> from sandan_lib import load
        >>> total = compare(load(), "subprojects", round_year=2022).total()
        >>> total.counted, total.missing
        (5, ())
        """
        if self.per is not None or self.basis not in _SUMMABLE or self.unit in _RATIOS:
            raise NotComparable(
                "shares, growth rates and quotients do not add up.",
                "비율, 증감률, 나눈 값은 더할 수 없습니다.",
            )
        known = [row for row in self.rows if row["claims"]]
        return Total(
            value=sum(row["value"] for row in known),
            low=sum(row["low"] for row in known),
            high=sum(row["high"] for row in known),
            counted=len(known),
            missing=tuple(row["selection_id"] for row in self.rows if not row["claims"]),
        )


def compare(
    ds: Dataset,
    measure: str,
    *,
    component: str | None = None,
    status: str | None = None,
    basis: str | None = None,
    scope: str = "plan",
    unit: str | None = None,
    rule: str = "latest",
    round_year: int | None = None,
    regions: str | Sequence[str] = (),
    per: str | None = None,
    year: int | None = None,
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
        Status class (``"plan"``, ``"secured"``, ``"target"`` …) or one of its statuses
        (``"planned"``); by default the measure's own.
    basis : str, optional
        ``"cumulative"``, ``"increase"``, ``"level"`` …; by default the measure's own.
    scope : str
        ``"plan"`` or ``"plan-excl-smart-green"``.
    unit : str, optional
        ``"percent_points"`` for changes of shares; otherwise the basis and the measure decide.
    rule : {"latest", "first", "official"}
        Which claim speaks where several do: the newest release, the oldest, or the one of the
        highest authority (the newest of these).
    round_year : int, optional
        Only this round.
    regions : str or sequence of str, optional
        Only these regions or selections (``"충북"``, ``"2022-KR-43"``); a text has commas
        between them. A comparison that is asked for by name and has fewer than two comparable
        figures is refused.
    per : str, optional
        Divide by this measure: a regional one (``"population"``, ``"grdp"``,
        ``"complex_employees"`` …), of the newest year that all compared regions have, or one
        that the plans state (``"subprojects"``, ``"jobs"``), as printed by the same release.
    year : int, optional
        Of annual figures, the year that they speak of: one year's figures are not ranked beside
        another's. By default the year of which most selections have a figure, the newest of
        these; ``Comparison.year`` says which, and all pages do.
    as_of : str, optional
        Only what was published by this day.

    Returns
    -------
    Comparison

    Raises
    ------
    UnknownName, UnknownSelection, ParameterError
        For a word that is not in the vocabulary, a region never selected.
    NotComparable
        If no claim answers the question, or fewer than two of those named.

    Examples
    --------
    >>> from sandan_lib import load
    >>> result = compare(load(), "budget", status="planned")
    >>> result.unit, result.status_class, len(result.frame)
    (<Unit.KRW: 'KRW'>, <StatusClass.PLAN: 'plan'>, 15)
    """
    asked = (measure, component, status, basis, scope, unit, rule, round_year, listed(regions), per, year)
    found: Comparison = ds.as_of(as_of).remembered(_compared, *asked)
    return found


def _compared(
    known: Dataset,
    measure: str,
    component: str | None,
    status: str | None,
    basis: str | None,
    scope: str,
    unit: str | None,
    rule: str,
    round_year: int | None,
    regions: tuple[str, ...],
    per: str | None,
    year: int | None,
) -> Comparison:
    measure_id = known.measure_names.resolve(measure)
    record = known.record("measures", measure_id)
    question = Question.about(record, component=component, status=status, basis=basis, scope=scope, unit=unit)
    chosen_rule = Rule(chosen_word(rule, list(Rule)))
    selections = wanted(known, round_year, regions)
    divisor = None if per is None else per_measure(known, per)
    claims = _claims_about(known, measure_id, selections)
    question, codes = of_one_year(claims, question, judged(claims, question), year)
    admissible = claims[list(_COLUMNS)][codes.isna()]
    if admissible.empty:
        raise nothing_to_compare(known, measure_id, question, claims)
    gathered = ballots(admissible)
    found = cells(known, gathered, selections, chosen_rule)
    if divisor is not None:
        found, alone = _divided(known, divisor, found, gathered, selections, chosen_rule, admissible)
        codes[admissible.index[alone]] = "per"
    if regions and sum(row["claims"] > 0 for row in found) < min(2, len(selections)):
        raise refused_beside(known, measure_id, question, selections, _by_selection(claims, codes))
    rows = plain(ranked(found))
    frame = framed(rows)
    left_out = _left_out(known, question, claims, codes)
    disputed = [row for row in rows if row["claims"] and row["low"] < row["high"]]
    sources = [row[name] for name in ("source_id", "per_source_id") for row in rows if row.get(name)]
    sources += [row[f"{end}_source_id"] for row in disputed for end in ("low", "high")]
    return Comparison(
        measure_id=measure_id,
        unit=question.unit,
        component=question.component,
        status_class=question.status_class,
        basis=question.basis,
        scope=question.scope,
        year=question.year,
        rule=chosen_rule,
        vintage=known.vintage,
        per=divisor,
        per_unit=None if divisor is None else Unit(known.record("measures", divisor)["unit"]),
        sources=tuple(dict.fromkeys(sources)),
        caveats=caveats_on(known, frame, left_out, divisor, question.year),
        rows=rows,
        _frame=frame,
        _left_out=left_out,
    )


def wanted(ds: Dataset, round_year: int | None, regions: Sequence[str]) -> list[Selection]:
    """Give the selections that a round and names of regions or selections mean; all without either."""
    round_year = number_of_round(round_year)
    if round_year is not None and round_year not in ds.records("rounds"):
        rounds = ", ".join(map(str, sorted(ds.records("rounds"))))
        raise ParameterError(
            f"there was no round {round_year}. Rounds: {rounds}.",
            f"{round_year}년 선정은 없었습니다. 차수: {rounds}.",
        )
    wanted = [item for item in ds.selections() if round_year in (None, item.round_year)]
    if not regions:
        return wanted
    keys: dict[str, None] = {}
    by_id = {item.selection_id: item for item in wanted}
    for spelling in regions:
        if spelling in by_id:
            keys[spelling] = None
            continue
        if spelling in ds.records("selections"):  # one that this day, or this round, does not know
            record = ds.record("selections", spelling)
            year = record["round_year"] if round_year is None else round_year
            keys[ds.selection(record["region_id"], year).selection_id] = None
            continue
        region_id = ds.region(spelling)
        found = [item.selection_id for item in wanted if item.region_id == region_id]
        keys |= dict.fromkeys(found or [ds.selection(spelling, round_year).selection_id])
    return [by_id[key] for key in keys]


def _claims_about(ds: Dataset, measure_id: str, selections: Sequence[Selection]) -> pd.DataFrame:
    return ds.claims_about(measure_id, [item.selection_id for item in selections], (*_COLUMNS, *_JUDGED))


def _divided(
    ds: Dataset,
    measure_id: str,
    rows: list[dict[str, Any]],
    above: Ballots,
    selections: Sequence[Selection],
    rule: Rule,
    admissible: pd.DataFrame,
) -> tuple[list[dict[str, Any]], npt.NDArray[np.bool_]]:
    """Divide the cells; say too which admissible claims have nothing to be divided by."""
    if measure_id not in CLAIMED:
        found = divided(rows, denominators(ds, measure_id, rows))
        known = [row["selection_id"] for row in found if row["claims"]]
        return found, ~admissible["selection_id"].isin(known).to_numpy(dtype=bool)
    record = ds.record("measures", measure_id)
    question = Question.about(record, component=None, status=None, basis=None, scope="plan")
    claims = _claims_about(ds, measure_id, selections)
    below = claims[judged(claims, question).isna()]
    beside = above.has(cells_of(below["selection_id"]), cells_of(below["origin_id"]))
    found, used = paired(ds, rows, above, ballots(below[beside]), rule)
    return found, ~above.within(used)


def _by_selection(claims: pd.DataFrame, codes: pd.Series[str]) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    for selection_id, code in zip(claims["selection_id"], codes, strict=True):
        found.setdefault(selection_id, []).append(None if pd.isna(code) else code)
    return found


def _left_out(ds: Dataset, question: Question, claims: pd.DataFrame, codes: pd.Series[str]) -> pd.DataFrame:
    apart = codes.notna()
    frame = claims.loc[apart, ["claim_id", "selection_id"]].assign(reason=codes[apart])
    places, found = pd.factorize(frame["reason"])
    for lang in ("ko", "en"):
        texts = pd.array([Reason.of(code).text(ds, question, lang) for code in found], dtype="string")
        frame[f"reason_{lang}"] = texts.take(places)
    return frame.reset_index(drop=True)
