"""Frozen values and the closed vocabularies that code decides by.

The vocabularies stand in ``data/datapackage.json`` with their labels; here are only those
whose members mean something to the code. A test holds the two equal.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from enum import StrEnum

__all__ = [
    "Basis",
    "Component",
    "Precision",
    "Qualifier",
    "Rule",
    "Scope",
    "Status",
    "StatusClass",
    "Unit",
    "first_possible_day",
    "last_possible_day",
]


class Unit(StrEnum):
    """Base units; every figure is kept in one of them."""

    KRW = "KRW"
    USD = "USD"
    PERSONS = "persons"
    COUNT = "count"
    KM2 = "km2"
    PERCENT = "percent"
    PERCENT_POINTS = "percent_points"
    TCO2 = "tCO2"
    MW = "MW"
    YEARS = "years"


class Qualifier(StrEnum):
    """What the printed words say of a figure: about (약), at least (이상), and so on."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"


class Component(StrEnum):
    """Whose money a figure counts."""

    TOTAL = "total"
    NATIONAL = "national"
    LOCAL = "local"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    PRIVATE = "private"


class Basis(StrEnum):
    """Whether a figure is a level, an increase, a sum over years, and so on."""

    LEVEL = "level"
    INCREASE = "increase"
    CUMULATIVE = "cumulative"
    ANNUAL = "annual"
    SHARE = "share"
    CHANGE_RATE = "change_rate"


class Scope(StrEnum):
    """The whole that a figure covers."""

    PLAN = "plan"
    PLAN_EXCL_SMART_GREEN = "plan-excl-smart-green"
    PART = "part"
    PROGRAMME = "programme"
    ROUND = "round"
    COMPLEX = "complex"
    EVENT = "event"
    COUNTRY = "country"


class Status(StrEnum):
    """What stage of reality a figure belongs to."""

    APPLIED = "applied"
    PLANNED = "planned"
    REVISED = "revised"
    REQUESTED = "requested"
    DRAFT_BUDGET = "draft_budget"
    SECURED = "secured"
    EXECUTED = "executed"
    TARGET = "target"
    ESTIMATED = "estimated"
    ACHIEVED = "achieved"
    OBSERVED = "observed"


class StatusClass(StrEnum):
    """Statuses that may share an axis; figures of different classes never do.

    Examples
    --------
    >>> StatusClass.of(Status.REVISED)
    <StatusClass.PLAN: 'plan'>
    """

    BID = "bid"
    PLAN = "plan"
    REQUEST = "request"
    DRAFT = "draft"
    SECURED = "secured"
    EXECUTED = "executed"
    TARGET = "target"
    ESTIMATE = "estimate"
    RESULT = "result"

    @classmethod
    def of(cls, status: Status | str) -> StatusClass:
        """Give the class that ``status`` belongs to."""
        return _CLASS_OF[Status(status)]

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses of this class."""
        return tuple(status for status, group in _CLASS_OF.items() if group is self)


_CLASS_OF = {
    Status.APPLIED: StatusClass.BID,
    Status.PLANNED: StatusClass.PLAN,
    Status.REVISED: StatusClass.PLAN,
    Status.REQUESTED: StatusClass.REQUEST,
    Status.DRAFT_BUDGET: StatusClass.DRAFT,
    Status.SECURED: StatusClass.SECURED,
    Status.EXECUTED: StatusClass.EXECUTED,
    Status.TARGET: StatusClass.TARGET,
    Status.ESTIMATED: StatusClass.ESTIMATE,
    Status.ACHIEVED: StatusClass.RESULT,
    Status.OBSERVED: StatusClass.RESULT,
}


_PARTIAL_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class Rule(StrEnum):
    """How one of several admissible claims is chosen for a cell."""

    LATEST = "latest"
    FIRST = "first"
    OFFICIAL = "official"


@functools.lru_cache(maxsize=65536)
def last_possible_day(partial: str) -> dt.date:
    """Give the last day that a partly known date can mean.

    A vintage ("what was known on that day") must not see a text before it can have
    appeared, so an imprecise date counts from its last possible day.

    Parameters
    ----------
    partial : str
        ``2022-04-26``, ``2022-04`` or ``2022``.

    Returns
    -------
    datetime.date

    Raises
    ------
    ValueError
        If the text is no date.

    Examples
    --------
    >>> last_possible_day("2022-02")
    datetime.date(2022, 2, 28)
    >>> last_possible_day("2022")
    datetime.date(2022, 12, 31)
    """
    if not _PARTIAL_DATE.fullmatch(partial):
        raise ValueError(f"{partial!r} is no YYYY-MM-DD, YYYY-MM or YYYY")
    parts = [int(part) for part in partial.split("-")]
    year = parts[0]
    month = parts[1] if len(parts) > 1 else 12
    if not 1 <= month <= 12:
        raise ValueError(f"month must be in 1..12, not {month}")
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return dt.date(year, month, day)


@functools.lru_cache(maxsize=65536)
def first_possible_day(partial: str) -> dt.date:
    """Give the first day that a partly known date can mean.

    Examples
    --------
    >>> first_possible_day("2022-02"), first_possible_day("2022")
    (datetime.date(2022, 2, 1), datetime.date(2022, 1, 1))
    """
    last = last_possible_day(partial)
    return dt.date(last.year, last.month if len(partial) > 4 else 1, last.day if len(partial) > 7 else 1)
