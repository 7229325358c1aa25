"""What is looked at: one frozen value, from which pictures, code, command and address follow."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sandan_lib.compare import region_ids, round_years, wanted
from sandan_lib.dataset import Dataset
from sandan_lib.errors import ParameterError
from sandan_lib.names import listed
from sandan_lib.score import read_weights
from sandan_lib.widgets.written import DATA, Call, call, program

__all__ = ["PARTS", "SHOWN", "View"]

PARTS = ("rounds", "budgets", "time", "whatif")
# What each part can draw, the default first.
SHOWN = {
    "rounds": ("map", "network", "outcomes"),
    "budgets": ("ranking", "composition", "secured", "history", "map"),
}
_WORDS = {
    "lang": ("ko", "en"),
    "rounds_show": SHOWN["rounds"],
    "budgets_show": SHOWN["budgets"],
    "rule": ("latest", "first", "official"),
}


@dataclass(frozen=True, slots=True)
class View:
    """All choices of the explorer; each has the name of the notebook's parameter.

    Attributes
    ----------
    lang : {"ko", "en"}
        Language.
    as_of : str
        Only texts published by this day; all for an empty text.
    round_year : int
        Round; 0 for all.
    macro_region, region : str
        Only this macro region (``"capital"``), this region; all when empty.
    rounds_show : {"map", "network", "outcomes"}
        What is drawn of the rounds.
    measure, component, status, basis, per, rule : str
        The comparison, as for :func:`sandan_lib.asked`.
    regions : str
        Regions of the comparison with commas between; all when empty.
    budgets_show : {"ranking", "composition", "secured", "history", "map"}
        What is drawn of the comparison.
    day : str
        Day of the time machine; empty for the newest.
    weights : str
        Weights of one's own score, as for :func:`sandan_lib.score`.

    Examples
    --------
    >>> View(round_year=2022).query()
    'round_year=2022'
    >>> View.read({"round_year": "2022", "lang": "en"}) == View(round_year=2022, lang="en")
    True
    """

    lang: str = "ko"
    as_of: str = ""
    round_year: int = 0
    macro_region: str = ""
    region: str = ""
    rounds_show: str = "map"
    measure: str = "budget"
    component: str = ""
    status: str = ""
    basis: str = ""
    per: str = ""
    rule: str = "latest"
    regions: str = ""
    budgets_show: str = "ranking"
    day: str = ""
    weights: str = "budget=1, jobs=1"

    @classmethod
    def read(cls, words: str | Mapping[str, Any]) -> View:
        """Make a view of parameters, or of the query of an address.

        Parameters
        ----------
        words : str or Mapping
            ``"round_year=2022&lang=en"``, or names with values; numbers may be texts.

        Returns
        -------
        View

        Raises
        ------
        ParameterError
            For a name that is no choice, or a word that it does not allow.
        """
        pairs = (
            dict(parse_qsl(words.lstrip("?"), keep_blank_values=True)) if isinstance(words, str) else words
        )
        kinds = {item.name: item.type for item in dataclasses.fields(cls)}
        given: dict[str, Any] = {}
        for name, value in pairs.items():
            if name not in kinds:
                raise ParameterError(
                    f"{name!r} is no choice of the explorer. Choices: {', '.join(kinds)}.",
                    f"{name!r}: 탐색기에 없는 이름입니다. 쓸 수 있는 이름: {', '.join(kinds)}.",
                )
            given[name] = _number(name, value) if kinds[name] == "int" else str(value).strip()
            allowed = _WORDS.get(name)
            if allowed and given[name] not in allowed:
                raise ParameterError(
                    f"{name}={value!r}: choose one of {', '.join(allowed)}.",
                    f"{name}={value!r}: {', '.join(allowed)} 가운데 하나를 고르십시오.",
                )
        return cls(**given)

    def but(self, **changes: Any) -> View:
        """Give the view with some choices changed."""
        return dataclasses.replace(self, **changes)

    def parameters(self) -> dict[str, Any]:
        """Give the choices that are not the default, by name."""
        return {
            item.name: getattr(self, item.name)
            for item in dataclasses.fields(self)
            if getattr(self, item.name) != item.default
        }

    def query(self) -> str:
        """Write the choices that are not the default as the query of an address."""
        return urlencode(self.parameters())

    def checked(self, ds: Dataset) -> View:
        """Give the view with the data's own ids, if the data know all its words.

        Parameters
        ----------
        ds : Dataset
            The data, of all days.

        Returns
        -------
        View

        Raises
        ------
        SandanError
            For an unknown region, measure, round, day or weight; the message says what is allowed.
        """
        ds.as_of(self.day)
        known = ds.as_of(self.as_of)
        round_years(ds, self.round_year)
        region_ids(ds, self.region)
        macros = {row["macro_region"] for row in ds.records("regions").values()}
        if self.macro_region and self.macro_region not in macros:
            raise ParameterError(
                f"macro_region={self.macro_region!r}: choose one of {', '.join(sorted(macros))}.",
                f"macro_region={self.macro_region!r}: {', '.join(sorted(macros))} 가운데 하나를 고르십시오.",
            )
        names = listed(self.regions)
        chosen = wanted(ds, None, names) if names else []
        for key in read_weights(self.weights):
            for name in key.split("/"):
                ds.measure_names.resolve(name)
        self.comparison().run(known)
        return self.but(
            measure=ds.measure_names.resolve(self.measure),
            region=ds.region(self.region) if self.region else "",
            regions=", ".join(item.selection_id for item in chosen),
        )

    # What is drawn

    def day_of(self, part: str) -> str:
        """Give the day whose knowledge a part shows."""
        return self.day if part == "time" else self.as_of

    def data(self, ds: Dataset, part: str) -> Dataset:
        """Give the data of that day."""
        return ds.as_of(self.day_of(part))

    def comparison(self) -> Call:
        """Give the call that compares."""
        asked = ("component", "status", "basis", "per", "regions")
        options = {name: getattr(self, name) for name in asked}
        if self.rule != "latest":
            options["rule"] = self.rule
        return call("asked", DATA, self.measure, options=options)

    def _only(self, ds: Dataset) -> str:
        """Give the regions of the rounds' part: one, those of a macro region, or all."""
        if self.region or not self.macro_region:
            return self.region
        rows = sorted(ds.records("regions").values(), key=lambda row: row["sort_order"])
        return ", ".join(row["region_id"] for row in rows if row["macro_region"] == self.macro_region)

    def picture(self, ds: Dataset, part: str) -> Call:
        """Give the call that draws a part.

        Parameters
        ----------
        ds : Dataset
            The data.
        part : str
            One of :data:`PARTS`.

        Returns
        -------
        Call
        """
        if part == "rounds":
            name = {"map": "round_map"}.get(self.rounds_show, self.rounds_show)
            regions = self._only(ds) if self.rounds_show == "network" else ""
            options = {"regions": regions}
            return call(f"charts.{name}", DATA, self.lang, self.round_year, options=options)
        if part == "whatif":
            return call("charts.scored", DATA, self._score(), self.lang)
        if part == "time":
            return call("charts.compared", DATA, self.comparison(), self.lang)
        drawn: dict[str, Call] = {
            "ranking": call("charts.compared", DATA, self.comparison(), self.lang),
            "composition": call("charts.parted", DATA, self.comparison(), self.lang),
            "secured": call("charts.secured_by_year", DATA, self.comparison(), self.rule, self.lang),
            "history": call("charts.total_paths", DATA, self.lang),
            "map": call("charts.mapped", DATA, self.comparison(), self.lang),
        }
        return drawn[self.budgets_show]

    def listing(self, ds: Dataset, part: str) -> Call:
        """Give the call that lists what a part draws; ``refs`` are the sources of :meth:`cited`."""
        refs = call("references", DATA, *self.cited(ds, part))
        if part == "rounds":
            options = {"regions": self._only(ds)}
            return call("tables.applicants", DATA, refs, self.lang, self.round_year, options=options)
        if part == "whatif":
            return call("tables.scored", DATA, self._score(), refs, self.lang)
        if part == "budgets" and self.budgets_show == "composition":
            return call("tables.parted", DATA, self.comparison(), refs, self.lang)
        if part == "budgets" and self.budgets_show == "secured":
            return call("tables.secured_by_year", DATA, self.comparison(), refs, self.rule, self.lang)
        if part == "budgets" and self.budgets_show == "history":
            return call("tables.largest_revisions", DATA, refs, self.lang)
        return call("tables.compared", DATA, self.comparison(), refs, self.lang)

    def cited(self, ds: Dataset, part: str) -> tuple[Call, ...]:
        """Give the calls whose sources a part cites."""
        if part == "rounds":
            options = {"regions": self._only(ds)}
            return (call("tables.sources_of_applicants", DATA, self.round_year, options=options),)
        if part == "whatif":
            return (self._score(),)
        if part == "budgets" and self.budgets_show == "history":
            return (call("tables.sources_of_history", DATA),)
        found = self.comparison()
        if part == "budgets" and self.budgets_show in ("composition", "secured"):
            return (found, call("tables.sources_of_comparison", DATA, found, self.rule))
        return (found,)

    def _score(self) -> Call:
        options = {"rule": self.rule} if self.rule != "latest" else {}
        return call("score", DATA, self.weights, options=options)

    # How it is written down

    def code(self, ds: Dataset, part: str) -> str:
        """Write the lines of Python that draw a part in a fresh kernel."""
        return program(self.picture(ds, part), self.day_of(part))

    def command(self, part: str) -> str:
        """Write the papermill command that makes the report of a part."""
        notebook, names = _REPORTS[part, self.budgets_show if part == "budgets" else ""]
        given = {name: value for name, value in self.parameters().items() if name in names}
        if part == "time" and self.day:
            given["as_of"] = self.day
        if "selected_in" in names and self.round_year:
            given["selected_in"] = self.round_year
        # -r would hand numbers on as texts, -p would read a region called 1 as a number.
        words = (
            f"{'-p' if isinstance(value, int) else '-r'} {name} {shlex.quote(str(value))}"
            for name, value in given.items()
        )
        return " ".join([f"papermill notebooks/{notebook}.ipynb outputs/{notebook}.ipynb", *words])


_COMPARED = {"lang", "as_of", "measure", "component", "status", "basis", "per", "rule", "regions"}
_REPORTS = {
    ("rounds", ""): ("selection_rounds", {"lang", "as_of", "selected_in"}),
    ("time", ""): ("regional_comparison", _COMPARED - {"as_of"}),
    ("whatif", ""): ("explorer", {"lang", "as_of", "rule", "weights"}),
    **{("budgets", shown): ("regional_comparison", _COMPARED) for shown in SHOWN["budgets"]},
    ("budgets", "history"): ("budget_history", {"lang", "as_of"}),
}


def _number(name: str, value: Any) -> int:
    text = str(value).strip() or "0"
    if text.isascii() and text.isdigit():
        return int(text)
    raise ParameterError(
        f"{name}={value!r} is no whole number. Write a year such as 2022, or 0 for all.",
        f"{name}={value!r}: 정수가 아닙니다. 2022처럼 쓰거나, 모두 보려면 0을 쓰십시오.",
    )
