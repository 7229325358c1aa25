"""The life of warm kernels: how they are asked for, what reaches them, and that they end."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupyter_core.utils import ensure_event_loop

from sandan_lib import pictures
from sandan_lib.reports.execute import execute
from sandan_lib.warm import client, engine, rehearsal
from sandan_lib.warm.engine import ENGINE, why_stock
from sandan_lib.warm.outlets import Wire
from sandan_lib.warm.template import Template
from sandan_lib.warm.wire import Inbox, packed


def written(folder: Path, *sources: str, kernel: str = "python3") -> Path:
    cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources)]
    cells[0].metadata["tags"] = ["parameters"]
    metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "in.ipynb")
    return folder / "in.ipynb"


def run(notebook: Any, **options: Any) -> Any:
    """Run a notebook through the engine, and leave no event loop open."""
    loop = ensure_event_loop()
    try:
        return papermill.execute_notebook(
            str(notebook) if isinstance(notebook, Path) else notebook,
            None,
            engine_name=ENGINE,
            progress_bar=False,
            **options,
        )
    finally:
        loop.close()


def text_of(cell: Any) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def test_papermills_command_line_takes_the_engine(tmp_path: Path) -> None:
    notebook = written(tmp_path, "word = 'none'", "import os; print(word, os.getcwd())")
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        ENGINE,
        "in.ipynb",
        "out.ipynb",
        "-p",
        "word",
        "말",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "stock" not in done.stderr
    made = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert text_of(made.cells[2]) == f"말 {tmp_path}\n"
    assert [cell.execution_count for cell in made.cells] == [1, 2, 3]
    assert made.metadata.papermill.exception is None
    assert notebook.exists()


def test_folder_and_environment_of_the_caller_reach_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = written(tmp_path, "a = 1", "import os; print(os.getcwd(), os.environ['SANDAN_TRY'])")
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        monkeypatch.chdir(tmp_path / str(number))
        monkeypatch.setenv("SANDAN_TRY", f"value {number}")
        assert text_of(run(notebook).cells[1]) == f"{tmp_path / str(number)} value {number}\n"


def test_random_numbers_are_not_those_of_the_last_run(tmp_path: Path) -> None:
    source = "import random, numpy, uuid; print(random.random(), numpy.random.rand(), uuid.uuid4())"
    notebook = written(tmp_path, "a = 1", source)
    first, second = (text_of(run(notebook).cells[1]).split() for _ in range(2))
    assert not set(first) & set(second)


def test_a_kernel_that_is_no_plain_python_is_left_to_papermill(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nosuch"):
        run(written(tmp_path, "a = 1", kernel="nosuch"))
    assert why_stock("nosuch") == "there is no kernel 'nosuch'"
    assert why_stock("python3") is None


def test_where_forking_is_not_safe_papermill_does_it_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine, "unfit", lambda: "forking is not safe on a toaster")
    why_stock.cache_clear()
    try:
        with caplog.at_level("WARNING", logger="papermill"):
            made = run(written(tmp_path, "a = 1", "import sys; print(sys.argv[1:2])"))
    finally:
        why_stock.cache_clear()
    assert text_of(made.cells[1]) == "['-f']\n"
    assert "since forking is not safe on a toaster" in caplog.text


def test_a_template_that_was_killed_is_replaced(tmp_path: Path) -> None:
    notebook = written(tmp_path, "a = 1", "import os; print(os.getppid())")
    first = int(text_of(run(notebook).cells[1]))
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(first) and psutil.Process(first).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
    second = int(text_of(run(notebook).cells[1]))
    assert second != first
    assert int(text_of(run(notebook).cells[1])) == second


def test_runs_leave_nothing_behind(tmp_path: Path) -> None:
    notebook = written(tmp_path, "a = 1", "a")
    run(notebook)
    files, family = len(list(Path("/proc/self/fd").iterdir())), psutil.Process().children(recursive=True)
    for _ in range(20):
        run(notebook)
    assert len(list(Path("/proc/self/fd").iterdir())) == files
    assert set(psutil.Process().children(recursive=True)) == set(family)


def test_kernels_end_with_who_runs_them(tmp_path: Path) -> None:
    source = (
        "import os; open('pid', 'w').write(str(os.getpid())); os.rename('pid', 'there')\nwhile True: pass"
    )
    written(tmp_path, "a = 1", source)
    command = [sys.executable, "-m", "papermill", "--engine", ENGINE, "in.ipynb", "out.ipynb"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "there").exists():
        assert time.monotonic() < deadline
        assert running.poll() is None
    kernel = psutil.Process(int((tmp_path / "there").read_text()))
    template = kernel.parent()
    running.kill()
    running.wait()
    assert template is not None
    assert not psutil.wait_procs([kernel, template], timeout=10)[1]


AT_THE_END = """
import atexit, pathlib, time
atexit.register(lambda: (time.sleep({seconds}), pathlib.Path({place!r}).write_text("written at the end")))
"""


@pytest.mark.parametrize("ends", ["the next run", "the template's end"])
def test_a_kernel_that_is_not_waited_for_has_ended_before(tmp_path: Path, ends: str) -> None:
    place = tmp_path / "late.txt"
    run(written(tmp_path, AT_THE_END.format(seconds=1, place=str(place))), wait=False)
    assert not place.exists()
    if ends == "the next run":
        done = run(written(tmp_path, f"open({str(place)!r}).read()"), wait=False)
        assert done.cells[0].outputs[0].data["text/plain"] == "'written at the end'"
    else:
        Template.current().drop()
    assert place.read_text() == "written at the end"


def test_a_kernel_that_is_waited_for_has_ended(tmp_path: Path) -> None:
    place = tmp_path / "late.txt"
    run(written(tmp_path, AT_THE_END.format(seconds=0.5, place=str(place))))
    assert place.exists()


def test_a_kernel_that_does_not_end_is_killed_before_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_PATIENCE", 0.5)
    place = tmp_path / "never.txt"
    cells = [AT_THE_END.format(seconds=60, place=str(place)), "import os; os.getpid()"]
    done = run(written(tmp_path, *cells), wait=False)
    number = int(done.cells[1].outputs[0].data["text/plain"])
    assert psutil.pid_exists(number)
    begun = time.monotonic()
    run(written(tmp_path, "1"))
    assert not psutil.pid_exists(number)
    assert time.monotonic() - begun < 20


def test_memory_has_a_limit(tmp_path: Path) -> None:
    notebook = written(tmp_path, "a = 1", "block = bytearray(1 << 30)")
    with pytest.raises(Exception, match="MemoryError"):
        run(notebook, memory_limit=500 << 20)
    run(notebook, memory_limit=2 << 30)


def test_a_template_is_told_of_no_one_elses_end() -> None:
    template = Template.living()
    assert template.is_alive()
    child = template.fork(["--HistoryManager.hist_file=:memory:"])
    assert child.is_alive()
    child.end(10)
    assert template.is_alive()


@given(
    st.lists(st.tuples(st.integers(0, 2), st.lists(st.binary(max_size=50), max_size=5)), max_size=5),
    st.lists(st.integers(1, 40), max_size=30),
)
def test_messages_come_through_whatever_the_pieces(
    messages: list[tuple[int, list[bytes]]], sizes: list[int]
) -> None:
    data = b"".join(packed(channel, frames) for channel, frames in messages)
    inbox, found = Inbox(), []
    for size in sizes:
        piece, data = data[:size], data[size:]
        found += list(inbox.feed(piece))
    found += list(inbox.feed(data))
    assert found == messages


def sent_through(signals: Callable[[Wire], Callable[..., None]], sizes: list[int]) -> tuple[int, list[bytes]]:
    """Send while handlers of signals come all the time; give how often they came, and what arrived."""
    ours, theirs = socket.socketpair()
    wire, arrived, came = Wire(ours), bytearray(), []
    handler, sending = signals(wire), False

    def ring(*_: object) -> None:
        nonlocal sending
        if sending:
            came.append(1)
            try:
                handler(len(came))
            except InterruptedError:
                sending = False  # the next one could come while this one is being caught
                raise

    def read() -> None:
        while data := theirs.recv(1 << 16):
            arrived.extend(data)

    reader = threading.Thread(target=read)
    reader.start()
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.0007)
    try:
        for number, size in enumerate(sizes):
            packet = packed(1, [b"%d" % number, b"x" * size])
            with contextlib.suppress(InterruptedError):
                sending = True
                wire.send(packet)
                sending = False
            sending = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    wire.send(packed(1, [b"end", b""]))
    ours.close()
    reader.join()
    theirs.close()
    found = [frames for _, frames in Inbox().feed(bytes(arrived))]
    assert len(arrived) == sum(len(packed(1, frames)) for frames in found), "half a message is left"
    return len(came), [frame for frame, _ in found]


def test_a_message_is_whole_whatever_a_handler_of_signals_does() -> None:
    """It may raise in the midst of a message, or have something to say itself."""

    def raises(_: Wire) -> Callable[..., None]:
        def handler(_: int) -> None:
            raise InterruptedError

        return handler

    def speaks(wire: Wire) -> Callable[..., None]:
        return lambda number: wire.send(packed(1, [b"said", b"y" * number]))

    came, heard = sent_through(raises, [3_000_000] * 40)
    assert came > 10
    numbers = [int(word) for word in heard[:-1]]
    assert numbers == sorted(set(numbers)), "in order, and none twice"
    assert len(numbers) > 10
    assert heard[-1] == b"end"
    came, heard = sent_through(speaks, [3_000_000] * 40)
    assert came > 10
    assert [word for word in heard if word != b"said"] == [*(b"%d" % n for n in range(40)), b"end"]
    assert heard.count(b"said") == came


RINGING = """
import signal, sys
rings = []
def ring(*_):
    rings.append(1)
    sys.stdout.write("rung\\n")
    sys.stdout.flush()
    signal.setitimer(signal.ITIMER_REAL, 0.005)  # one at a time, however slow the machine
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.005)
for n in range(400):
    display(n)
    sys.stdout.write(f"{n}\\n")
signal.setitimer(signal.ITIMER_REAL, 0)
len(rings) > 3
"""


def test_a_handler_of_signals_may_print_whenever_it_comes(tmp_path: Path) -> None:
    made = run(written(tmp_path, "a = 1", RINGING, "'after'"))
    outputs = made.cells[1].outputs
    shown = [output.data["text/plain"] for output in outputs if "data" in output]
    assert shown == [*map(str, range(400)), "True"]
    words = text_of(made.cells[1]).split()
    assert [word for word in words if word != "rung"] == [*map(str, range(400))]
    assert made.cells[2].outputs[0].data["text/plain"] == "'after'"


def rehearsable(folder: Path, *sources: str) -> Path:
    path = written(folder, *sources)
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["sandan"] = {"rehearse_by": ["day"]}
    nbformat.write(notebook, path)
    return path


def test_only_notebooks_that_say_so_are_rehearsed(tmp_path: Path) -> None:
    """Their cells run once more, in the template; those of others once for each run."""
    cells = ("day = 1", f"with open({str(tmp_path / 'ran')!r}, 'a') as file: file.write(str(day))")
    for write, runs in ((written, "1"), (rehearsable, "11")):
        (tmp_path / "ran").write_text("")
        run(write(tmp_path, *cells), rehearse=True)
        assert (tmp_path / "ran").read_text() == runs
    run(rehearsable(tmp_path, *cells))
    run(rehearsable(tmp_path, *cells), rehearse=True)
    run(rehearsable(tmp_path, *cells), rehearse=True, parameters={"day": 2})
    run(written(tmp_path, "1"))
    assert (tmp_path / "ran").read_text() == "111" + "1" + "22", "the first kind was rehearsed before"


@pytest.mark.parametrize(
    "last",
    [
        "sys.exit()",
        "raise KeyboardInterrupt",
        "if in_template: os._exit(3)",
        "if in_template and os.fork() == 0: raise ValueError",
        "if in_template and os.fork() == 0: sys.exit()",
    ],
)
def test_a_rehearsal_that_ends_oddly_harms_no_run(tmp_path: Path, last: str) -> None:
    """papermill takes a notebook that calls ``sys.exit()`` for one that has said all it has to say."""
    who = "import os, sys; in_template = 'get_ipython' not in globals()"
    path = rehearsable(tmp_path, f"day = {last!r}", f"{who}; print(in_template)\n{last}")
    for _ in range(2):
        if "Keyboard" in last:
            with pytest.raises(papermill.PapermillExecutionError, match="KeyboardInterrupt"):
                run(path, rehearse=True)
        else:
            assert text_of(run(path, rehearse=True).cells[1]).startswith("False\n")
    assert text_of(run(written(tmp_path, "print('well')")).cells[0]) == "well\n"


def test_what_a_rehearsed_cell_forks_ends(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    cell = (
        "import os\n"
        "if 'get_ipython' not in globals() and os.fork() == 0:\n"
        f"    open({str(place)!r}, 'w').write(str(os.getpid()))\n"
        "    raise ValueError"
    )
    run(rehearsable(tmp_path, f"day = {str(place)!r}", cell), rehearse=True)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(int(place.read_text())):
        assert time.monotonic() < deadline, "it waits for its parent's watch"
        time.sleep(0.05)


def test_a_rehearsal_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "PATIENCE", 0.3)
    before = signal.getsignal(signal.SIGALRM)
    begun = time.monotonic()
    rehearsal.rehearse(["import time", "while True: time.sleep(0.01)", "1 / 0"])
    assert 0.25 < time.monotonic() - begun < 20
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


STUBBORN = """
import sys
from sandan_lib.warm import rehearsal
rehearsal.PATIENCE = 0.3
rehearsal.rehearse([sys.argv[1]])
print("went on")
"""


@pytest.mark.parametrize(
    "cell",
    [
        "import time\nwhile True:\n    try: time.sleep(9)\n    except Exception: pass",
        "import signal, time; signal.alarm(0); signal.setitimer(signal.ITIMER_REAL, 0); time.sleep(99)",
    ],
)
def test_who_cannot_be_told_to_stop_rehearsing_is_ended(cell: str) -> None:
    """Whoever waits for the kernel sees it, and gets one that has not rehearsed."""
    done = subprocess.run(
        [sys.executable, "-c", STUBBORN, cell], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    again = [sys.executable, "-c", STUBBORN + "import time; time.sleep(1)", "1"]
    done = subprocess.run(again, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "went on\n"), "the watch ends with the rehearsal"


def test_a_rehearsal_leaves_no_trace(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cells = (
        "day = 'traceless'",
        "import warnings, sys; print('printed'); print('complained', file=sys.stderr)",
        "warnings.warn('warned')",
        "once = globals().setdefault('once', 0) + 1; once",
        "%time 1",  # no Python: the rehearsal ends here
    )
    made = []
    for _ in range(2):
        path = rehearsable(tmp_path, *cells)
        done = run(path, rehearse=True)
        made.append(re.sub("ipykernel_[0-9]+", "", json.dumps([cell.outputs for cell in done.cells[:-1]])))
        assert "warned" in text_of(done.cells[2])
        assert done.cells[3].outputs[0].data["text/plain"] == "1"
    assert made[0] == made[1]
    assert capfd.readouterr() == ("", "")


CHART = """
from sandan_lib.charts.theme import alt
from sandan_lib.charts import Figure
figure = Figure(alt.Chart(alt.Data(values=[{"a": 1}])).mark_point().encode(x="a:Q"), "one point")
"""


CAPTURED = """
from IPython.display import display
with capture() as kept: display(figure)
kept.outputs[0].data['image/png']
"""


def charted(*sources: str) -> Any:
    cells = [nbformat.v4.new_code_cell(source) for source in (CHART, *sources)]
    kernel = {"name": "python3", "display_name": "python3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def test_pictures_that_come_later_are_the_same_pictures() -> None:
    source = charted("figure", "display(figure, figure)\nfigure")
    done = execute(source, {}).notebook
    now = run(source)
    shown = [[output.get("data") for output in cell.outputs] for cell in done.cells]
    assert shown == [[output.get("data") for output in cell.outputs] for cell in now.cells]
    assert [[output.metadata for output in cell.outputs] for cell in done.cells] == [
        [output.metadata for output in cell.outputs] for cell in now.cells
    ]
    assert base64.b64decode(shown[1][0]["image/png"]).startswith(b"\x89PNG")


def test_whoever_asks_a_chart_for_its_picture_gets_no_promise() -> None:
    source = charted("figure._repr_mimebundle_()[0]['image/png'][:9]", "len(figure.png())")
    done, now = execute(source, {}).notebook, run(source)
    shown = [[output.get("data") for output in cell.outputs] for cell in done.cells]
    assert shown == [[output.get("data") for output in cell.outputs] for cell in now.cells]


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("Figure(figure.chart.transform_filter('((('), 'broken')", "cell 3: ValueError: Vega-Lite to PNG"),
        # Kept where no picture can be put in its place later.
        (
            CAPTURED,
            None,
        ),
    ],
)
def test_a_promise_that_cannot_be_kept_is_not_made(source: str, cause: str | None) -> None:
    capture = "from IPython.utils.capture import capture_output as capture"
    done = execute(charted(capture, source), {})
    assert (done.cause or "").startswith(cause or "")
    assert bool(done.cause) == bool(cause)
    assert pictures.PROMISE not in json.dumps(done.notebook)


@pytest.mark.parametrize(
    ("sources", "times"),
    [(("figure",), 1), (("figure", "1 / 0"), 0), (("str(figure.promised()[0])",), 2), (("1",), 1)],
)
def test_what_is_done_meanwhile_is_done_with_all_cells_run(sources: tuple[str, ...], times: int) -> None:
    counts: list[Any] = []
    done = execute(charted(*sources), {}, meanwhile=lambda now: counts.append(now.cells[-1].execution_count))
    assert counts == [len(sources) + 1] * times
    assert pictures.PROMISE not in json.dumps(done.notebook) or "promised" in sources[0]


def test_pages_are_made_of_the_run_whose_pictures_are_there() -> None:
    """A run whose promises cannot be kept is done again, and so is all that was made of it."""
    seen: list[str] = []
    capture = "from IPython.utils.capture import capture_output as capture"
    execute(charted(capture, CAPTURED), {}, meanwhile=lambda now: seen.append(json.dumps(now)))
    assert [pictures.PROMISE in text for text in seen] == [True, False]
