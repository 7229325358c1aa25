"""How warm kernels begin: prepared in the template, and yet each as if it had just been started."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from jupyter_core.utils import ensure_event_loop

from sandan_lib.warm.engine import ENGINE

SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


def answer(source: str, **options: Any) -> Any:
    """Run a cell that prints JSON, and give what it printed."""
    loop = ensure_event_loop()
    cell = nbformat.v4.new_code_cell(source, id="a")
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": SPEC})
    if options.pop("rehearsable", False):
        notebook.metadata["sandan"] = {"rehearse_by": []}
    options = {"engine_name": ENGINE} | options
    try:
        done = papermill.execute_notebook(notebook, None, progress_bar=False, **options)
    finally:
        loop.close()
    return json.loads(done.cells[-1].outputs[0].text)


WHO = "import json; k = get_ipython().kernel; print(json.dumps([k.ident, k.session.session, k.session.pid]))"


def test_a_kernel_is_prepared_once_and_each_is_a_session_of_its_own() -> None:
    """The kernel's name is drawn where it is made: in the template, but for what asks for something odd."""
    (one, session, pid), (two, other, last) = answer(WHO), answer(WHO)
    assert one == two
    assert session != other
    assert pid != last


@pytest.mark.parametrize("odd", ["environment", "arguments"])
def test_who_asks_for_something_else_gets_a_kernel_made_for_it(odd: str) -> None:
    usual, *_ = answer(WHO)
    options: dict[str, dict[str, Any]] = {
        "environment": {"environment": {"IPYTHON_SOMETHING": "1"}},
        "arguments": {"extra_arguments": ["--IPKernelApp.quiet=False"]},
    }
    assert answer(WHO, **options[odd])[0] != usual
    assert answer(WHO)[0] == usual


HALF = """
import os
from ipykernel.zmqshell import ZMQInteractiveShell
from sandan_lib.warm import kernel
before = dict(os.environ)
def extend(app):
    raise OSError("half way")
kernel._KernelApp.extend = extend
try:
    kernel.prepare([])
except OSError as error:
    print(error)
kinds = (kernel._KernelApp, kernel._Kernel, ZMQInteractiveShell)
print([kind.initialized() for kind in kinds], kernel._prepared, dict(os.environ) == before)
"""


def test_of_a_kernel_that_cannot_be_prepared_nothing_is_left(tmp_path: Path) -> None:
    environment = os.environ | {"IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", HALF], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["half way", "[False, False, False] [] True"], done.stderr


STATE = """
import atexit, builtins, json, os, signal, sys, threading
shell = get_ipython()
kernel, history = shell.kernel, shell.history_manager
print(json.dumps({
    "names": sorted(shell.user_ns), "hidden": sorted(shell.user_ns_hidden),
    "session": history.session_number, "file": history.hist_file, "dirs": list(map(str, history.dir_hist)),
    "dh": list(map(str, _dh)), "start": str(shell.starting_dir), "cwd": os.getcwd(),
    "path": sys.path, "argv": sys.argv[1:2], "main": sys.modules["__main__"].__dict__ is shell.user_ns,
    "magics": {kind: sorted(names) for kind, names in shell.magics_manager.magics.items()},
    "extensions": sorted(shell.extension_manager.loaded),
    "configurables": [str(type(thing)) for thing in shell.configurables],
    "builtins": sorted(set(vars(builtins)) - {"_"}), "hook": type(sys.displayhook).__name__,
    "streams": [type(stream).__name__ for stream in (sys.stdout, sys.stderr, kernel._stdout, kernel._stderr)],
    "same": [kernel._stdout is sys.stdout, shell._orig_sys_module_state["stdout"] is sys.stdout],
    "threads": sorted(thread.name for thread in threading.enumerate() if "IPythonHistory" not in thread.name),
    "interrupt": str(signal.getsignal(signal.SIGINT)), "level": kernel.log.level,
    "environment": {name: value for name, value in os.environ.items() if name != "JPY_PARENT_PID"},
    "transforms": shell.transform_cell("%cd x = 1\\n!ls"),
}))
"""


def test_a_prepared_kernel_begins_as_a_stock_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "the same")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))  # a person's own would be the same, too
    memory = ["--HistoryManager.hist_file=:memory:"]
    stock, ours = answer(STATE, engine_name=None, extra_arguments=memory), answer(STATE)
    # ipykernel has threads for sockets that ours does without; and we set nothing that it does not.
    assert set(ours.pop("threads")) <= set(stock.pop("threads"))
    assert ours == stock
    assert answer(STATE)["session"] == 1


def test_its_session_begins_when_it_begins() -> None:
    before = dt.datetime.now()  # noqa: DTZ005 - as IPython keeps it
    begun = answer(
        "import json\nprint(json.dumps(get_ipython().history_manager.get_session_info(1)[1], default=str))"
    )
    assert dt.datetime.fromisoformat(begun) >= before


def test_a_rehearsal_finds_no_kernel_to_speak_to(tmp_path: Path) -> None:
    """Libraries ask whether they are in a notebook, and would speak to one that nobody listens to."""
    said = tmp_path / "said"
    source = (
        "import IPython, ipykernel.kernelapp as app, ipykernel.ipkernel as kernel\n"
        "found = [IPython.get_ipython() is not None, app.IPKernelApp.initialized(), "
        "kernel.IPythonKernel.initialized()]\n"
        f"with open({str(said)!r}, 'a') as file: print(*found, file=file)\n"
        "print(1)"
    )
    answer(source, rehearsable=True, rehearse=True)
    assert said.read_text().splitlines() == ["False False False", "True True True"]
    answer(source, rehearsable=True, rehearse=True)
    assert said.read_text().splitlines()[2:] == ["True True True"]


def configured(folder: Path) -> Path:
    """Give a person's folder with a configuration that says when it is read, and sets a name."""
    profile = folder / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text(
        f"open({str(folder / 'read')!r}, 'a').write('x')\n"
        "get_config().InteractiveShellApp.exec_lines = ['own = 7']\n"
    )
    return folder


def test_a_persons_configuration_is_each_kernels_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(configured(tmp_path)))
    for reads in ("x", "xx"):
        assert answer("print(own)") == 7
        assert (tmp_path / "read").read_text() == reads


def test_a_persons_configuration_counts_from_the_first_kernel_on(tmp_path: Path) -> None:
    """Also where it was there before the template: the template leaves it to its kernels."""
    cells = [nbformat.v4.new_code_cell("print(own, get_ipython().kernel.ident)", id="a")]
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": SPEC}), tmp_path / "in.ipynb"
    )
    code = (
        "import papermill\n"
        "for name in ('one', 'two'):\n"
        f"    papermill.execute_notebook('in.ipynb', name, engine_name={ENGINE!r}, progress_bar=False)\n"
    )
    environment = os.environ | {"IPYTHONDIR": str(configured(tmp_path / "ipython"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outputs = [
        nbformat.read(tmp_path / name, as_version=4).cells[0].outputs[0].text for name in ("one", "two")
    ]
    (seven, one), (again, two) = (text.split() for text in outputs)
    assert (seven, again) == ("7", "7")
    assert one != two, "no kernel was prepared"


@pytest.mark.parametrize("thread", [False, True])
def test_what_a_fork_of_a_notebook_prints_arrives(thread: bool) -> None:
    """Its way is made when it is needed, from whatever thread, and once."""
    work = (
        "import os, sys, threading\n"
        "def work():\n"
        "    for number in (1, 2):\n"
        "        if os.fork() == 0:\n"
        "            print(number, end=' ', flush=True)\n"
        "            os._exit(0)\n"
        "        os.wait()\n"
    )
    run = "t = threading.Thread(target=work); t.start(); t.join()\n" if thread else "work()\n"
    loop = ensure_event_loop()
    cells = [
        nbformat.v4.new_code_cell(work + run, id="a"),
        nbformat.v4.new_code_cell("import time; time.sleep(1)", id="b"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": SPEC})
    try:
        done = papermill.execute_notebook(notebook, None, engine_name=ENGINE, progress_bar=False)
    finally:
        loop.close()
    words = "".join(output.text for cell in done.cells for output in cell.outputs).replace("\n", " ")
    assert sorted(words.split()) == ["1", "2"]
