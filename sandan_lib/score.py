"""A reader's own score over several measures, with the ranks that contradicting texts allow.

Each measure is a comparison of its own, like with like. Its figures are laid on one ruler: 0 for the
lowest that any admissible text prints of any selection, 1 for the highest (min-max normalisation, OECD
and JRC 2008, *Handbook on Constructing Composite Indicators*, 5.3). A score is the weighted mean of the
places on these rulers, times a hundred; under a negative weight the ruler is read from its other end.
The rulers hang on no choice of texts, so each selection's score lies exactly between its lowest and its
highest admissible figures, and the possible ranks are exact.

A score is an opinion: the weights are the reader's, and nothing in the data gives them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sandan_lib.compare import Comparison, claims_behind, compare, ranked
from sandan_lib.dataset import Dataset
from sandan_lib.errors import NotComparable, ParameterError
from sandan_lib.names import listed

__all__ = ["HEAVIEST", "Score", "Scored", "read_weights", "score"]

HEAVIEST = 10  # weights are whole numbers; a wider scale would feign exactness


@dataclass(frozen=True, slots=True)
class Scored:
    """One selection's score.

    Attributes
    ----------
    selection_id : str
        Which selection.
    value, low, high : Fraction
        From the chosen figures, and the least and the greatest that admissible ones give; 0 to 100.
    rank, rank_low, rank_high : int
        Place among the scored, 1 for the highest; the best and the worst that admissible figures give.
    places : tuple of (str, Fraction)
        For each weighted measure the place of the chosen figure on its ruler, 0 to 1.
    claims : tuple of str
        Claims behind it.
    """

    selection_id: str
    value: Fraction
    low: Fraction
    high: Fraction
    rank: int
    rank_low: int
    rank_high: int
    places: tuple[tuple[str, Fraction], ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Scores of all selections that have a figure for every weighted measure.

    Attributes
    ----------
    weights : tuple of (str, int)
        Measure, or measure and divisor (``budget/jobs``), and its weight.
    found : tuple of Scored
        In the order of ranks.
    missing : tuple of (str, tuple of str)
        Selections that lack a figure, and for which measures: they have no score.
    sources : tuple of str
        Sources of all figures used.
    vintage : datetime.date or None
        Day whose knowledge was used.
    """

    weights: tuple[tuple[str, int], ...]
    found: tuple[Scored, ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...]
    sources: tuple[str, ...]
    vintage: dt.date | None


def read_weights(text: str) -> dict[str, int]:
    """Read weights as people write them.

    Parameters
    ----------
    text : str
        ``"budget=2, jobs=1, budget/jobs=-1"``.

    Returns
    -------
    dict of str to int
        Without those of weight 0.

    Raises
    ------
    ParameterError
        If a part is no name with a whole weight from -10 to 10, or a name comes twice.

    Examples
    --------
    >>> read_weights("budget=2, jobs=-1")
    {'budget': 2, 'jobs': -1}
    """
    found: dict[str, int] = {}
    for part in listed(text):
        name, _, number = (piece.strip() for piece in part.partition("="))
        digits = number.removeprefix("-")
        if not name or not (digits.isascii() and digits.isdigit()) or int(digits) > HEAVIEST:
            raise ParameterError(
                f"weights: {part!r} is no weight. Write budget=2, jobs=-1: whole numbers from -{HEAVIEST} "
                f"to {HEAVIEST}.",
                f"weights: {part!r}은(는) 가중치가 아닙니다. budget=2, jobs=-1처럼 -{HEAVIEST}에서 "
                f"{HEAVIEST}까지의 정수로 쓰십시오.",
            )
        if name in found:
            raise ParameterError(
                f"weights: {name!r} is there twice. Give each measure one weight.",
                f"weights: {name!r}이(가) 두 번 있습니다. 측정값마다 가중치는 하나입니다.",
            )
        found[name] = int(number)
    return {name: weight for name, weight in found.items() if weight}


def score(
    ds: Dataset,
    weights: str | Mapping[str, int],
    *,
    rule: str = "latest",
    round_year: int | None = None,
) -> Score:
    """Score the selections by several measures at once.

    Parameters
    ----------
    ds : Dataset
        The data, of any vintage.
    weights : str or Mapping of str to int
        Weight of each measure, in the measure's own component, status and basis; a measure divided
        by another is written ``budget/jobs``. Below zero: less counts more.
    rule : {"latest", "first", "official"}
        Which text speaks where several do.
    round_year : int, optional
        Only this round.

    Returns
    -------
    Score

    Raises
    ------
    ParameterError
        If no measure has a weight, or a weight is none.
    UnknownName
        If a measure is unknown.
    NotComparable
        If a measure has no comparable figures, or cannot tell the selections apart.

    Examples
    --------
    >>> from sandan_lib import load
    >>> found = score(load(), "budget=1, jobs=1", round_year=2022)
    >>> all(item.rank_low <= item.rank <= item.rank_high for item in found.found)
    True
    """
    given = read_weights(weights) if isinstance(weights, str) else _checked(weights)
    if not given:
        raise ParameterError(
            "weights: no measure has a weight. Give at least one, such as budget=1.",
            "weights: 가중치가 있는 측정값이 없습니다. budget=1처럼 하나라도 주십시오.",
        )
    asked = {key: _compared(ds, key, rule, round_year) for key in given}
    rulers = {key: _Ruler.of(ds, key, found) for key, found in asked.items()}
    cells = {key: {row["selection_id"]: row for row in c.rows} for key, c in asked.items()}
    selections = [
        item.selection_id for item in ds.selections() if item.round_year == (round_year or item.round_year)
    ]
    missing = {
        selection: lacking
        for selection in selections
        if (lacking := tuple(key for key in given if not cells[key].get(selection, {"claims": 0})["claims"]))
    }
    rows = [
        _row(selection, {key: cells[key][selection] for key in given}, rulers, given)
        for selection in selections
        if selection not in missing
    ]
    found = _ranked(rows)
    sources = _sources(ds, found, (cells[key][item.selection_id] for key in given for item in found))
    return Score(tuple(given.items()), found, tuple(missing.items()), sources, ds.vintage)


def _sources(ds: Dataset, found: Iterable[Scored], cells: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Give the sources of the claims behind the scores, and of what was divided by."""
    claims = ds.records("claims")
    printed = [claims[key]["source_id"] for item in found for key in item.claims]
    return tuple(dict.fromkeys([*printed, *(key for row in cells if (key := row.get("per_source_id")))]))


def _checked(weights: Mapping[str, int]) -> dict[str, int]:
    return read_weights(", ".join(f"{key}={weight}" for key, weight in weights.items()))


def _compared(ds: Dataset, key: str, rule: str, round_year: int | None) -> Comparison:
    measure, _, per = key.partition("/")
    return compare(ds, measure, per=per or None, rule=rule, round_year=round_year)


@dataclass(frozen=True, slots=True)
class _Ruler:
    """From the lowest to the highest figure that any text prints of any selection."""

    low: Fraction
    high: Fraction

    @classmethod
    def of(cls, ds: Dataset, key: str, found: Comparison) -> _Ruler:
        known = [row for row in found.rows if row["claims"]]
        ends = [Fraction(row[end]) for row in known for end in ("low", "high")]
        if min(ends) == max(ends):
            ko, en = (ds.name("measures", found.measure_id, lang) for lang in ("ko", "en"))
            raise NotComparable(
                f"{key}: all {len(known)} known figures of {en} are equal, so they tell no selection apart.",
                f"{key}: 알려진 {ko} 수치 {len(known)}개가 모두 같아 어느 곳도 구별하지 못합니다.",
            )
        return cls(min(ends), max(ends))

    def place(self, value: Any) -> Fraction:
        return (Fraction(value) - self.low) / (self.high - self.low)


def _row(
    selection: str, cells: Mapping[str, Any], rulers: Mapping[str, _Ruler], weights: Mapping[str, int]
) -> dict[str, Any]:
    whole = sum(abs(weight) for weight in weights.values())
    scores = {"value": Fraction(0), "low": Fraction(0), "high": Fraction(0)}
    for key, weight in weights.items():
        ruler, cell = rulers[key], cells[key]
        # Read from the other end, the highest figure gives the lowest score.
        turned = {"value": "value", "low": "high", "high": "low"}
        for end in scores:
            place = ruler.place(cell[end if weight > 0 else turned[end]])
            scores[end] += abs(weight) * (place if weight > 0 else 1 - place) * 100 / whole
    places = tuple((key, rulers[key].place(cells[key]["value"])) for key in weights)
    return scores | {"selection_id": selection, "places": places, "claims": claims_behind(cells.values())}


def _ranked(rows: list[dict[str, Any]]) -> tuple[Scored, ...]:
    """Rank the scores as comparisons rank figures; every row has claims behind it."""
    return tuple(Scored(**row) for row in ranked(rows))
