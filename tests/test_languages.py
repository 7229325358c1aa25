"""Whoever asks for a third language is told that there are two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import sandan_lib as sd
from sandan_lib import charts, tables, text
from sandan_lib.dataset import Dataset
from sandan_lib.errors import ParameterError

OFFERED = [
    (module.__name__, name)
    for module in (charts, tables, text)
    for name in module.__all__
    if "lang" in getattr(getattr(getattr(module, name), "__wrapped__", None), "__annotations__", {})
]


def test_most_of_what_is_offered_asks() -> None:
    assert len(OFFERED) > 60
    asks = [
        name
        for module in (charts, tables, text)
        for name in module.__all__
        if "lang" in getattr(getattr(module, name), "__annotations__", {})
        and isinstance(getattr(module, name), type(lambda: None))
    ]
    assert len(asks) == len(OFFERED)


@pytest.mark.parametrize("lang", ["fr", "EN", "", None, "english"])
def test_a_third_language_is_refused(ds: Dataset, lang: Any) -> None:
    plan = sd.profile(ds, "충북", 2022)
    refs = sd.references(ds, plan)
    budget = sd.compare(ds, "budget")
    key = plan.selection.selection_id
    asked: list[Callable[[], Any]] = [
        lambda: sd.text.title(plan, lang),
        lambda: sd.text.change(plan, refs, lang=lang),
        lambda: sd.tables.money(plan, refs, lang),
        lambda: sd.charts.standing(ds, budget, key, lang),
        lambda: sd.format_value(1, "KRW", lang),
    ]
    for question in asked:
        with pytest.raises(ParameterError, match="is not one of ko, en") as caught:
            question()
        assert "가운데 하나" in caught.value.message("ko")


def test_a_round_is_a_number_and_regions_are_names_in_any_form(ds: Dataset) -> None:
    year: Any = "2022"
    for question in (lambda: sd.profile(ds, "충북", year), lambda: sd.compare(ds, "budget", round_year=year)):
        with pytest.raises(ParameterError, match="a round is a whole number, such as 2022"):
            question()
    known = sd.compare(ds, "budget", regions=["대전", "충북"])
    assert sd.compare(ds, "budget", regions="대전, 충북").frame.equals(known.frame)
    assert sd.asked(ds, "budget", regions=["대전", "충북"]).frame.equals(known.frame)  # type: ignore[union-attr]
