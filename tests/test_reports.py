"""The runner: what it refuses before a kernel starts, and what it believes afterwards."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandan_lib.dataset import Dataset
from sandan_lib.errors import OutputsBusy, ParameterError, UnknownName, UnknownSelection
from sandan_lib.reports import Limits, Run, engine, notebook_path, plan_runs, read_signature, run_batch
from sandan_lib.reports.batch import Outcome
from sandan_lib.reports.execute import Executed, execute, unfinished
from sandan_lib.reports.notebook import notebook_bytes
from sandan_lib.reports.outputs import Folder, write_whole
from sandan_lib.reports.render import inert, render, table_files

REPORT = notebook_path("region_report")


def write_notebook(path: Path, *sources: str, tags: tuple[str, ...] = ("parameters",)) -> Path:
    """Write a small notebook whose first cell is tagged."""
    cells = [nbformat.v4.new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
    cells[0].metadata["tags"] = list(tags)
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


def scaffolding(out: Path) -> list[str]:
    """What an outputs folder holds that is not for readers; the lock stays."""
    return sorted(path.name for path in out.iterdir() if path.name[0] == "." and path.name != ".lock")


def a_run(path: Path, name: str, **parameters: Any) -> Run:
    return Run(path, parameters, f"try/{name}", name, "ko", "try")


# ---- the file of a notebook


def awkward_notebook() -> Any:
    """Build a notebook of all that nbformat treats in a way of its own when it writes."""
    outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="a\n\u2028나\r\nc"),
        nbformat.v4.new_output("error", ename="E", evalue="e", traceback=["1\n2"]),
        nbformat.v4.new_output(
            "display_data",
            data={
                "text/html": "<b>\n</b>",
                "image/svg+xml": "<svg>\n</svg>",
                "application/javascript": "1;\n2",
                "image/png": "aGFs\nbG8=",
                "application/json": {
                    "b": [1, 2.5, -0.0, 1e300, True, None, [], {}, "c\n"],
                    "가": {"z": {}, "a": ()},
                },
            },
            metadata={"image/png": {"width": 3}},
        ),
    ]
    cells = [
        nbformat.v4.new_code_cell("1\n2", id="a", outputs=outputs, execution_count=3),
        nbformat.v4.new_markdown_cell("# 나\n", id="b", attachments={"x.png": {"image/png": "aGE="}}),
        nbformat.v4.new_raw_cell("", id="c"),
    ]
    cells[0].metadata.update(trusted=True, tags=["x"])
    metadata = {"signature": "s", "orig_nbformat": 4, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def test_the_text_of_an_awkward_notebook_is_nbformats() -> None:
    notebook = awkward_notebook()
    before = copy.deepcopy(notebook)
    assert notebook_bytes(notebook) == f"{nbformat.writes(notebook)}\n".encode()
    assert notebook == before


@pytest.mark.parametrize("path", sorted(REPORT.parent.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_text_of_our_notebooks_is_nbformats(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert notebook_bytes(notebook) == f"{nbformat.writes(notebook)}\n".encode()
    done = execute(notebook, {}).notebook
    assert notebook_bytes(done) == f"{nbformat.writes(done)}\n".encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_values_are_written_as_json_does(value: Any) -> None:
    notebook = nbformat.v4.new_notebook(metadata={"x": value})
    assert notebook_bytes(notebook) == f"{nbformat.writes(notebook)}\n".encode()


MIMES = ["text/plain", "image/png", "application/json", "application/x+json", "json"]
OUTPUTS = st.fixed_dictionaries(
    {
        "output_type": st.sampled_from(["display_data", "execute_result", "stream"]),
        "data": st.dictionaries(
            st.sampled_from(["text/plain", "image/png", "application/json", "application/x+json", "json"]),
            JSON,
        )
        | JSON,
        "metadata": st.dictionaries(st.text(), JSON) | st.none(),
    },
    optional={"execution_count": st.integers(-1, 3) | st.none() | st.booleans(), "more": st.none()},
)


@given(OUTPUTS, st.sampled_from(["display_data", "execute_result", "stream", "error", None]))
def test_an_output_that_passes_at_once_is_one_by_the_schema(output: dict[str, Any], ref: str | None) -> None:
    """The other way round it need not be: what is not surely valid is asked about."""
    node = nbformat.from_dict(output)
    if engine._surely_valid(node, ref):
        engine._by_schema(node, ref)  # type: ignore[no-untyped-call]
    for kind in ("display_data", "execute_result"):
        usual = nbformat.v4.new_output(kind, data={"text/plain": "1", "application/json": [1]})
        assert engine._surely_valid(usual, kind)


def test_what_is_no_notebook_is_left_to_nbformat(caplog: pytest.LogCaptureFixture) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="a")])
    notebook.cells[0]["surprise"] = {1: 2}
    assert notebook_bytes(notebook) == f"{nbformat.writes(notebook)}\n".encode()
    assert "surprise" in caplog.text


# ---- signature


def test_the_signature_is_what_papermill_sees() -> None:
    ours = {item.name: (item.type.__name__, item.help) for item in read_signature(REPORT).parameters}
    theirs = papermill.inspect_notebook(str(REPORT))
    assert ours == {name: (item["inferred_type_name"], item["help"]) for name, item in theirs.items()}
    assert all(help_text for _, help_text in ours.values())


@pytest.mark.parametrize(
    "source",
    [
        'a = "x"',
        "a: str = b",
        'a: str = "x"; import os',
        "a: list = []",
        "import os",
        'a: int = "x"',
        "a = b = 1",
    ],
)
def test_a_line_that_is_no_plain_assignment_is_refused(tmp_path: Path, source: str) -> None:
    with pytest.raises(ParameterError, match="line 1"):
        read_signature(write_notebook(tmp_path / "n.ipynb", source))


def test_a_notebook_without_its_tag_is_refused(tmp_path: Path) -> None:
    """papermill would put the values on top, and the defaults below would overwrite them."""
    with pytest.raises(ParameterError, match="0 cells tagged"):
        read_signature(write_notebook(tmp_path / "n.ipynb", "a: int = 1", tags=()))


@pytest.mark.parametrize("text", ["1_000", "0x10", "1e3", "２０２２", " 2022", "nan", "", "2022; import os"])
def test_whole_numbers_are_ascii_digits(text: str) -> None:
    with pytest.raises(ParameterError, match="round_year"):
        read_signature(REPORT).convert("round_year", text)


def test_values_take_the_parameters_type() -> None:
    signature = read_signature(REPORT)
    assert signature.convert("round_year", "2022") == 2022
    assert signature.convert("region", "051") == "051"


@pytest.mark.parametrize("name", ["../region_report", "region_reprt", "/etc/passwd", ""])
def test_a_notebook_is_named_not_pathed(name: str) -> None:
    with pytest.raises(ParameterError, match="region_report"):
        notebook_path(name)


# ---- plan


def test_without_a_word_all_fifteen_are_planned(ds: Dataset) -> None:
    runs = plan_runs(ds)
    assert len(runs) == 15
    assert len({run.name for run in runs}) == 15
    assert all(re.fullmatch(r"region_report/20\d\d-KR-\d\d-ko", run.name) for run in runs)


@pytest.mark.parametrize("spelling", ["충청북도", "충북", "Chungbuk", "KR-43", "chungcheongbuk-do"])
def test_spellings_mean_the_same(ds: Dataset, spelling: str) -> None:
    (run,) = plan_runs(ds, regions=[spelling])
    assert run.name == "region_report/2022-KR-43-ko"
    assert run.parameters == {"region": "KR-43", "round_year": 2022, "lang": "ko", "as_of": ""}


def test_a_region_selected_twice_gives_two_reports(ds: Dataset) -> None:
    assert [run.name[-13:] for run in plan_runs(ds, regions=["경북"])] == ["2020-KR-47-ko", "2022-KR-47-ko"]


def test_regions_rounds_and_languages_multiply(ds: Dataset) -> None:
    assert len(plan_runs(ds, rounds=[2021], languages=["ko", "en"])) == 10
    assert len(plan_runs(ds, regions=["전남", "Jeonnam"], rounds=[2020])) == 1


@pytest.mark.parametrize(
    ("wanted", "error", "says"),
    [
        ({"extra": {"reigon": "충북"}}, ParameterError, "Did you mean 'region'"),
        ({"extra": {"a=1;import os;os.abort()#": "1"}}, ParameterError, "has no parameter"),
        ({"regions": ["경복"]}, UnknownName, "경북"),
        ({"regions": ["../../evil"]}, UnknownName, "no region"),
        ({"regions": ["충북"], "rounds": [2021]}, UnknownSelection, "applied in 2021 but was not selected"),
        ({"regions": ["서울"]}, UnknownSelection, "never selected"),
        ({"rounds": [2019]}, ParameterError, "no round 2019"),
        ({"regions": ["충북"], "rounds": [2019]}, ParameterError, "no round 2019"),
        ({"languages": ["fr"]}, ParameterError, "ko, en"),
        ({"extra": {"lang": "jp"}}, ParameterError, "ko, en"),
        ({"as_of": "2022-02-30"}, ParameterError, "no date"),
        ({"as_of": "../../x"}, ParameterError, "no date"),
        ({"extra": {"round_year": "twenty"}}, ParameterError, "no int"),
        ({"regions": ["전남"], "extra": {"region": "충북"}}, ParameterError, "given twice"),
        ({"as_of": "20220501"}, ParameterError, "no date"),
        ({"rounds": [2021, 1999]}, ParameterError, "no round 1999"),
        ({"extra": {"round_year": "2" * 5000}}, ParameterError, "no int"),
        ({"as_of": "2020-01-01"}, UnknownSelection, "by 2020-01-01"),
        ({"as_of": "2020-12-31", "regions": ["충북"]}, UnknownSelection, "selected on 2022-04-26"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_what_cannot_be_run_is_refused_in_both_languages(
    ds: Dataset, wanted: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as caught:
        plan_runs(ds, **wanted)
    assert says in str(caught.value)
    assert re.search("[가-힣]", caught.value.ko)  # type: ignore[attr-defined]


def test_a_vintage_plans_only_what_had_been_selected(ds: Dataset) -> None:
    assert len(plan_runs(ds, as_of="2021-06-30")) == 10
    assert [run.name for run in plan_runs(ds, as_of="2021-06-30", regions=["전남"])] == [
        "region_report/2020-KR-46-ko-asof-2021-06-30"
    ]


def test_parameters_may_be_typed(ds: Dataset) -> None:
    (run,) = plan_runs(ds, extra={"region": "충북", "lang": "en", "as_of": "2022-12-31"})
    assert run.name == "region_report/2022-KR-43-en-asof-2022-12-31"


# ---- execution


def executed(*sources: str, **limits: Any) -> Executed:
    cells = [nbformat.v4.new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
    cells[0].metadata["tags"] = ["parameters"]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return execute(notebook, {"a": 2}, Limits(**limits))


def test_an_error_in_a_cell_fails_the_run_and_keeps_the_notebook() -> None:
    done = executed("a: int = 1", "print(a)", "1 / 0", "print('later')")
    assert done.cause == "cell 4: ZeroDivisionError: division by zero"
    assert not done.infrastructure
    outputs = [output for cell in done.notebook.cells for output in cell.get("outputs", ())]
    assert [output.output_type for output in outputs] == ["stream", "error"]


def test_a_timeout_fails_the_run_and_keeps_what_came_before() -> None:
    """papermill's own record of this run says `completed` of every cell."""
    done = executed("a: int = 1", "print(a)", "import time; time.sleep(60)", cell_seconds=1)
    assert done.cause == "a cell took longer than 1 s"
    assert done.notebook.cells[2].outputs[0].text == "2\n"


def test_all_cells_together_have_a_limit_too() -> None:
    done = executed("a: int = 1", "import time; time.sleep(1.5)", "while True: pass", run_seconds=2)
    assert done.cause == "a cell took longer than 600 s, or all longer than 2 s"
    assert done.notebook.cells[2].execution_count == 3


def test_a_dead_kernel_fails_the_run_and_keeps_what_came_before() -> None:
    done = executed("a: int = 1", "print(a, flush=True)", "import os; os._exit(3)")
    assert done.cause == "the kernel died"
    assert not done.infrastructure, "the notebook did it: it would again"
    assert done.notebook.cells[2].outputs[0].text == "2\n"


def test_memory_has_a_limit() -> None:
    done = executed("a: int = 1", "block = bytearray(1 << 30)", memory=800 << 20)
    assert done.cause == "cell 3: MemoryError:"


def test_a_cell_that_was_not_executed_is_noticed(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", "a: int = 1", "a + 1")
    notebook = nbformat.read(path, as_version=4)
    assert unfinished(notebook) == "cell 1 was not executed"
    notebook.cells[0].execution_count = 1
    assert unfinished(notebook) == "cell 2 was not executed"
    notebook.cells[1].execution_count = 2
    assert unfinished(notebook) is None
    notebook.cells[1].outputs = [nbformat.v4.new_output("error", ename="E", evalue="v", traceback=[])]
    assert unfinished(notebook) == "cell 2: E: v"


# ---- places


def test_a_folder_replaces_a_folder_whole(tmp_path: Path) -> None:
    outputs = Folder(tmp_path / "out")
    with outputs.opened(0):
        for text in ("old", "new"):
            outputs.put("group/final", {text: b"1", f"tables/{text}.csv": b"2"})
        assert [path.name for path in outputs.path.iterdir() if path.name[0] != "."] == ["group"]
    final = tmp_path / "out" / "group" / "final"
    assert sorted(path.name for path in final.rglob("*")) == ["new", "new.csv", "tables"]


def test_a_place_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ParameterError, match="cannot write to"), Folder(tmp_path / "file" / "out").opened(0):
        pass


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"old")
    with pytest.raises(TypeError):
        write_whole(tmp_path / "there", "no bytes")  # type: ignore[arg-type]
    assert (tmp_path / "there").read_bytes() == b"old"


def test_two_runners_in_one_place_do_not_meet(tmp_path: Path) -> None:
    with Folder(tmp_path).opened(0):
        second = Folder(tmp_path)
        with pytest.raises(OutputsBusy, match="another runner") as caught, second.opened(0.2):
            pass
        assert "--wait" in caught.value.ko
    with Folder(tmp_path).opened(0):
        pass


# ---- pages


class Page(HTMLParser):
    """Reads what matters of a page: policy, scripts, addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.policy = ""
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self.open_script = False
        self.events: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"] or ""
        self.addresses += [values[key] or "" for key in ("src", "srcset", "poster") if key in values]
        self.addresses += [values["href"] or ""] if tag == "link" else []
        self.events += [key for key in values if key.startswith("on")]
        self.open_script = tag == "script" and values.get("type") != "application/json"

    def handle_data(self, data: str) -> None:
        if self.open_script:
            self.scripts.append(data)
            self.open_script = False


@pytest.fixture(scope="module")
def made(ds: Dataset, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Outcome]]:
    """Make the report of 충북 in both languages, once for all tests that read it."""
    out = tmp_path_factory.mktemp("made")
    return out, list(run_batch(ds, plan_runs(ds, regions=["충북"], languages=["ko", "en"]), out))


def test_a_batch_makes_page_notebook_tables_index_and_manifest(made: tuple[Path, list[Outcome]]) -> None:
    out, outcomes = made
    assert [outcome.cause for outcome in outcomes] == [None, None]
    folder = out / "region_report" / "2022-KR-43-ko"
    assert {path.name for path in folder.iterdir()} == {"report.html", "report.ipynb", "tables"}
    assert (folder / "tables" / "standing-budget.csv").exists()
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    entry = manifest["runs"]["region_report/2022-KR-43-ko"]
    assert entry["parameters"]["region"] == "KR-43"
    assert entry["data"]["sha256"]
    for name, digest in entry["files"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    index = (out / "index.html").read_text(encoding="utf-8")
    for link in re.findall(r'href="([^"#]+)"', index):
        assert link == "data:," or (out / link).is_file(), link
    assert scaffolding(out) == []


def test_a_page_loads_nothing_and_its_policy_admits_only_its_own_scripts(
    made: tuple[Path, list[Outcome]],
) -> None:
    for outcome in made[1]:
        page = Page((Path(outcome.place) / "report.html").read_text(encoding="utf-8"))
        assert all(address.startswith("data:") for address in page.addresses)
        assert page.policy.startswith("default-src 'none'; script-src 'sha256-")
        assert "unsafe-eval" not in page.policy
        assert "http" not in page.policy
        hashes = [
            f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
            for script in page.scripts
        ]
        assert len(hashes) == 3  # Vega, what draws with it, what says that a box scrolls
        assert all(item in page.policy for item in hashes)
        assert page.events == []


def test_a_page_shows_no_code_and_no_words_meant_for_the_notebook(made: tuple[Path, list[Outcome]]) -> None:
    html = (made[0] / "region_report/2022-KR-43-ko/report.html").read_text(encoding="utf-8")
    body = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert "sd.load" not in body
    assert "round_year" not in body
    assert "sandan report" not in body
    assert body.count('class="chart"') == 6


def test_a_page_begins_with_its_contents(made: tuple[Path, list[Outcome]]) -> None:
    html = (made[0] / "region_report/2022-KR-43-en/report.html").read_text(encoding="utf-8")
    contents = re.search(r"<nav>(.*?)</nav>", html)
    assert contents is not None
    named = re.findall(r'<a href="#([\w-]+)">(.*?)</a>', contents.group(1))
    assert named == re.findall(r'<h2 id="([\w-]+)">(.*?)</h2>', html)
    assert len(named) == 13


def test_the_executed_notebook_tells_nothing_of_the_machine(made: tuple[Path, list[Outcome]]) -> None:
    text = (made[0] / "region_report/2022-KR-43-ko/report.ipynb").read_text(encoding="utf-8")
    for trace in (str(made[0]), str(Path.cwd()), "start_time", "/tmp/"):
        assert trace not in text


def test_two_runs_give_the_same_tables_and_pages(
    ds: Dataset, made: tuple[Path, list[Outcome]], tmp_path: Path
) -> None:
    again = list(run_batch(ds, plan_runs(ds, regions=["충북"]), tmp_path))
    assert again[0].cause is None
    first = made[0] / "region_report" / "2022-KR-43-ko"
    names = sorted(path.relative_to(first) for path in first.rglob("*.csv"))
    assert len(names) >= 10
    for name in [*names, Path("report.html")]:
        assert (first / name).read_bytes() == (Path(again[0].place) / name).read_bytes(), name


def test_one_bad_run_stops_no_other_and_hides_nothing(ds: Dataset, tmp_path: Path) -> None:
    good = write_notebook(tmp_path / "good.ipynb", "a: int = 1", "a + 1")
    bad = write_notebook(tmp_path / "bad.ipynb", "a: int = 1", "raise ValueError('<b>no</b>')")
    out = tmp_path / "out"
    runs = [a_run(bad, "bad", a=1), a_run(good, "good", a=2), a_run(tmp_path / "gone.ipynb", "gone", a=1)]
    ended = {outcome.run.title: outcome for outcome in run_batch(ds, runs, out)}
    assert ended["good"].cause is None
    assert ended["bad"].cause == "cell 3: ValueError: <b>no</b>", "papermill's injected cell counts"
    assert (out / "failed" / "try" / "bad.ipynb").exists()
    assert "gone.ipynb" in (ended["gone"].cause or "")
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["runs"]
    assert {name: entry["status"] for name, entry in manifest.items()} == {
        "try/bad": "failed",
        "try/good": "done",
        "try/gone": "failed",
    }
    index = (out / "index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;no&lt;/b&gt;" in index
    mended = write_notebook(tmp_path / "bad.ipynb", "a: int = 1", "a")
    (outcome,) = run_batch(ds, [a_run(mended, "bad", a=1)], out)
    assert outcome.cause is None
    assert not (out / "failed" / "try" / "bad.ipynb").exists(), "a mended run leaves no old failure behind"
    assert (out / "try" / "good" / "report.html").exists(), "earlier outputs stay"


def test_a_place_that_is_taken_fails_that_run_alone(ds: Dataset, tmp_path: Path) -> None:
    good = write_notebook(tmp_path / "good.ipynb", "a: int = 1", "a")
    out = tmp_path / "out"
    (out / "try").mkdir(parents=True)
    (out / "failed").write_text("a file where a folder should be")
    runs = [a_run(good, "fine", a=1), a_run(tmp_path / "gone.ipynb", "gone", a=1)]
    ended = {outcome.run.title: outcome.cause for outcome in run_batch(ds, runs, out)}
    assert ended["fine"] is None
    assert "gone.ipynb" in (ended["gone"] or "")
    assert (out / "index.html").exists()


def test_a_manifest_of_strangers_is_no_obstacle(ds: Dataset, tmp_path: Path) -> None:
    good = write_notebook(tmp_path / "good.ipynb", "a: int = 1", "a")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text('{"runs": []}')
    (outcome,) = run_batch(ds, [a_run(good, "fine", a=1)], tmp_path / "out")
    assert outcome.cause is None
    assert "try/fine" in json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["runs"]


def test_the_workshop_of_a_killed_runner_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".work-abc").mkdir()
    with Folder(tmp_path).opened(0) as work:
        assert scaffolding(tmp_path) == [work.name]
    assert scaffolding(tmp_path) == []


def test_stopping_early_leaves_no_scaffolding(ds: Dataset, tmp_path: Path) -> None:
    source = write_notebook(tmp_path / "n.ipynb", "a: int = 1", "a")
    outcomes: Iterator[Outcome] = run_batch(
        ds, [a_run(source, str(i), a=i) for i in range(4)], tmp_path / "out", jobs=1
    )
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    assert scaffolding(tmp_path / "out") == []


# ---- rendering


def test_json_in_a_page_cannot_end_its_script() -> None:
    text = inert({"title": "</script><img src=x onerror=alert(1)>\u2028", "b": "<!--"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["title"].startswith("</script>")


def test_titles_and_footers_of_pages_are_escaped() -> None:
    notebook = nbformat.v4.new_notebook()
    html = render(notebook, title="<script>1</script>", lang="ko", footer="<img src=x>")
    assert "<script>1" not in html
    assert "<img" not in html


def test_only_charts_that_a_page_shows_are_counted() -> None:
    spec = {"application/vnd.vegalite.v6+json": {"description": "words"}}
    cells = [nbformat.v4.new_code_cell(metadata={"tags": tags}) for tags in (["notebook-only"], [])]
    for cell in cells:
        cell.outputs = [nbformat.v4.new_output("display_data", data=spec)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    before = copy.deepcopy(notebook)
    html = render(notebook, title="", lang="ko", footer="")
    assert re.findall('id="(chart-[0-9]+)"', html) == ["chart-1"]
    assert notebook == before
    unseen = render(nbformat.v4.new_notebook(cells=cells[:1]), title="", lang="ko", footer="")
    assert ("<script" in html, "<script" in unseen) == (True, False)


def test_table_files_are_named_by_plain_words() -> None:
    cell = nbformat.v4.new_code_cell()
    cell.outputs = [nbformat.v4.new_output("execute_result", data={"text/csv": "# ../../evil\na,b\n1,2\n"})]
    assert table_files(nbformat.v4.new_notebook(cells=[cell])) == {"evil.csv": "a,b\n1,2\n"}
