"""One part of the explorer: its controls, its picture, and what stands behind the marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from sandan_lib.cite import References, references
from sandan_lib.errors import SandanError
from sandan_lib.score import read_weights
from sandan_lib.tables import Table, inspected
from sandan_lib.widgets.choices import Option, asked_kind, days, options
from sandan_lib.widgets.controls import Chart, Choice
from sandan_lib.widgets.marks import ids_of, marks
from sandan_lib.widgets.wiring import guarded
from sandan_lib.widgets.words import say, word

if TYPE_CHECKING:
    from sandan_lib.dataset import Dataset
    from sandan_lib.widgets.views import View

__all__ = ["CONTROLS", "WEIGHED", "Part", "error_line", "weights_with"]

CONTROLS = {
    "rounds": ("rounds_show", "round_year", "macro_region", "region"),
    "budgets": ("budgets_show", "measure", "component", "status", "basis", "per", "rule", "regions"),
    "time": ("day",),
    "whatif": (),
}
WEIGHED = (
    *("budget", "jobs", "output", "subprojects", "priority_tasks"),
    *("budget/jobs", "budget/complex_employees"),
)
_MOST = 60  # rows of a table, selections to choose among; of the real data there are fifteen
_KINDS = {"regions": "several", "day": "slider"}


def error_line(error: Exception, lang: str) -> str:
    """Write an error in one line, for a reader."""
    words = error.message(lang) if isinstance(error, SandanError) else f"{say(lang, 'failed')}: {error}"
    return f"<p class='sandan-error' role='alert'>{escape(' '.join(words.split()))}</p>"


def weights_with(weights: Mapping[str, int], name: str, value: int) -> str:
    """Write weights down with one of them changed."""
    changed = {**weights, name: value}
    return ", ".join(f"{key}={weight}" for key, weight in changed.items() if weight)


class Part:
    """One part, shown as a widget where widgets are, and as its picture elsewhere.

    Parameters
    ----------
    name : str
        One of ``sandan_lib.widgets.PARTS``.
    ds : Dataset
        The data, of all days.
    view : callable
        Gives the view of the moment.
    change : callable
        Takes a control's name and its new value.
    """

    def __init__(
        self, name: str, ds: Dataset, view: Callable[[], View], change: Callable[[str, str], None]
    ) -> None:
        self.name, self._ds, self._view = name, ds, view
        self.status = ipywidgets.HTML()
        self.heading, self.remark = ipywidgets.HTML(), ipywidgets.HTML()
        self.controls = {field: self._control(field, change) for field in self._fields()}
        self.chart = Chart(guarded(self._picked, self.tell), self._failed)
        self.mark = Choice(kind="one", name="mark")
        self.mark.observe(guarded(self._chosen, self.tell), "value")
        self.inspector, self.table, self.written = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.buttons = {key: self._button(key) for key in ("csv", "svg", "cite")}
        self._offering = False  # while options are shown, no value is the reader's
        self._marks: dict[str, tuple[str, ...]] = {}
        self._figure: Any = None
        self.box = ipywidgets.VBox(
            [
                self.heading,
                self.remark,
                ipywidgets.HBox(list(self.controls.values()), layout={"flex_flow": "row wrap"}),
                self.status,
                self.chart,
                self.mark,
                self.inspector,
                ipywidgets.HBox(list(self.buttons.values()), layout={"flex_flow": "row wrap"}),
                self.table,
                self.written,
            ]
        )
        self.box.add_class("sandan-part").add_class(f"sandan-{name}")

    def _fields(self) -> tuple[str, ...]:
        if self.name != "whatif":
            return CONTROLS[self.name]
        known = self._ds.records("measures")
        return tuple(key for key in WEIGHED if all(name in known for name in key.split("/")))

    def _control(self, field: str, change: Callable[[str, str], None]) -> Choice:
        kind = "number" if self.name == "whatif" else _KINDS.get(field, "one")
        made = Choice(kind=kind, name=field)
        if kind == "number":
            made.bounds = [-10, 10]
        made.observe(guarded(lambda told: self._changed(field, told["new"], change), self.tell), "value")
        return made

    def _changed(self, field: str, value: str, change: Callable[[str, str], None]) -> None:
        if not self._offering:
            change(f"weight:{field}" if self.name == "whatif" else field, value)

    def _button(self, key: str) -> ipywidgets.Button:
        made = ipywidgets.Button()
        made.on_click(guarded(lambda _: self._handed(key), self.tell))
        return made

    # What is shown

    def tell(self, error: Exception) -> None:
        """Show an error in one line."""
        self.status.value = error_line(error, self._view().lang)

    def _failed(self, words: str) -> None:
        self.tell(RuntimeError(words))

    def draw(self) -> None:
        """Draw the picture of the view: the first message after a change."""
        view = self._view()
        ds = view.data(self._ds, self.name)
        try:
            self._figure = view.picture(self._ds, self.name).run(ds)
        except SandanError as error:  # a picture of something else must not stay
            self._figure = None
            self.chart.show({}, error.message(view.lang))
            return
        spec = self._figure.to_dict() if hasattr(self._figure, "to_dict") else {}
        self.chart.show(spec, "" if spec else repr(self._figure))
        self.status.value = ""

    def tend(self) -> None:
        """Bring everything around the picture up to the view."""
        view = self._view()
        self._offer(view)
        spec = self.chart.spec
        found = marks(spec)
        self._marks = {str(number): mark.ids for number, mark in enumerate(found)}
        choose = Option("", f"{say(view.lang, 'choose')} ({len(found)})")
        listed = (Option(str(number), mark.label) for number, mark in enumerate(found))
        self.mark.label = word(view.lang, "mark")
        self._inspected(())
        self.mark.offer((choose, *listed), "")
        self._write(view)
        self.table.value = ""
        if self._figure is not None:
            table = view.listing(self._ds, self.name).run(view.data(self._ds, self.name))
            self.table.value = _folded(say(view.lang, "table"), _first(table, view.lang)._repr_html_())

    def _offer(self, view: View) -> None:
        self._offering = True
        try:
            remark = {"time": "time_of", "whatif": "whatif_of"}.get(self.name)
            self.heading.value = f"<h2>{escape(say(view.lang, self.name))}</h2>"
            self.remark.value = f"<p>{escape(say(view.lang, remark))}</p>" if remark else ""
            for field, control in self.controls.items():
                self._offer_one(field, control, view)
            for key, button in self.buttons.items():
                button.description = say(view.lang, key)
        finally:
            self._offering = False

    def _offer_one(self, field: str, control: Choice, view: View) -> None:
        if self.name == "whatif":
            names = (self._ds.name("measures", part, view.lang) for part in field.split("/"))
            control.label = " ÷ ".join(names)
            control.value = str(read_weights(view.weights).get(field, 0))
            return
        control.label = word(view.lang, field)
        control.none = say(view.lang, "all")
        if field == "day":
            newest = Option("", say(view.lang, "all"))
            control.offer([*(Option(day, day) for day in days(self._ds, view.day)), newest], view.day)
        elif field == "regions":
            control.offer(_to_choose(self._ds, view.lang), view.regions)
        else:
            control.offer(options(self._ds, view, field), _value(self._ds, view, field))

    def _write(self, view: View) -> None:
        lang = view.lang
        lines = [
            ("code", view.code(self._ds, self.name)),
            ("command", view.command(self.name)),
            ("link", f"?{view.query()}"),
        ]
        shown = "".join(
            f"<h3>{escape(say(lang, key))}</h3><pre class='sandan-{key}' tabindex='0'>{escape(text)}</pre>"
            for key, text in lines
        )
        self.written.value = shown

    # What stands behind a mark

    def _picked(self, datum: Mapping[str, Any]) -> None:
        self._inspected(ids_of(datum))

    def _chosen(self, change: Mapping[str, Any]) -> None:
        if change["new"]:
            self._inspected(self._marks.get(change["new"], ()))

    def _inspected(self, ids: tuple[str, ...]) -> None:
        lang = self._view().lang
        if not ids:
            self.inspector.value = f"<p>{escape(say(lang, 'inspector'))}</p>"
            return
        self.inspector.value = inspected(self._view().data(self._ds, self.name), ids, lang)._repr_html_()

    # What can be taken away

    def _handed(self, key: str) -> None:
        view = self._view()
        ds = view.data(self._ds, self.name)
        stem = f"sandan-{self.name}"
        if self._figure is None or (key == "svg" and not hasattr(self._figure, "svg")):
            self.status.value = f"<p role='status'>{escape(say(view.lang, 'nothing'))}</p>"
            return
        if key == "svg":
            self.chart.download(f"{stem}.svg", "image/svg+xml", self._figure.svg().encode("utf-8"))
        elif key == "csv":
            # A byte-order mark: without it Excel reads Korean as something else.
            table = view.listing(self._ds, self.name).run(ds)
            self.chart.download(f"{stem}.csv", "text/csv", b"\xef\xbb\xbf" + table.to_csv().encode("utf-8"))
        else:
            self.chart.download(f"{stem}.bib", "application/x-bibtex", self._cited(ds, view).encode("utf-8"))

    def _cited(self, ds: Dataset, view: View) -> str:
        found: References = references(ds, *(item.run(ds) for item in view.cited(self._ds, self.name)))
        return found.bibtex() + "\n"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Offer the widget, and the picture of the view for places that have none."""
        widget: dict[str, Any] = self.box._repr_mimebundle_(**options) or {}
        if not hasattr(self._figure, "to_dict"):
            return widget | {"text/plain": self.chart.words or repr(self._figure)}, {}
        picture, metadata = self._figure._repr_mimebundle_()
        shown = {mime: item for mime, item in picture.items() if "vegalite" not in mime}
        return widget | shown, metadata


def _to_choose(ds: Dataset, lang: str) -> list[Option]:
    """Offer the selections; of very many, the regions."""
    found = ds.selections()
    if len(found) > _MOST:
        return [
            Option(key, ds.name("regions", key, lang)) for key in dict.fromkeys(i.region_id for i in found)
        ]
    return [Option(i.selection_id, ds.selection_name(i.selection_id, lang)) for i in found]


def _value(ds: Dataset, view: View, field: str) -> str:
    """Give what a control shows as chosen: the view's word, or the measure's own where it has none."""
    value = str(getattr(view, field))
    if value or field not in ("status", "basis"):
        return value
    kind = asked_kind(ds, view)
    return kind[2] if field == "status" else kind[3]


def _first(table: Table, lang: str) -> Table:
    """Give a table with the rows that a page can carry."""
    beyond = len(table.rows) - _MOST
    if beyond <= 0:
        return table
    note = say(lang, "beyond").format(beyond)
    return replace(table, rows=table.rows[:_MOST], notes=(*table.notes, note))


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{content}</details>"
