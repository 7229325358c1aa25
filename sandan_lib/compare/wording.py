"""What kind of figures a comparison compares, in words."""

from __future__ import annotations

from sandan_lib.compare.comparison import Comparison
from sandan_lib.dataset import Dataset
from sandan_lib.model import Component, Scope

__all__ = ["measure_and_kind"]


def measure_and_kind(ds: Dataset, comparison: Comparison, lang: str) -> str:
    """Name what is compared, and by what it is divided.

    Parameters
    ----------
    ds : Dataset
        The data.
    comparison : Comparison
        What is compared.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    str
        The measure; in brackets whose money, status and basis it is, as far as these are not the
        measure's own; the divisor.

    Examples
    --------
    >>> from sandan_lib import compare, load
    >>> measure_and_kind(load(), compare(load(), "budget"), "en")
    'Budget'
    >>> asked = {"component": "national", "status": "secured", "basis": "annual", "year": 2022}
    >>> measure_and_kind(load(), compare(load(), "budget", **asked), "en")
    'Budget (national government, secured, annual 2022)'
    """
    name = ds.name("measures", comparison.measure_id, lang)
    name = name[0].upper() + name[1:]
    if kind := ", ".join(_unlike_its_own(ds, comparison, lang)):
        name += f"({kind})" if lang == "ko" else f" ({kind})"
    if comparison.per:
        divisor = ds.name("measures", comparison.per, lang)
        name += f" ÷ {divisor}" if lang == "ko" else f" divided by {divisor}"
    return name


def _unlike_its_own(ds: Dataset, comparison: Comparison, lang: str) -> list[str]:
    own = ds.record("measures", comparison.measure_id)
    words = []
    if comparison.component not in (None, Component.TOTAL):
        words.append(ds.label("claims", "component", comparison.component, lang))
    if comparison.status_class != own["default_status"]:
        words.append(ds.label("measures", "default_status", comparison.status_class.value, lang))
    if comparison.basis != own["default_basis"] or comparison.year is not None:
        words.append(comparison.basis_name(ds, lang))
    if comparison.scope != Scope.PLAN:
        words.append(ds.label("claims", "scope", comparison.scope, lang))
    return words
