"""What is asked of the claims, and in what an answer would be unlike it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sandan_lib.dataset import Dataset
from sandan_lib.errors import NotComparable, ParameterError, nearest
from sandan_lib.model import Basis, Component, Scope, Status, StatusClass, Unit

__all__ = ["Question", "Reason", "chosen_word", "judged", "years_of"]

# Scopes in which a claim speaks of the whole that a selection is.
_SCOPES = (Scope.PLAN.value, Scope.PLAN_EXCL_SMART_GREEN.value)
_RELATIVE = (Basis.SHARE, Basis.CHANGE_RATE)


@dataclass(frozen=True, slots=True)
class Question:
    """What claims must be to be compared.

    Attributes
    ----------
    component : str or None
        Whose money.
    basis, scope : str
        Level or increase; whole plan or other.
    unit : Unit
        Their unit.
    status_class : StatusClass
        Planned, secured, target and so on.
    year : int or None
        Of annual figures, the year that they speak of.
    """

    component: str | None
    basis: str
    unit: Unit
    status_class: StatusClass
    scope: str
    year: int | None = None

    @classmethod
    def about(
        cls,
        measure: Mapping[str, Any],
        *,
        component: str | None,
        status: str | None,
        basis: str | None,
        scope: str,
        unit: str | None = None,
    ) -> Question:
        """Word a question, with the measure's own status and basis where none is asked for.

        Parameters
        ----------
        measure : Mapping
            Row of ``measures``.
        component, status, basis, scope, unit : str or None
            As for :func:`sandan_lib.compare`; a status stands for its class.

        Returns
        -------
        Question

        Raises
        ------
        ParameterError, NotComparable
            For a word that is not in the vocabulary; for a component of what is no money.
        """
        chosen = chosen_word(basis or measure["default_basis"], list(Basis))
        return cls(
            component=_component(measure["family"], component),
            basis=chosen,
            unit=_unit(measure, chosen, unit),
            status_class=_status_class(status or measure["default_status"]),
            scope=chosen_word(scope, _SCOPES),
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a claim is not compared: in which dimension it is unlike the question.

    Attributes
    ----------
    dimension : str
        ``misprint``, ``component``, ``basis``, ``unit``, ``status_class``, ``scope``, ``year``; or
        ``per``, where there is nothing to divide by.
    found : str
        What the claim is.
    """

    dimension: str
    found: str = ""

    @classmethod
    def of(cls, code: str) -> Reason:
        """Read a reason from its code, ``basis: level``."""
        dimension, _, found = code.partition(": ")
        return cls(dimension, found)

    def text(self, ds: Dataset, question: Question, lang: str) -> str:
        """Say it in ``lang``: what it is, and what was asked for."""
        if self.dimension == "per":
            return (
                "함께 적힌 나눌 수치가 없다" if lang == "ko" else "no figure to divide by is printed with it"
            )
        if self.dimension == "misprint":
            return "출처의 오기로 보인다" if lang == "ko" else "looks like a misprint of its source"
        asked = getattr(question, self.dimension) or ""
        found, wanted = (_label(ds, self.dimension, word, lang) for word in (self.found, str(asked)))
        name = _NAMES[self.dimension][0 if lang == "ko" else 1]
        if lang == "ko":
            return f"다른 {name}: {found} (물은 것은 {wanted})"
        return f"another {name}: {found} (asked: {wanted})"


# The order in which claims are judged: the first dimension that differs is the reason.
_DIMENSIONS = ("component", "basis", "unit", "status_class", "scope")
_COLUMN = {"status_class": "status"}
_NONE = "None"
_NAMES = {
    "year": ("해", "year"),
    "component": ("재원", "component"),
    "basis": ("기준", "basis"),
    "unit": ("단위", "unit"),
    "status_class": ("상태", "status"),
    "scope": ("범위", "scope"),
}


def _label(ds: Dataset, dimension: str, word: str, lang: str) -> str:
    if not word or word == _NONE:
        return "없음" if lang == "ko" else "none"
    if dimension == "year":
        return word
    table, column = ("measures", "default_status") if dimension == "status_class" else ("claims", dimension)
    return ds.label(table, column, word, lang)


def judged(claims: pd.DataFrame, question: Question) -> pd.Series[str]:
    """Say of each claim in what it is unlike the question, all claims at once.

    Parameters
    ----------
    claims : pandas.DataFrame
        Rows of ``claims``.
    question : Question
        What is asked.

    Returns
    -------
    pandas.Series of str
        The code of the first dimension in which the claim differs (:attr:`Reason.code`); missing
        for claims that answer the question.
    """
    # Set in the array: a series would first look a mask up as a label, and write it out as text.
    codes = pd.Series(pd.NA, index=claims.index, dtype="string").array
    undecided = ~claims["misprint"].to_numpy(dtype=bool)
    codes[~undecided] = "misprint"
    for dimension in _DIMENSIONS:
        if dimension == "status_class":
            alike = claims["status"].isin([status.value for status in question.status_class.statuses])
        else:
            asked = getattr(question, dimension)
            alike = claims[dimension] == str(asked) if asked else claims[dimension].isna()
        unlike = undecided & ~alike.to_numpy(dtype=bool, na_value=False)
        if unlike.any():
            codes[unlike] = _found(claims[_COLUMN.get(dimension, dimension)][unlike], dimension)
            undecided &= ~unlike
    if question.year is not None:
        years = years_of(claims)
        unlike = undecided & (years != str(question.year)).to_numpy(dtype=bool)
        codes[unlike] = _found(years[unlike], "year")
    return pd.Series(codes, index=claims.index)


def years_of(claims: pd.DataFrame) -> pd.Series[str]:
    """Write the year that each claim speaks of: ``2023``, ``2023–2027``, or ``None``."""
    first, last = (claims[f"period_{end}"].astype("string").fillna(_NONE) for end in ("start", "end"))
    return first.where(first == last, first + "–" + last)


def _found(column: pd.Series[str], dimension: str) -> Any:
    """Write the codes of claims that differ; each different value is looked at once."""
    places, values = pd.factorize(column, use_na_sentinel=False)
    words = [_NONE if pd.isna(value) else str(value) for value in values]
    if dimension == "status_class":
        words = [StatusClass.of(word).value for word in words]
    return pd.array([f"{dimension}: {word}" for word in words], dtype="string").take(places)


def _unit(measure: Mapping[str, Any], basis: str, unit: str | None) -> Unit:
    """Give the unit of the answer: a share or rate is in percent, or in percentage points if asked."""
    allowed = (Unit.PERCENT, Unit.PERCENT_POINTS) if basis in _RELATIVE else (Unit(measure["unit"]),)
    return Unit(chosen_word(unit or allowed[0], allowed))


def _component(family: str, component: str | None) -> str | None:
    if family != "money":
        if component is not None:
            raise NotComparable(
                f"component={component!r}: only money has components; leave it out.",
                f"component={component!r}: 재원은 돈에만 있습니다. 빼고 부르십시오.",
            )
        return None
    return chosen_word(component or Component.TOTAL.value, [item.value for item in Component])


def _status_class(word: str) -> StatusClass:
    """Take a class (plan) or one of its statuses (planned, revised)."""
    if word in tuple(Status):
        return StatusClass.of(word)
    return StatusClass(chosen_word(word, list(StatusClass)))


def chosen_word(word: str, allowed: Iterable[str]) -> str:
    """Give ``word`` if it is allowed; refuse it with the allowed ones and the nearest."""
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
