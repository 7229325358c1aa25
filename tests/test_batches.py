"""Batches: sets of parameters, resuming, faults, places and clusters; real runs, small notebooks."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import fsspec
import nbformat
import psutil
import pytest

from sandan_lib import Dataset
from sandan_lib.errors import ParameterError, SandanError
from sandan_lib.reports import Run, run_batch
from sandan_lib.reports.outputs import Folder
from sandan_lib.reports.parameters import ParameterSet, crossed, read_sets
from sandan_lib.reports.plan import plan_sets
from sandan_lib.reports.remote import Address

STRESS = Path(__file__).resolve().parent.parent / "benchmarks" / "stress.py"


def small(path: Path, *sources: str) -> Path:
    """Write a notebook that runs in a moment."""
    cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources)]
    cells[0].metadata["tags"] = ["parameters"]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


def a_run(notebook: Path, number: int) -> Run:
    return Run(notebook, {"n": number}, f"small/{number}", str(number), "ko", "small")


def sandan(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandan_lib", *arguments]
    environment = os.environ | {"SANDAN_LANG": "en"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, **more)


# ---- sets of parameters


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_table_is_one_set_a_row(tmp_path: Path) -> None:
    file = written(tmp_path, "a.csv", "region,round_year,output\n충북,2022,chungbuk\n전남,,\n")
    assert read_sets(file) == [
        ParameterSet({"region": "충북", "round_year": "2022"}, "chungbuk", "a.csv, line 2"),
        ParameterSet({"region": "전남"}, None, "a.csv, line 3"),
    ]


def test_yaml_lists_sets_or_values_to_combine(tmp_path: Path) -> None:
    rows = written(tmp_path, "rows.yaml", "- {region: 충북, as_of: 2022-12-31}\n- {round_year: 2021}\n")
    assert [item.values for item in read_sets(rows)] == [
        {"region": "충북", "as_of": "2022-12-31"},
        {"round_year": "2021"},
    ]
    lists = written(tmp_path, "lists.yml", "lang: [ko, en]\nas_of: [2021-12-31, 2022-12-31]\nregion: 전남\n")
    assert len(read_sets(lists)) == 4


def test_every_value_meets_every_other() -> None:
    assert len(crossed({"a": ["1", "2"], "b": ["x", "y", "z"]})) == 6
    assert crossed({}) == [{}]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.csv", "reigon\n충북\n", "a.csv, line 2: region_report has no parameter 'reigon'. Did you mean"),
        ("a.csv", "region\n충북\n경복\n", "a.csv, line 3: no region"),
        ("a.csv", "round_year\ntwenty\n", "line 2: round_year='twenty' is no int"),
        (
            "a.csv",
            "region,round_year\n충북,2022\n충청북도,2022\n",
            "asks for the same report as a.csv, line 2",
        ),
        ("a.csv", "region,output\n충북,../../x\n", "'../../x' is no name for outputs"),
        ("a.csv", "region,output\n충북,/etc/x\n", "'/etc/x' is no name for outputs"),
        ("a.csv", "region,output\n충북,.hidden\n", "'.hidden' is no name for outputs"),
        ("a.csv", "region,output\n충북,x\n대전,x\n", "one name for their outputs"),
        ("a.csv", "region,output\n전남,x\n", "'x' would name 2 reports"),
        ("a.csv", "region,region\n충북,전남\n", "column 'region' stands twice"),
        ("a.csv", "region,lang\n충북\n", "line 2 has 1 cells, the head 2"),
        ("a.csv", "region\n\n전남\n경복\n", "a.csv, line 4: no region"),
        ("a.csv", "region;lang\n충북;ko\n", "stand apart by ';'"),
        ("a.yaml", "region: 충북\nlang: [ko\n", "a.yaml: line "),
        ("a.csv", "region\n", "holds no parameters"),
        ("a.csv", "", "holds no parameters"),
        ("a.csv", 'region\n"충북\n', "a.csv: "),
        ("a.yaml", "", "holds no parameters"),
        ("a.yaml", "[]", "holds no parameters"),
        ("a.yaml", "region: []", "holds no parameters"),
        ("a.yaml", "- region: [충북, 전남]", "item 1 has a value that is list"),
        ("a.yaml", "- region:", "item 1 has a value that is nothing"),
        ("a.yaml", "- 충북", "item 1 is no mapping"),
        ("a.yaml", "- {lang: ko, lang: en}", "'lang' stands twice"),
        ("a.yaml", "just words", "neither a list nor a mapping"),
        ("a.yaml", "a: [1", "a.yaml: "),
        ("a.yaml", "!!python/object/apply:os.system ['true']", "a.yaml: "),
        ("a.yaml", "- {lang: fr}", "lang='fr' is not one of"),
        ("a.yaml", "- {as_of: 2022-02-30}", "day is out of range"),
        ("a.yaml", "- {as_of: '2022-02-30'}", "no date"),
        ("a.txt", "region", "ends in .csv, .yaml or .yml"),
        ("a.csv", "'a=1;import os#'\n1\n", "has no parameter"),
    ],
)
def test_a_file_that_cannot_be_run_is_refused_whole(
    ds: Dataset, tmp_path: Path, name: str, text: str, says: str
) -> None:
    with pytest.raises(SandanError) as caught:
        plan_sets(ds, "region_report", read_sets(written(tmp_path, name, text)))
    assert says in caught.value.en
    assert "\n" not in caught.value.en
    assert re.search("[가-힣]", caught.value.ko)


def test_a_file_that_is_not_there_or_not_utf8_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="cannot read"):
        read_sets(tmp_path / "none.csv")
    (tmp_path / "cp949.csv").write_bytes("region\n충북\n".encode("cp949"))
    with pytest.raises(ParameterError, match="not UTF-8"):
        read_sets(tmp_path / "cp949.csv")


def test_ten_thousand_rows_are_planned_and_a_wrong_one_is_named(ds: Dataset, tmp_path: Path) -> None:
    days = [f"2024-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    selections = [f"{item.region_id},{item.round_year}" for item in ds.selections()]
    rows = [f"{day},{item},{lang}" for day in days for item in selections for lang in ("ko", "en")][:10_000]
    good = written(tmp_path, "many.csv", "as_of,region,round_year,lang\n" + "\n".join(rows) + "\n")
    runs = plan_sets(ds, "region_report", read_sets(good))
    assert len({run.name for run in runs}) == len(runs) == 10_000
    bad = written(tmp_path, "bad.csv", "lang,region\n" + "ko,충북\n" * 9_999 + "ko,경복\n")
    with pytest.raises(ParameterError, match=r"bad.csv, line 3 asks for the same report as bad.csv, line 2"):
        plan_sets(ds, "region_report", read_sets(bad))


def test_a_plan_is_shown_and_nothing_is_done(tmp_path: Path) -> None:
    file = written(tmp_path, "a.csv", "region,output\n충북,mine\n대전,yours\n")
    done = sandan("report", "--from", str(file), "--dry-run", "--out", str(tmp_path / "out"))
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == (
        "to make  region_report/mine  region=KR-43 round_year=2022 lang=ko"
    )
    assert "reports to make: 2, unchanged: 0" in done.stdout
    assert not (tmp_path / "out").exists()
    crossing = sandan("report", "--each", "region", "충북,전남", "--each", "lang", "ko,en", "--dry-run")
    assert crossing.stdout.count("to make  ") == 6, "전남 was selected twice"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--each", "lang", "ko,ko"), "each value once"),
        (("--each", "lang", "ko,"), "each value once"),
        (("--each", "lang", "ko", "--each", "lang", "en"), "--each lang is given twice"),
        (("충북", "--each", "lang", "ko,en"), "regions and rounds go with --each"),
        (("-p", "lang", "ko", "--each", "lang", "ko,en"), "lang is given twice"),
        (("--each", "reigon", "충북"), "has no parameter 'reigon'"),
        (("--from", "nowhere.csv"), "cannot read nowhere.csv"),
        (("--memory", "2"), "no size like 800M or 2G"),
        (("--memory", "-1G"), "--memory"),
        (("--run-timeout", "0"), "1 or more"),
        (("--out", "nosuch://place", "충북"), "nosuch://place"),
    ],
)
def test_bad_words_are_refused_in_a_line(arguments: tuple[str, ...], says: str) -> None:
    done = sandan("report", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


# ---- resuming


def test_only_what_is_missing_or_changed_is_made_again(ds: Dataset, tmp_path: Path) -> None:
    notebook = small(tmp_path / "n.ipynb", "n: int = 0", "n")
    out = tmp_path / "out"
    runs = [a_run(notebook, n) for n in range(4)]

    def made(**more: Any) -> list[str]:
        return sorted(o.run.name for o in run_batch(ds, runs, out, resume=True, **more) if not o.unchanged)

    assert len(made()) == 4
    first = (out / "manifest.json").read_text(encoding="utf-8")
    assert made() == []
    assert json.loads(first)["runs"].keys() == {run.name for run in runs}
    (out / "small" / "1" / "report.html").unlink()
    (out / "small" / "2" / "report.html").write_text("touched")
    assert made() == ["small/1", "small/2"]
    small(notebook, "n: int = 0", "n + 1")
    assert len(made()) == 4, "another notebook makes other reports"
    runs = [Run(notebook, {"n": n}, f"small/{n}", "another title", "ko", "small") for n in range(4)]
    assert len(made()) == 4


def test_the_same_inputs_give_the_same_bytes(ds: Dataset, tmp_path: Path) -> None:
    source = "import sandan_lib as sd; sd.charts.sites(sd.profile(sd.load(), '충북', 2022), 'ko')"
    notebook = small(tmp_path / "n.ipynb", "n: int = 0", source, "print(n)")
    contents = []
    for place in ("one", "two"):
        assert not [o.cause for o in run_batch(ds, [a_run(notebook, 1)], tmp_path / place) if o.cause]
        manifest = json.loads((tmp_path / place / "manifest.json").read_text(encoding="utf-8"))
        del manifest["runs"]["small/1"]["seconds"]
        files = sorted((tmp_path / place / "small").rglob("*.*"))
        contents.append((manifest, [path.read_bytes() for path in files]))
    assert contents[0] == contents[1]
    assert len(contents[0][1]) == 2


def test_a_record_that_a_kill_cut_short_is_read_as_far_as_it_goes(ds: Dataset, tmp_path: Path) -> None:
    notebook = small(tmp_path / "n.ipynb", "n: int = 0", "n")
    out = tmp_path / "out"
    list(run_batch(ds, [a_run(notebook, 1)], out))
    entry = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["runs"]["small/1"]
    (out / "manifest.json").unlink()
    line = json.dumps({"small/1": entry})
    (out / ".journal").write_text(f'{line}\n{{"small/2": {{"status": "do', encoding="utf-8")
    (outcome,) = run_batch(ds, [a_run(notebook, 1)], out, resume=True)
    assert outcome.unchanged
    assert not (out / ".journal").exists()


# ---- faults


def test_a_worker_that_dies_takes_no_other_report_with_it(ds: Dataset, tmp_path: Path) -> None:
    """The cell kills its kernel's grandparent: the pool's worker."""
    killer = (
        "import os, signal\n"
        "ppid = lambda pid: int(open(f'/proc/{pid}/stat').read().rpartition(')')[2].split()[1])\n"
        "if n == 3: os.kill(ppid(os.getppid()), signal.SIGKILL)"
    )
    notebook = small(tmp_path / "n.ipynb", "n: int = 0", killer)
    ended = {
        o.run.title: o.cause for o in run_batch(ds, [a_run(notebook, n) for n in range(6)], tmp_path / "out")
    }
    assert ended.pop("3") == "the worker process died"
    assert ended == dict.fromkeys("01245")
    entries = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["runs"]
    assert entries["small/3"]["status"] == "failed"


def test_a_write_that_fails_harms_nothing_that_was_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert sandan("report", "충북", "--out", str(out)).returncode == 0
    page = out / "region_report" / "2022-KR-43-ko" / "report.html"
    before, entries = page.read_bytes(), json.loads((out / "manifest.json").read_bytes())["runs"]

    def no_large_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    done = sandan("report", "충북", "--out", str(out), preexec_fn=no_large_files)
    assert done.returncode == 1
    assert "cannot write to" in done.stderr
    assert "Traceback" not in done.stderr
    assert page.read_bytes() == before
    assert json.loads((out / "manifest.json").read_bytes())["runs"].keys() == entries.keys()
    assert not [path for path in out.rglob(".*") if path.name != ".lock"]
    assert sandan("report", "충북", "--out", str(out), "--resume").returncode == 0


def test_ctrl_c_ends_cleanly_and_what_was_made_stays(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandan_lib", "report", "--lang", "both", "--out", str(tmp_path)]
    environment = os.environ | {"SANDAN_LANG": "en"}
    running = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    assert running.stderr is not None
    first = running.stderr.readline()
    family = psutil.Process(running.pid).children(recursive=True)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all in the foreground
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "[1/30]" in first
    assert "Traceback" not in err
    assert "--resume" in err
    assert not psutil.wait_procs(family, timeout=10)[1], "nothing is left running"
    made = {path.parent.name for path in tmp_path.glob("region_report/*/report.html")}
    runs = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["runs"]
    assert {name.partition("/")[2] for name in runs} == made
    assert not [path for path in tmp_path.rglob(".*") if path.name != ".lock"]
    assert (tmp_path / "index.html").exists()


def test_the_second_runner_waits_or_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Folder(out).opened(0):
        begun = time.monotonic()
        refused = sandan("report", "충북", "--out", str(out), "--wait", "1")
        assert time.monotonic() - begun > 1
    assert refused.returncode == 2
    assert "another runner is at work" in refused.stderr
    first = subprocess.Popen([sys.executable, "-m", "sandan_lib", "report", "충북", "--out", str(out)])
    while not (out / ".lock").exists() or not list(out.glob(".work-*")):
        assert first.poll() is None or list(out.glob("region_report/*"))
        time.sleep(0.01)
    second = sandan("report", "대전", "--out", str(out), "--wait", "120")
    assert (first.wait(120), second.returncode) == (0, 0)
    assert len(json.loads((out / "manifest.json").read_text(encoding="utf-8"))["runs"]) == 2


@pytest.mark.parametrize("target", ["runner", "worker", "template", "kernel", "forkserver", "dask-worker"])
def test_a_kill_at_a_random_moment_loses_nothing(target: str) -> None:
    """The short form of `make stress`."""
    command = [sys.executable, str(STRESS), "kill", target, "--rounds", "1", "--runs", "6"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{target}: ")


def test_many_runs_leave_nothing_behind() -> None:
    """The short form of `make stress`."""
    command = [sys.executable, str(STRESS), "soak", "--runs", "40"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# ---- places


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_outputs_may_go_to_an_address(ds: Dataset, tmp_path: Path, kind: str) -> None:
    address = f"memory://batch-{os.getpid()}" if kind == "memory" else f"file://{tmp_path}/out"
    notebook = small(tmp_path / "n.ipynb", "n: int = 0", "assert n != 2", "n")
    runs = [a_run(notebook, n) for n in range(3)]
    ended = {o.run.title: o.cause for o in run_batch(ds, runs, Address(address))}
    assert ended == {"0": None, "1": None, "2": "cell 3: AssertionError:"}
    system, root = fsspec.core.url_to_fs(address)
    names = sorted(path.removeprefix(root).lstrip("/") for path in system.find(root))
    assert names == [
        "failed/small/2.ipynb",
        "index-en.html",
        "index.html",
        "manifest.json",
        *(f"small/{n}/report.{ending}" for n in range(2) for ending in ("html", "ipynb")),
    ]
    again = {o.run.title: o.unchanged for o in run_batch(ds, runs, Address(address), resume=True)}
    assert again == {"0": True, "1": True, "2": False}


def test_what_an_earlier_report_had_more_goes(tmp_path: Path) -> None:
    address = Address(f"file://{tmp_path}")
    address.put("a/b", {"report.html": b"1", "tables/old.csv": b"2"})
    address.put("a/b", {"report.html": b"3"})
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["report.html"]


def test_an_address_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    done = sandan("report", "충북", "--out", f"file://{tmp_path}/file/out")
    assert done.returncode == 2
    assert "cannot write to file://" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_scheduler_that_does_not_answer_is_a_message(ds: Dataset, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("sandan_lib.reports.cluster._SECONDS_TO_CONNECT", 1)
    notebook = small(tmp_path / "n.ipynb", "n: int = 0", "n")
    with pytest.raises(ParameterError, match="no Dask scheduler answers at tcp"):
        list(run_batch(ds, [a_run(notebook, 1)], tmp_path / "out", scheduler="tcp://127.0.0.1:1"))
