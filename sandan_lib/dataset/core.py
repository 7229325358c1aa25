"""The data as loaded: frames, names, selections, vintages. Nothing in it can be changed."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sandan_lib.checks.columns import split_list
from sandan_lib.dataset.refusals import not_selected, number_of_round
from sandan_lib.dataset.rows import as_date, known_by, published_by, rows_of
from sandan_lib.dataset.tables import Tables
from sandan_lib.errors import UnknownName, nearest
from sandan_lib.model import Qualifier, Unit
from sandan_lib.names import Names
from sandan_lib.schema import Package
from sandan_lib.units import Quantity, format_quantity

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Dataset", "Selection"]

# Of larger data no results are kept: one of them may take a hundred megabytes.
_FEW, _KEPT, _KEPT_DAYS = 20_000, 128, 32


@dataclass(frozen=True, slots=True)
class Selection:
    """One region in one round: the thing that is planned, reported and compared.

    Attributes
    ----------
    selection_id, region_id : str
        Identifiers.
    round_year : int
        Round.
    selected : bool
        Whether it was selected, or only applied.
    """

    selection_id: str
    region_id: str
    round_year: int
    selected: bool


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """The curated data, as loaded and checked; nothing in it can be changed.

    Attributes
    ----------
    package : Package
        Description: labels, vocabularies, version.
    digest : str
        SHA-256 over description and tables.
    vintage : datetime.date or None
        Day whose state of knowledge this is; ``None`` for all that is known.
    undated : tuple of str
        Claims that a vintage leaves out because their source has no date.

    Examples
    --------
    >>> from sandan_lib import load
    >>> ds = load()
    >>> ds.region("충청북도"), ds.region("Chungbuk"), ds.region("KR-43")
    ('KR-43', 'KR-43', 'KR-43')
    >>> len(ds.selections())
    15
    """

    package: Package
    digest: str
    _frames: Mapping[str, pd.DataFrame]
    vintage: dt.date | None = None
    undated: tuple[str, ...] = ()
    # Of a vintage: the claims of all days.
    _uncut: pd.DataFrame | None = None

    def __repr__(self) -> str:
        """Say which data these are; the tables are reached by ``table()``."""
        day = f", as known on {self.vintage}" if self.vintage else ""
        return (
            f"<Dataset {self.version}: {len(self._frames['claims'])} claims, {len(self._frames)} tables{day}>"
        )

    @property
    def version(self) -> str:
        """Release of the data package."""
        return self.package.version

    def table(self, name: str) -> pd.DataFrame:
        """Give a table as a frame of the caller's own.

        Parameters
        ----------
        name : str
            A table of ``datapackage.json``.

        Returns
        -------
        pandas.DataFrame
            Text as ``string``, whole numbers as ``Int64``, truth values as ``boolean``, exact
            numbers (``claims.value``) as ``int`` or ``Decimal`` objects; missing is ``pd.NA``.
            ``claims`` has one column more than its file: ``misprint``, whether it stands in
            ``corrections``.
        """
        self.package.table(name)
        return self._frames[name].copy()

    def peek(self, name: str) -> pd.DataFrame:
        """Give a table's own frame, to be read and never changed: a million rows need no copy."""
        self.package.table(name)
        return self._frames[name]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Give a table's rows, of this vintage, as dictionaries of the caller's own.

        Parameters
        ----------
        name : str
            A table of ``datapackage.json``.

        Returns
        -------
        list of dict
            Missing cells are ``None``.

        Examples
        --------
        >>> from sandan_lib import load
        >>> [row["round_year"] for row in load().rows("rounds")]
        [2020, 2021, 2022]
        """
        self.package.table(name)
        tables = self._frames
        return tables.rows(name) if isinstance(tables, Tables) else rows_of(tables[name])

    @property
    def _of_all_days(self) -> pd.DataFrame:
        return self._frames["claims"] if self._uncut is None else self._uncut

    def claims_about(
        self, measure_id: str, selection_ids: Sequence[str], columns: Sequence[str]
    ) -> pd.DataFrame:
        """Give some columns of the claims (of this vintage) that selections' texts make of a measure.

        Parameters
        ----------
        measure_id : str
            The measure.
        selection_ids : sequence of str
            The selections.
        columns : sequence of str
            Columns of ``claims``.

        Returns
        -------
        pandas.DataFrame
            Of a million claims only these are cut out, and each column once.
        """
        import numpy as np  # noqa: PLC0415 - whoever only asks for names and selections needs none

        claims = self._of_all_days
        rows = np.flatnonzero((claims["measure_id"] == measure_id).to_numpy(dtype=bool, na_value=False))
        of_whom = claims["selection_id"].take(rows).isin(selection_ids)
        rows = rows[of_whom.to_numpy(dtype=bool)]
        if self.vintage is not None:
            rows = rows[published_by(claims["published"].take(rows), self.vintage).to_numpy(dtype=bool)]
        return claims[list(columns)].take(rows)

    @property
    def claims(self) -> pd.DataFrame:
        """The printed figures, one a row (of this vintage)."""
        return self.table("claims")

    @functools.cached_property
    def remembered(self) -> Callable[..., Any]:
        """Call a function with these data and hashable arguments; the newest results are kept.

        Only for functions whose results cannot be changed: the data never do.
        """
        return self._keeping(_KEPT)(lambda function, *asked: function(self, *asked))

    @functools.cached_property
    def _vintages(self) -> Callable[[dt.date], Dataset]:
        """Give the state of knowledge of a day; the newest few are kept."""
        return self._keeping(_KEPT_DAYS)(self._known_on)

    def _keeping(self, results: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        return functools.lru_cache(results if len(self._of_all_days) <= _FEW else 0)

    @functools.cached_property
    def region_names(self) -> Names:
        """Every spelling of a region."""
        pairs = [(row["alias"], row["region_id"]) for row in self.rows("region_aliases")]
        pairs += [(row["region_id"],) * 2 for row in self.rows("regions")]
        return Names.build("region", "시·도", "data/region_aliases.csv", pairs)

    @functools.cached_property
    def complex_names(self) -> Names:
        """Every spelling of an industrial complex."""
        pairs: list[tuple[str, str]] = []
        for row in self.rows("complexes"):
            spellings = [row["complex_id"], row["name_ko"], row["name_en"]]
            spellings += split_list(row["aliases"] or "")
            pairs += [(spelling, row["complex_id"]) for spelling in spellings]
        return Names.build("industrial complex", "산업단지", "data/complexes.csv (aliases)", pairs)

    @functools.cached_property
    def measure_names(self) -> Names:
        """Every spelling of a measure."""
        pairs = [
            (row[column], row["measure_id"])
            for row in self.rows("measures")
            for column in ("measure_id", "name_ko", "name_en")
        ]
        return Names.build("measure", "측정값", "data/measures.csv", pairs, listed=True)

    @functools.cached_property
    def _selections(self) -> tuple[Selection, ...]:
        """Every application and selection of this vintage, in order."""
        found = [
            Selection(row["selection_id"], row["region_id"], row["round_year"], row["outcome"] == "selected")
            for row in self.rows("selections")
            if self.vintage is None or known_by(row["preselected"] or row["applied"], self.vintage)
        ]
        order = {key: row["sort_order"] for key, row in self.records("regions").items()}
        return tuple(sorted(found, key=lambda item: (item.round_year, order[item.region_id])))

    def region(self, spelling: str) -> str:
        """Give the id of a region from any of its spellings."""
        return self.region_names.resolve(spelling)

    def record(self, table: str, key: str | int) -> Mapping[str, Any]:
        """Give one row of a table by its (single-column) key, as a read-only mapping.

        Parameters
        ----------
        table : str
            Table with a single-column key.
        key : str or int
            Value of the key.

        Returns
        -------
        Mapping
            Column → value; missing values are ``None``.

        Raises
        ------
        UnknownName
            If the table has no such row.
        """
        rows = self.records(table)
        if key in rows:
            return rows[key]
        near = nearest(str(key), map(str, rows))
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        hint_ko = f" 혹시 {' 또는 '.join(near)}?" if near else ""
        raise UnknownName(
            f"no row {key!r} in {table}.{hint} `ds.table({table!r})` shows all.",
            f"{table}에 {key!r} 행이 없습니다.{hint_ko} 모두 보려면 `ds.table({table!r})`.",
        )

    def records(self, table: str) -> Mapping[Any, Mapping[str, Any]]:
        """Give all rows of a table with a single-column key, as read-only mappings by key."""
        cache: dict[str, Mapping[Any, Mapping[str, Any]]] = self.__dict__.setdefault("_record_cache", {})
        if table not in cache:
            (key,) = self.package.table(table).primary_key
            rows = self.rows(table)
            cache[table] = MappingProxyType({row[key]: MappingProxyType(row) for row in rows})
        return cache[table]

    def correction(self, claim_id: str) -> Mapping[str, Any] | None:
        """Give what is known of a misprint (``corrections``); None for a figure printed rightly."""
        return self.records("corrections").get(claim_id)

    def name(self, table: str, key: str, lang: str) -> str:
        """Give the name of a region, complex, measure, organisation or programme in ``lang``."""
        return str(self.record(table, key)[f"name_{lang}"])

    def selection_name(self, selection_id: str, lang: str) -> str:
        """Give a selection's name in ``lang``: its region's, and the year of its round."""
        row = self.record("selections", selection_id)
        return f"{self.name('regions', row['region_id'], lang)} {row['round_year']}"

    def label(self, table: str, column: str, value: str, lang: str) -> str:
        """Give the label of a vocabulary's member in ``lang``."""
        return self.package.label(table, column, value, lang)

    def amount(self, claim: Mapping[str, Any], lang: str) -> str:
        """Write a claim's figure as its measure is counted: ``883건``, ``약 1조 원``.

        Parameters
        ----------
        claim : Mapping
            A row of ``claims``.
        lang : {"ko", "en"}
            Language.

        Returns
        -------
        str
        """
        high = claim["value_high"]
        quantity = Quantity(
            claim["value"],
            Unit(claim["unit"]),
            Qualifier(claim["qualifier"]),
            high if isinstance(high, (int, Decimal)) else None,
        )
        text = format_quantity(quantity, lang)
        counter = self.record("measures", claim["measure_id"])["counter_ko"]
        return text.replace("개", counter) if lang == "ko" and counter else text

    def selections(self, *, selected_only: bool = True) -> list[Selection]:
        """Give the selections in the order of rounds and regions.

        A vintage lists only those that were announced by its day.

        Parameters
        ----------
        selected_only : bool
            Whether to leave out applicants that were not selected.

        Returns
        -------
        list of Selection
        """
        return [item for item in self._selections if item.selected or not selected_only]

    def selection(self, region: str, round_year: int | None = None) -> Selection:
        """Give the selection of a region in a round.

        Parameters
        ----------
        region : str
            Any spelling of a region.
        round_year : int, optional
            Round; may be left out for a region selected once.

        Returns
        -------
        Selection

        Raises
        ------
        UnknownName
            If there is no such region.
        UnknownSelection
            If the region was not selected in that round; the message says whether it applied,
            and which rounds there are.

        Examples
        --------
        >>> from sandan_lib import load
        >>> load().selection("충북", 2022).selection_id
        '2022-KR-43'
        """
        region_id, round_year = self.region(region), number_of_round(round_year)
        known = [item for item in self.selections(selected_only=False) if item.region_id == region_id]
        won = [item for item in known if item.selected]
        if round_year is None and len(won) == 1:
            return won[0]
        for item in won:
            if item.round_year == round_year:
                return item
        raise not_selected(self, region_id, round_year, known)

    def as_of(self, day: str | dt.date | None) -> Dataset:
        """Give the state of knowledge on a day.

        Parameters
        ----------
        day : str or datetime.date or None
            ISO date; ``None`` or an empty text keeps everything.

        Returns
        -------
        Dataset
            Only claims and events published by then. Imprecise dates count from their last
            possible day; undated claims are left out and named in ``undated``.

        Raises
        ------
        ParameterError
            If ``day`` is no date.

        Examples
        --------
        >>> from sandan_lib import load
        >>> ds = load()
        >>> len(ds.as_of("2020-12-31").claims) < len(ds.claims)
        True
        """
        if day is None or day == "":
            return self
        vintage = as_date(day)
        if self.vintage is not None:
            vintage = min(vintage, self.vintage)  # what was cut off does not come back
        return self._vintages(vintage)

    def _known_on(self, vintage: dt.date) -> Dataset:
        from sandan_lib.dataset.vintage import known_tables  # noqa: PLC0415 - imports pandas

        claims = self._of_all_days
        undated = claims.loc[claims["published"].isna(), "claim_id"]
        return replace(
            self,
            _frames=known_tables(self._frames, claims, self.record, vintage),
            vintage=vintage,
            undated=tuple(dict.fromkeys((*self.undated, *map(str, undated)))),
            _uncut=claims,
        )
