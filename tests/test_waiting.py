"""What goes to workers and comes from them: which job one does next, and how a report is handed over."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import select
from pathlib import Path

import pytest

from sandan_lib.reports import Limits, Run, pool, worker
from sandan_lib.reports.job import Job, Made
from sandan_lib.reports.outputs import Draft, Folder, digests
from sandan_lib.reports.pool import make_locally
from sandan_lib.reports.waiting import Waiting, kind_of


def job(name: str, day: str = "", *, by: object = ("as_of",), notebook: str = "n") -> Job:
    metadata = {"name": notebook} | ({} if by is None else {"sandan": {"rehearse_by": by}})
    content = json.dumps({"metadata": metadata}).encode()
    return Job(
        Run(Path("n.ipynb"), {"as_of": day, "lang": "ko"}, name, name, "ko", "g"), "", Limits(), content, ""
    )


def names(waiting: Waiting, *workers: int) -> list[str]:
    return [waiting.next(worker).run.name for worker in workers]


def test_kinds_differ_by_notebook_and_by_what_it_names() -> None:
    assert kind_of(job("a", "2022-05-01")) == kind_of(job("b", "2022-05-01"))
    assert kind_of(job("a", "2022-05-01")) != kind_of(job("a", "2022-05-02"))
    assert kind_of(job("a", notebook="n")) != kind_of(job("a", notebook="m"))
    assert kind_of(job("a", "2022-05-01", by=[])) == kind_of(job("a", "2022-05-02", by=[]))


@pytest.mark.parametrize("by", [None, "as_of", 3, {"as_of": 1}])
def test_a_notebook_that_does_not_say_has_no_kind(by: object) -> None:
    assert kind_of(job("a", by=by)) == ()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"metadata": null}', b"\xff"])
def test_what_is_no_notebook_has_no_kind(content: bytes) -> None:
    run = job("a").run
    assert kind_of(Job(run, "", Limits(), content, "")) == ()


def test_each_worker_goes_on_with_what_it_has_begun() -> None:
    waiting = Waiting([job(f"{day}{number}", day) for day in "ABC" for number in range(2)])
    # The second one begins at the other end, so that pictures of both kinds are drawn once.
    assert names(waiting, 0, 1, 0, 1, 1, 1) == ["A0", "B1", "A1", "B0", "C1", "C0"]
    assert len(waiting) == 0


def test_who_has_nothing_of_his_own_left_helps_where_most_is_left() -> None:
    waiting = Waiting([job(f"A{n}", "A") for n in range(3)] + [job(f"B{n}", "B") for n in range(5)])
    assert names(waiting, 0, 1, 2) == ["A0", "B4", "B0"]
    assert names(waiting, 1, 1, 1) == ["B3", "B2", "B1"]
    assert names(waiting, 1) == ["A2"]


def test_jobs_of_no_kind_go_in_their_order() -> None:
    waiting = Waiting([job(f"{n}", by=None) for n in range(3)])
    assert names(waiting, 0, 1, 1) == ["0", "1", "2"]
    with pytest.raises(IndexError):
        waiting.next(0)


def test_new_workers_have_begun_nothing() -> None:
    waiting = Waiting([job(f"{day}{number}", day) for day in "AB" for number in range(2)])
    assert names(waiting, 0) == ["A0"]
    waiting.forget_workers()
    assert names(waiting, 1, 0) == ["A1", "B0"]


# ---- what workers hand over


def handed_over(monkeypatch: pytest.MonkeyPatch, folder: Path, made: Made) -> Made:
    monkeypatch.setattr(worker, "make", lambda _: made)
    (folder / "a.job").write_bytes(pickle.dumps(job("a")))
    return worker.make_aside(folder / "a.job")


def test_a_report_goes_past_the_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a message of a killed worker would keep its reader waiting for ever: pipes take little at once."""
    files = {f"tables/of_some_length_{number}.csv": b"x" * 500_000 for number in range(30)}
    made = Made(files, None, infrastructure=False, seconds=1.5, stock="why")
    left = handed_over(monkeypatch, tmp_path, made)
    assert len(pickle.dumps(left)) < select.PIPE_BUF
    assert isinstance(left.files, Draft)
    assert dict(left.files) == files
    assert dataclasses.replace(left, files=files) == made
    assert digests(left.files) == digests(files)


def test_a_report_is_moved_to_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Made({"report.html": b"a", "tables/t.csv": b"b"}, None, infrastructure=False, seconds=1.5)
    left = handed_over(monkeypatch, tmp_path, made)
    assert isinstance(left.files, Draft)
    written = (left.files.folder / "report.html").stat().st_ino
    with (outputs := Folder(tmp_path / "out")).opened(0):
        outputs.put("report", {"old.html": b"old"})
        outputs.put("report", left.files)
    found = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")}
    assert found == {"report/report.html", "report/tables/t.csv", ".lock"}
    assert (tmp_path / "out" / "report" / "report.html").stat().st_ino == written
    assert not left.files.folder.exists()


def test_what_is_asked_of_a_draft_is_there_or_no_file_of_it(tmp_path: Path) -> None:
    draft = Draft.written(tmp_path / "draft", {"a": b"1"})
    (tmp_path / "draft" / "b").write_bytes(b"2")
    assert draft.get("a") == b"1"
    assert draft.get("b") is None
    assert list(draft) == ["a"]
    draft.remove()
    draft.remove()
    assert not (tmp_path / "draft").exists()
    with pytest.raises(FileNotFoundError):
        draft["a"]


def test_a_report_that_cannot_be_handed_over_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Made({"report.html": b"x" * 5_000_000}, None, infrastructure=False, seconds=1.5)
    (tmp_path / "a.made").write_bytes(b"")
    left = handed_over(monkeypatch, tmp_path, made)
    assert left.cause == "the report could not be handed over: File exists"
    assert not left.infrastructure
    assert worker.make_aside(tmp_path / "none.job").cause == (
        "the report could not be handed over: No such file or directory"
    )


@pytest.mark.parametrize(
    ("cores", "workers", "chosen"),
    [
        ({0, 1}, 2, [0, 1]),
        ({2, 5}, 3, [2, 5, 2]),
        ({0, 1, 2}, 2, [None, None]),
        ({0, 1}, 1, [None]),
        ({3}, 1, [None]),
    ],
)
def test_workers_keep_to_a_core_where_they_keep_all_busy(
    monkeypatch: pytest.MonkeyPatch, cores: set[int], workers: int, chosen: list[int | None]
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: cores, raising=False)
    assert pool._cores(workers) == chosen


def test_a_job_that_cannot_be_ordered_fails_and_no_other(tmp_path: Path) -> None:
    ((done, made),) = make_locally([job("a")], 1, tmp_path / "nowhere")
    assert (done.run.name, made.cause) == (
        "a",
        "the report could not be handed over: No such file or directory",
    )
