"""Figures of single years: a selection has one for each year, and years are not each other's rivals."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sandan_lib.compare.ballots import PRINT, Ballots
from sandan_lib.compare.question import Question, judged, years_of
from sandan_lib.dataset import Dataset, cells_of
from sandan_lib.errors import ParameterError
from sandan_lib.model import Basis, Rule, Unit

__all__ = ["YearFigure", "Yearly", "of_one_year", "yearly"]

_JUDGED = ("component", "basis", "unit", "status", "scope", "misprint")
_COLUMNS = ("selection_id", *PRINT, *_JUDGED, "period_start", "period_end")


def of_one_year(
    claims: pd.DataFrame, question: Question, codes: pd.Series[str], year: int | None
) -> tuple[Question, pd.Series[str]]:
    """Keep of annual figures those of one year: one year's money is not ranked beside another's.

    Parameters
    ----------
    claims : pandas.DataFrame
        Rows of ``claims``.
    question : Question
        What is asked, of any year.
    codes : pandas.Series of str
        In what each claim is unlike it (:func:`judged`).
    year : int or None
        The year asked for. Without one, that of which most selections have a figure, the newest of
        these; the answer says which.

    Returns
    -------
    tuple of (Question, pandas.Series)
        The question with its year, and the codes by it.

    Raises
    ------
    ParameterError
        For a year of what is not annual, or that is no number.
    """
    if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
        raise ParameterError(
            f"year={year!r}: a year is a number, as 2021.", f"year={year!r}: 해는 2021 같은 수입니다."
        )
    if question.basis != Basis.ANNUAL.value:
        if year is not None:
            raise ParameterError(
                f"year={year}: only annual figures are of a year; ask for basis='annual', or leave it out.",
                f"year={year}: 해는 연간 수치에만 있습니다. basis='annual'로 묻거나 빼십시오.",
            )
        return question, codes
    chosen = _fullest_year(claims[codes.isna()]) if year is None else year
    if chosen is None:  # nothing answers, or nothing that names its year
        return question, codes.mask(codes.isna(), "year: None")
    question = dataclasses.replace(question, year=chosen)
    return question, judged(claims, question)


def _fullest_year(claims: pd.DataFrame) -> int | None:
    single, years = _of_single_years(claims)
    held: dict[int, set[str]] = {}
    for year, selection in zip(years, cells_of(single["selection_id"]), strict=True):
        held.setdefault(year, set()).add(selection)
    return max(held, key=lambda year: (len(held[year]), year), default=None)


def _of_single_years(claims: pd.DataFrame) -> tuple[pd.DataFrame, list[int]]:
    """Give the claims that speak of one year each, and these years."""
    years = years_of(claims)
    single = years.str.fullmatch(r"\d{4}").to_numpy(dtype=bool)
    return claims[single], [int(year) for year in cells_of(years[single])]


@dataclass(frozen=True, slots=True)
class YearFigure:
    """What is known of one selection in one year.

    Attributes
    ----------
    selection_id : str
        Selection.
    year : int
        Year that the figure speaks of.
    value, low, high : int
        The chosen figure, the lowest and the highest admissible one.
    claim_id, low_claim_id, high_claim_id : str
        Claims that print them.
    source_ids : tuple of str
        Sources of these claims, each once.
    claims, origins : int
        How many texts and releases there are.
    """

    selection_id: str
    year: int
    value: int
    low: int
    high: int
    claim_id: str
    low_claim_id: str
    high_claim_id: str
    source_ids: tuple[str, ...]
    claims: int
    origins: int


@dataclass(frozen=True, slots=True)
class Yearly:
    """Annual figures of some selections, all of one kind.

    Attributes
    ----------
    measure_id, component, status_class : str
        What they are.
    unit : Unit
        Their unit.
    selection_ids : tuple of str
        Whom it was asked of.
    figures : tuple of YearFigure
        By selection and year; years without a figure are not there.
    """

    measure_id: str
    component: str | None
    status_class: str
    unit: Unit
    selection_ids: tuple[str, ...]
    figures: tuple[YearFigure, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of all figures, in order of first use."""
        return tuple(dict.fromkeys(key for figure in self.figures for key in figure.source_ids))

    @property
    def missing(self) -> tuple[str, ...]:
        """Selections without a figure for any year."""
        there = {figure.selection_id for figure in self.figures}
        return tuple(key for key in self.selection_ids if key not in there)


def yearly(
    ds: Dataset,
    measure: str,
    selection_ids: Sequence[str],
    *,
    status: str,
    component: str | None = None,
    rule: str = "latest",
) -> Yearly:
    """Gather the annual figures of whole plans, one cell for each selection and year.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    measure : str
        Id or name of a measure.
    selection_ids : sequence of str
        Selections.
    status, component, rule : str
        As for :func:`sandan_lib.compare`.

    Returns
    -------
    Yearly
        Claims that do not name one single year are no part of it.

    Examples
    --------
    >>> from sandan_lib import load
    >>> found = yearly(load(), "budget", ["2021-KR-31"], status="secured", component="national")
    >>> [(figure.year, figure.value) for figure in found.figures]
    [(2022, 37200000000)]
    """
    measure_id = ds.measure_names.resolve(measure)
    record = ds.record("measures", measure_id)
    question = Question.about(record, component=component, status=status, basis="annual", scope="plan")
    claims = ds.claims_about(measure_id, list(selection_ids), _COLUMNS)
    claims = claims[judged(claims, question).isna()]
    claims, years = _of_single_years(claims)
    keys = [
        f"{selection} {year}" for selection, year in zip(cells_of(claims["selection_id"]), years, strict=True)
    ]
    figures: list[YearFigure] = []
    if keys:
        found = Ballots(keys, {name: cells_of(claims[name]) for name in PRINT})
        for key, outcome in sorted(found.outcomes(ds, Rule(rule)).items()):
            chosen, low, high = (found.print(row) for row in (outcome.speaker, outcome.low, outcome.high))
            selection_id, _, year = key.rpartition(" ")
            figures.append(
                YearFigure(
                    *(selection_id, int(year), chosen["value"], low["value"], found.upper_end(outcome.high)),
                    *(chosen["claim_id"], low["claim_id"], high["claim_id"]),
                    tuple(dict.fromkeys(item["source_id"] for item in (chosen, low, high))),
                    *(outcome.claims, outcome.origins),
                )
            )
    order = list(selection_ids)
    figures.sort(key=lambda figure: (order.index(figure.selection_id), figure.year))
    return Yearly(
        *(measure_id, question.component, question.status_class.value, question.unit),
        *(tuple(order), tuple(figures)),
    )
