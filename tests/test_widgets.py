"""Views without a browser: what is offered, drawn, written down and restored."""

from __future__ import annotations

import asyncio
import json
import logging
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sandan_lib as sd
from sandan_lib import Dataset
from sandan_lib.errors import NotComparable, ParameterError, SandanError, UnknownName
from sandan_lib.model import StatusClass
from sandan_lib.reports.signature import notebook_path, read_signature
from sandan_lib.widgets import PARTS, Explorer, View, explorer
from sandan_lib.widgets.choices import Option, asked_kind, days, normal, options, settled
from sandan_lib.widgets.marks import ids_of, marks
from sandan_lib.widgets.part import Part
from sandan_lib.widgets.supply import supply
from sandan_lib.widgets.views import SHOWN
from sandan_lib.widgets.wiring import Latest

CONTROLS = (
    *("measure", "component", "status", "basis", "per", "rule", "round_year", "macro_region", "region"),
    *("rounds_show", "budgets_show"),
)
VIEWS = (
    View(),
    View(lang="en", rounds_show="network", round_year=2022, budgets_show="composition"),
    View(rounds_show="outcomes", budgets_show="history", as_of="2022-12-31"),
    View(rounds_show="network", macro_region="southeast", budgets_show="map", lang="en"),
    View(rounds_show="network", region="KR-43", measure="jobs", per="subprojects", rule="official"),
    View(budgets_show="secured", regions="2020-KR-46, 2020-KR-29", day="2021-05-01"),
    View(status="secured", basis="annual", component="national", weights="budget=2, jobs=-1, output=1"),
    View(measure="output", basis="level", lang="en"),  # nothing to lay side by side
)


@pytest.fixture(autouse=True)
def no_callback_fails(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a callback raises is logged, and fails the test."""
    caplog.set_level(logging.ERROR, "sandan_lib.widgets")
    yield
    assert [record.getMessage() for record in caplog.records if record.name == "sandan_lib.widgets"] == []


@pytest.mark.parametrize("view", VIEWS, ids=View.query)
@pytest.mark.parametrize("part", PARTS)
def test_the_code_of_a_view_draws_the_same_picture(ds: Dataset, view: View, part: str) -> None:
    drawn = view.picture(ds, part).run(view.data(ds, part))
    place: dict[str, Any] = {}
    *lines, last = view.code(ds, part).splitlines()
    exec("\n".join(lines), place)
    again = eval(last, place)
    if hasattr(drawn, "to_dict"):
        assert again.to_dict() == drawn.to_dict()
    else:
        assert repr(again) == repr(drawn) != ""


@pytest.mark.parametrize("view", VIEWS, ids=View.query)
@pytest.mark.parametrize("part", PARTS)
def test_table_and_citations_belong_to_the_picture(ds: Dataset, view: View, part: str) -> None:
    known = view.data(ds, part)
    table = view.listing(ds, part).run(known)
    refs = sd.references(known, *(item.run(known) for item in view.cited(ds, part)))
    assert refs.bibtex().count("@misc{") == len(refs.items)
    shown = {key for mark in marks(_spec(view, ds, part)) for key in mark.ids if key.startswith("c")}
    claims = known.records("claims")
    sources = {claims[key]["source_id"] for key in shown}
    assert sources <= set(refs.numbers), "every figure drawn has its source among the citations"
    assert table._repr_html_()


def _spec(view: View, ds: Dataset, part: str) -> dict[str, Any]:
    drawn = view.picture(ds, part).run(view.data(ds, part))
    return dict(drawn.to_dict()) if hasattr(drawn, "to_dict") else {}


@pytest.mark.parametrize("view", VIEWS, ids=View.query)
def test_a_view_comes_back_from_its_address_and_its_parameters(ds: Dataset, view: View) -> None:
    assert View.read(view.query()) == view
    assert View.read("?" + view.query()) == view
    assert View.read(view.parameters()) == view
    assert view.checked(ds) == view


@pytest.mark.parametrize("view", VIEWS, ids=View.query)
@pytest.mark.parametrize("part", PARTS)
def test_the_command_names_a_notebook_and_its_parameters(view: View, part: str) -> None:
    words = shlex.split(view.command(part))
    assert words[0] == "papermill"
    name = words[1].removeprefix("notebooks/").removesuffix(".ipynb")
    signature = read_signature(notebook_path(name))
    given = {words[place + 1]: words[place + 2] for place in range(3, len(words), 3)}
    assert {words[place] for place in range(3, len(words), 3)} <= {"-p", "-r"}
    for key, text in given.items():
        signature.parameter(key)
        expected: Any = view.day if (part, key) == ("time", "as_of") else None
        expected = view.round_year if key == "selected_in" else expected or getattr(view, key, None)
        assert text == str(expected)


def test_the_notebook_takes_every_choice_and_its_defaults_are_the_views() -> None:
    signature = read_signature(notebook_path("explorer"))
    default = View()
    names = list(default.__dataclass_fields__)
    assert [item.name for item in signature.parameters] == names
    assert {item.name: item.default for item in signature.parameters} == {
        name: getattr(default, name) for name in names
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nonsense=1", "'nonsense' is no choice"),
        ("round_year=abc", "is no whole number"),
        ("lang=fr", "choose one of ko, en"),
        ("rounds_show=pie", "choose one of map, network, outcomes"),
    ],
)
def test_an_address_that_makes_no_view_is_refused(words: str, said: str) -> None:
    with pytest.raises(ParameterError) as caught:
        View.read(words)
    assert said in caught.value.en
    assert caught.value.ko != caught.value.en


@pytest.mark.parametrize(
    "view",
    [
        View(measure="bugdet"),
        View(region="atlantis"),
        View(macro_region="moon"),
        View(round_year=1999),
        View(as_of="yesterday"),
        View(day="2022-13-01"),
        View(weights="budget=lots"),
        View(weights="bugdet=1"),
        View(regions="atlantis"),
        View(component="church"),
        View(status="dreamt"),
        View(measure="jobs", component="national"),
        View(per="moon"),
        View(rule="loudest"),
    ],
    ids=View.query,
)
def test_words_that_the_data_do_not_know_are_told_in_one_line(ds: Dataset, view: View) -> None:
    with pytest.raises(SandanError):
        view.checked(ds)
    opened = explorer(ds, **view.parameters())
    assert opened.view == View()
    assert opened.status.value.count("<p ") == 1
    assert "sandan-error" in opened.status.value
    assert "Traceback" not in opened.status.value


def test_names_of_any_spelling_become_ids(ds: Dataset) -> None:
    view = View(measure="일자리", region="Chungbuk", regions="충북").checked(ds)
    assert (view.measure, view.region, view.regions) == ("jobs", "KR-43", "2022-KR-43")


# What is offered


@pytest.mark.parametrize("view", VIEWS, ids=View.query)
@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_has_the_views_choice_among_its_options(ds: Dataset, view: View, control: str) -> None:
    offered = options(ds, view, control)
    values = [item.value for item in offered]
    assert len(set(values)) == len(values)
    assert all(item.label for item in offered)
    if control in ("status", "basis"):
        kind = asked_kind(ds, view)
        assert kind[2 if control == "status" else 3] in values
    else:
        assert str(getattr(view, control)) in values


COMPARED = ("measure", "component", "status", "basis", "per")


@pytest.mark.parametrize(
    "view",
    [
        View(),
        View(measure="jobs"),
        View(measure="output"),
        View(status="secured", basis="annual"),
        View(measure="subprojects", as_of="2021-06-01"),
    ],
    ids=View.query,
)
@pytest.mark.parametrize("control", COMPARED)
def test_what_is_grey_could_not_be_compared_and_what_is_not_can(
    ds: Dataset, view: View, control: str
) -> None:
    for option in options(ds, view, control):
        chosen = view.but(**{control: option.value})
        if control == "measure":
            chosen = settled(chosen.data(ds, "budgets"), chosen)
        known = chosen.data(ds, "budgets")
        kind = asked_kind(known, chosen)
        count = max((len(held.selections) for held in supply(known).get(kind, ())), default=0)
        try:
            found = chosen.comparison().run(known)
            answered = isinstance(found, sd.compare(ds, "budget").__class__)
        except NotComparable:
            answered = False
        if option.reason and control != "per":
            assert not answered, (option, count)
        elif option.reason:
            # One may divide by itself or divide a share: grey because it says nothing.
            assert option.value == kind[0] or kind[3] in ("share", "change_rate") or not answered, option
        elif control != "per" or count >= 2:
            assert answered, (option, count)


def test_the_reason_is_said_in_both_languages(ds: Dataset) -> None:
    for control in COMPARED:
        for ko, en in zip(
            options(ds, View(measure="jobs"), control),
            options(ds, View(measure="jobs", lang="en"), control),
            strict=True,
        ):
            assert bool(ko.reason) == bool(en.reason)
            assert not ko.reason or ko.reason != en.reason


def test_a_new_measure_brings_words_that_it_has(ds: Dataset) -> None:
    for option in options(ds, View(), "measure"):
        if option.reason:
            continue
        view = settled(ds, View(measure=option.value, status="secured", basis="annual", component="national"))
        found = view.comparison().run(ds)
        assert not hasattr(found, "reason"), option
        assert normal(ds, view) == view


def test_the_own_words_of_a_measure_are_left_out(ds: Dataset) -> None:
    assert normal(ds, View(status="plan", basis="cumulative", component="total")) == View()
    assert normal(ds, View(status="planned")) == View()
    assert normal(ds, View(status="secured")).status == "secured"


def test_the_time_machine_stops_on_days_of_texts(ds: Dataset) -> None:
    known = days(ds)
    assert list(known) == sorted(set(known))
    assert known[0] < "2020-06-01"
    published = set(ds.claims["published"].dropna())
    assert set(known) <= published
    quiet = "2022-05-08"
    assert quiet not in known
    opened = explorer(ds, day=quiet, as_of=quiet)
    for control in (opened.time.controls["day"], opened._shared["as_of"]):
        stops = [option["value"] for option in control.options]
        assert control.value == quiet
        assert stops[:-1] == sorted({*known, quiet}), "a day without texts has its place on the slider"


# Marks


def test_marks_lead_to_their_ids(ds: Dataset) -> None:
    spec = sd.charts.standing(ds, sd.compare(ds, "budget"), None, "ko").to_dict()
    found = marks(spec)
    frame = sd.compare(ds, "budget").frame
    assert {key for mark in found for key in mark.ids} >= set(frame["claim_id"].dropna())
    assert len({mark.label for mark in found}) == len(found)
    assert any("충북 2022" in mark.label for mark in found)
    assert ids_of({"name": "x", "amount": 1, "claim": ""}) == ()


def test_inspecting_shows_conflicts_and_links(ds: Dataset) -> None:
    row = next(
        row
        for row in sd.compare(ds, "budget").frame.to_dict("records")
        if row["claims"] and row["low"] < row["high"]
    )
    table = sd.tables.inspected(ds, [row["claim_id"]], "en")
    relations = [cells[0].text for cells in table.rows]
    assert relations[0] == "this figure"
    assert "prints another" in relations
    assert table.rows[0][5].href == ds.record("sources", row["source_id"])["url"]
    classes = {StatusClass.of(str(record["status"])) for record in table.records}
    assert len(classes) == 1, "unlike figures are not conflicts"
    assert sd.tables.inspected(ds, [], "ko").rows == ()
    with pytest.raises(UnknownName):
        sd.tables.inspected(ds, ["c99999"], "ko")


# The widgets, moved as a browser would move them


@pytest.fixture
def opened(ds: Dataset) -> Explorer:
    return explorer(ds)


def specs(opened: Explorer) -> dict[str, str]:
    return {name: json.dumps(part.chart.spec, sort_keys=True) for name, part in opened.parts.items()}


MOVES = [
    ("rounds", "rounds_show", "network"),
    ("rounds", "round_year", "2021"),
    ("budgets", "budgets_show", "composition"),
    ("budgets", "measure", "jobs"),
    ("budgets", "component", "national"),
    ("budgets", "status", "secured"),
    ("budgets", "per", "population"),
    ("budgets", "rule", "first"),
    ("budgets", "regions", "2020-KR-46, 2022-KR-43"),
    ("time", "day", "2021-01-22"),
    ("whatif", "output", "3"),
]


@pytest.mark.parametrize(("part", "control", "value"), MOVES)
def test_a_control_moves_its_picture_and_what_is_written(
    opened: Explorer, part: str, control: str, value: str
) -> None:
    before, written = specs(opened), opened.parts[part].written.value
    opened.parts[part].controls[control].value = value
    after = specs(opened)
    assert after[part] != before[part]
    assert opened.parts[part].written.value != written
    assert [p.status.value for p in opened.parts.values()] == [""] * len(PARTS)
    untouched = set(PARTS) - {part} - ({"time", "whatif"} if part == "budgets" else set())
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}


def test_each_option_that_is_not_grey_can_be_chosen(opened: Explorer) -> None:
    for name, part in opened.parts.items():
        for field, control in part.controls.items():
            if control.kind != "one":
                continue
            for option in list(control.options):
                if option["reason"]:
                    continue
                control.value = option["value"]
                assert opened.status.value == ""
                assert part.status.value == "", (name, field, option)
                assert part.chart.spec or part.chart.words


@pytest.mark.parametrize(("lang", "word"), [("en", "Rounds"), ("ko", "차수")])
def test_the_language_changes_in_place(opened: Explorer, lang: str, word: str) -> None:
    other = "en" if lang == "ko" else "ko"
    opened.change("lang", other)
    before = specs(opened)
    opened.change("lang", lang)
    assert all(specs(opened)[name] != before[name] for name in PARTS)
    assert word in opened.rounds.heading.value
    labels = [control.label for part in opened.parts.values() for control in part.controls.values()]
    assert all(labels)


def test_a_mark_chosen_or_clicked_opens_its_sources(ds: Dataset, opened: Explorer) -> None:
    part = opened.budgets
    row = next(row for row in sd.compare(ds, "budget").frame.to_dict("records") if row["claims"])
    url = ds.record("sources", row["source_id"])["url"]
    part.chart._told(None, {"kind": "picked", "datum": {"name": "x", "claim": row["claim_id"]}}, [])
    assert row["claim_id"] in part.inspector.value
    assert url in part.inspector.value
    part.mark.value = "0"
    label = part.mark.options[1]["label"]
    assert label.split()[0] in part.inspector.value
    opened.change("status", "secured")
    assert "<table" not in part.inspector.value, "what stood behind an older picture is gone"


@pytest.mark.parametrize("name", PARTS)
def test_files_are_of_what_is_seen(
    ds: Dataset, opened: Explorer, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    part: Part = opened.parts[name]
    sent: list[tuple[dict[str, str], list[bytes]]] = []
    monkeypatch.setattr(part.chart, "send", lambda message, buffers: sent.append((message, buffers)))
    for button in part.buttons.values():
        button.click()
    (csv, table), (svg, picture), (bib, cited) = sent
    view = opened.view
    listed = view.listing(ds, name).run(view.data(ds, name)).to_csv()
    assert table == [b"\xef\xbb\xbf" + listed.encode()]
    assert picture == [view.picture(ds, name).run(ds).svg().encode()]
    assert cited[0].startswith(b"@misc{")
    assert [message["name"].rsplit(".")[-1] for message in (csv, svg, bib)] == ["csv", "svg", "bib"]


def test_where_nothing_can_be_drawn_the_reason_stands_and_no_old_picture(opened: Explorer) -> None:
    opened.change("as_of", "2019-12-31")
    for name in ("budgets", "whatif"):
        part = opened.parts[name]
        assert not part.chart.spec
        assert part.chart.words
    opened.whatif.buttons["svg"].click()
    assert "받을 것이 없다" in opened.whatif.status.value
    opened.change("as_of", "")
    assert all(part.chart.spec for part in opened.parts.values())


def test_an_error_in_a_callback_is_one_line_for_the_reader_and_a_traceback_in_the_log(
    ds: Dataset, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = explorer(ds)
    monkeypatch.setattr(View, "picture", lambda *_: 1 / 0)
    opened.budgets.controls["rule"].value = "first"
    assert opened.budgets.status.value.count("<p ") == 1
    assert "division by zero" in opened.budgets.status.value
    assert "Traceback" in caplog.text
    caplog.clear()  # this one was wanted


def test_data_are_never_markup(ds: Dataset) -> None:
    opened = explorer(ds, measure="<script>alert(1)</script>")
    assert "<script>" not in opened.status.value
    opened.budgets._failed("<img src=x>")
    assert "<img" not in opened.budgets.status.value


def test_of_changes_that_wait_only_the_last_is_drawn() -> None:
    runs: list[int] = []
    state = 0

    async def dragged() -> None:
        nonlocal state
        latest = Latest(lambda: runs.append(state))
        for state in range(1, 51):  # noqa: B007 - the job reads it
            latest.ask()
        await asyncio.sleep(0.05)
        latest.ask()
        await asyncio.sleep(0.05)

    asyncio.run(dragged())
    assert runs == [50, 50]


def test_without_widgets_the_picture_is_shown(opened: Explorer) -> None:
    for part in opened.parts.values():
        bundle, _ = part._repr_mimebundle_()
        assert bundle["image/png"]
        assert "vnd.jupyter.widget-view" in " ".join(bundle)
        assert bundle["text/plain"].startswith("<Figure: ")


def test_papermill_restores_a_view_and_shows_its_pictures(ds: Dataset, tmp_path: Path) -> None:
    """The command that a view gives for the explorer itself, run by stock papermill."""
    view = View(lang="en", weights="budget=2, jobs=-1")
    words = shlex.split(view.command("whatif"))
    out = tmp_path / "explorer.ipynb"
    command = [sys.executable, "-m", "papermill", str(notebook_path("explorer")), str(out), *words[3:]]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    cells = json.loads(out.read_text(encoding="utf-8"))["cells"]
    shown = [
        output["data"]
        for cell in cells
        for output in cell.get("outputs", ())
        if "image/png" in output["data"]
    ]
    assert len(shown) == len(PARTS)
    for data, part in zip(shown, PARTS, strict=True):
        figure = view.picture(ds, part).run(view.data(ds, part))
        assert "".join(data["text/plain"]) == repr(figure)


def test_options_are_plain_texts() -> None:
    assert Option("a", "b").reason == ""
    assert set(SHOWN) <= set(PARTS)
