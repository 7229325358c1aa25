"""The explorer as a whole: one view, its parts, and the language and day they share."""

from __future__ import annotations

import os
from html import escape
from typing import Any

import ipywidgets

from sandan_lib.dataset import Dataset
from sandan_lib.errors import SandanError
from sandan_lib.score import read_weights
from sandan_lib.widgets.choices import Option, days, normal, settled
from sandan_lib.widgets.controls import Choice
from sandan_lib.widgets.part import Part, error_line, weights_with
from sandan_lib.widgets.views import PARTS, View
from sandan_lib.widgets.wiring import Latest, guarded
from sandan_lib.widgets.words import say, word

__all__ = ["Explorer", "explorer"]

# Whose pictures a choice is in: the others stay as they are.
_SHARED = {"lang": PARTS, "as_of": ("rounds", "budgets", "whatif")}
_COMPARED = ("measure", "component", "status", "basis", "per", "rule", "regions")


class Explorer:
    """Rounds, budgets, the time machine and one's own score, on one view.

    Attributes
    ----------
    view : View
        What is looked at.
    head : ipywidgets.Widget
        Language and day.
    rounds, budgets, time, whatif : Part
        The parts; shown in a notebook each in its own cell.

    Parameters
    ----------
    ds : Dataset
        The data, of all days.
    view : View
        What to look at first.
    complaint : SandanError, optional
        What was wrong with what was asked for, to be told in one line.
    """

    def __init__(self, ds: Dataset, view: View, complaint: SandanError | None = None) -> None:
        self._ds, self.view = ds, view
        self._stale: set[str] = set()
        self._latest = Latest(guarded(self._redraw, self._tell))
        self._tending = Latest(guarded(self._tend, self._tell))
        self._untended: list[str] = []
        self.status = ipywidgets.HTML()
        self._shared = {"lang": self._choice("lang", "one"), "as_of": self._choice("as_of", "slider")}
        self.parts = {name: Part(name, ds, lambda: self.view, self.change) for name in PARTS}
        self.restart = ipywidgets.Button()
        self.restart.on_click(guarded(lambda _: self._start_over(), self._tell))
        row = ipywidgets.HBox([*self._shared.values(), self.restart], layout={"flex_flow": "row wrap"})
        self.title = ipywidgets.HTML()
        self.head = ipywidgets.VBox([self.title, row, self.status]).add_class("sandan-part")
        self._offer()
        for part in self.parts.values():  # whole before it is shown
            guarded(part.draw, part.tell)()
            guarded(part.tend, part.tell)()
        if complaint is not None:
            self._tell(complaint)

    @property
    def rounds(self) -> Part:
        """Who applied and won, hubs and what is linked with them."""
        return self.parts["rounds"]

    @property
    def budgets(self) -> Part:
        """Comparisons with their doubt."""
        return self.parts["budgets"]

    @property
    def time(self) -> Part:
        """What was known on a day."""
        return self.parts["time"]

    @property
    def whatif(self) -> Part:
        """A score by one's own weights."""
        return self.parts["whatif"]

    def _choice(self, name: str, kind: str) -> Choice:
        made = Choice(kind=kind, name=name)
        made.observe(guarded(lambda told: self.change(name, told["new"]), self._tell), "value")
        return made

    def _tell(self, error: Exception) -> None:
        self.status.value = error_line(error, self.view.lang)

    def change(self, name: str, value: str) -> None:
        """Take in a control's new value; the pictures it is in are drawn soon.

        Parameters
        ----------
        name : str
            Name of the choice; of a weight ``weight:`` and its measure.
        value : str
            Its new value, as the control writes it.
        """
        view = self._changed(name, value)
        if view == self.view:
            return
        self.view = view
        self._stale.update(_SHARED.get(name, ()))
        self._stale.update(_parts_of(name))
        self._latest.ask()

    def _start_over(self) -> None:
        self.view = View(lang=self.view.lang)
        self._stale.update(PARTS)
        self._latest.ask()

    def _changed(self, name: str, value: str) -> View:
        if name.startswith("weight:"):
            weights = weights_with(read_weights(self.view.weights), name.removeprefix("weight:"), int(value))
            return self.view.but(weights=weights)
        if name == "round_year":
            return self.view.but(round_year=int(value))
        view = self.view.but(**{name: value})
        if name in ("component", "status", "basis"):
            view = normal(view.data(self._ds, "budgets"), view)
        if name == "measure":
            view = settled(view.data(self._ds, "budgets"), view)
            # What is of budgets only cannot be drawn of another measure.
            if view.budgets_show in ("composition", "secured", "history"):
                view = view.but(budgets_show="ranking")
        return view

    def _redraw(self) -> None:
        stale, self._stale = self._stale, set()
        self.status.value = ""
        for name in PARTS:  # all pictures first: they are what a reader waits for
            if name in stale:
                guarded(self.parts[name].draw, self.parts[name].tell)()
        self._offer()
        self._untended = [name for name in PARTS if name in stale or name in self._untended]
        self._tending.ask()

    def _tend(self) -> None:
        """Bring one part's surroundings up to its picture; a change that came meanwhile goes first."""
        if self._untended:
            part = self.parts[self._untended.pop(0)]
            guarded(part.tend, part.tell)()
            self._tending.ask()

    def _offer(self) -> None:
        view = self.view
        newest = Option("", say(view.lang, "all"))
        self.restart.description = say(view.lang, "reset")
        title, intro = escape(say(view.lang, "title")), escape(say(view.lang, "intro"))
        self.title.value = f"<h1>{title}</h1><p>{intro}</p>"
        self._shared["lang"].label = word(view.lang, "lang")
        self._shared["lang"].offer([Option("ko", "한국어"), Option("en", "English")], view.lang)
        self._shared["as_of"].label = word(view.lang, "as_of")
        self._shared["as_of"].offer(
            [*(Option(day, day) for day in days(self._ds, view.as_of)), newest], view.as_of
        )

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """Offer the head; the parts are shown by themselves."""
        shown: dict[str, Any] = self.head._repr_mimebundle_(**options) or {}
        return shown | {"text/plain": repr(self), "text/html": f"<p>{escape(repr(self))}</p>"}

    def __repr__(self) -> str:
        """Say what is looked at."""
        return f"<Explorer: {self.view.query() or 'default view'}>"


def _parts_of(name: str) -> tuple[str, ...]:
    if name in _COMPARED:
        return ("budgets", "time", "whatif") if name == "rule" else ("budgets", "time")
    if name.startswith("weight:"):
        return ("whatif",)
    return {"budgets_show": ("budgets",), "day": ("time",)}.get(name, ("rounds",))


def explorer(ds: Dataset, **choices: Any) -> Explorer:
    """Open the explorer.

    Parameters
    ----------
    ds : Dataset
        The data, of all days.
    **choices
        What to look at first, by the names of :class:`sandan_lib.widgets.View`. On a page of its own
        (``sandan explore``) the query of the address comes before them.

    Returns
    -------
    Explorer
        Choices that make no view are told in one line, and the default view is shown.
    """
    try:
        view = View.read(choices | _address())
        return Explorer(ds, view.checked(ds))
    except SandanError as error:
        lang = choices.get("lang")
        return Explorer(ds, View(lang=lang if lang in ("ko", "en") else "ko"), error)


def _address() -> dict[str, str]:
    """Give what the query of the page's address asks for; nothing outside of a page."""
    waiting = os.environ.get("VOILA_PREHEAT", "False") != "False"
    if not waiting and not os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return {}
    from urllib.parse import parse_qsl  # noqa: PLC0415 - of pages only

    if waiting:
        # Started before anybody asked: the address is known when somebody does.
        from voila.utils import wait_for_request  # noqa: PLC0415

        wait_for_request()
    return dict(parse_qsl(os.environ.get("QUERY_STRING", ""), keep_blank_values=True))
