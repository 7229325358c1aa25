"""The warm engine: what it makes of a notebook equals what papermill's own makes of it, cell by cell.

papermill's own engine is run here, once a notebook, as it is; nothing expected is written down.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

import nbformat
import papermill
import psutil
import pytest
from jupyter_core.utils import ensure_event_loop

from sandan_lib.warm.engine import ENGINE, why_stock
from sandan_lib.warm.template import Template

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
PARAMETERS = {
    "region_report": {"region": "대전", "round_year": 2022, "lang": "en"},
    "data_tour": {"lang": "en", "as_of": "2021-06-30"},
}
PLAIN = ("-m", "ipykernel_launcher", "-f", "{connection_file}")
LATE = "from a task that an earlier cell began"


def notebook(*sources: str, tags: tuple[str, ...] = (), last: str | None = None) -> Any:
    """Build a notebook of code cells, tagged alike but for the last."""
    cells = [
        nbformat.v4.new_code_cell(source, id=f"c{n}", metadata={"tags": list(tags)})
        for n, source in enumerate(sources)
    ]
    if last is not None:
        cells += [
            nbformat.v4.new_code_cell(last, id="last"),
            nbformat.v4.new_code_cell("'never'", id="never"),
        ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


# ---- running


@dataclass(frozen=True)
class Ended:
    """What can be seen after a run."""

    notebook: Any  # normalised
    error: str | None
    files: dict[str, bytes]

    @property
    def outputs(self) -> list[list[Any]]:
        """Outputs of each code cell."""
        return [cell["outputs"] for cell in self.notebook["cells"] if cell["cell_type"] == "code"]


@contextlib.contextmanager
def as_by_a_user(folder: Path) -> Iterator[None]:
    """Work in an empty folder, as if no pytest were around."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    loop = ensure_event_loop()  # papermill works in this thread's loop, and would leave it open
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        # ipykernel does not look at file descriptors where it sees this.
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        try:
            yield
        finally:
            waiting = asyncio.all_tasks(loop)
            for task in waiting:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
            loop.close()


def of_cell(cell: Any) -> int:
    """Seconds that a cell may take.

    nbclient interrupts again after as many, and what it hits then is chance: a kernel on a busy machine must
    have answered the first time by then.
    """
    return 3 if "endless" in cell.source else 60


def run(source: Any, folder: Path, engine: str | None, **options: Any) -> Ended:
    """Run a notebook through papermill, and read what it wrote."""
    options = {"timeout_func": of_cell} | options  # whatever happens, it comes to an end
    given_, out = folder.with_suffix(".in.ipynb"), folder.with_suffix(".out.ipynb")
    folder.parent.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)
    nbformat.write(source, given_)
    error = None
    with as_by_a_user(folder):
        try:
            papermill.execute_notebook(
                str(given_), str(out), engine_name=engine, progress_bar=False, **options
            )
        except Exception as raised:
            error = normal(f"{type(raised).__module__}.{type(raised).__name__}: {raised}")
    return Ended(normal(nbformat.read(out, as_version=4), source), error, files_in(folder))


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---- comparing


def normal(made: Any, source: Any = None) -> Any:
    """Give an executed notebook, or a text, without what differs between two runs of stock papermill."""
    made = json.loads(json.dumps(made))  # plain lists and dicts, and a copy
    own = {cell.get("id") for cell in source.cells} if source is not None else set()
    for cell in made["cells"] if source is not None else ():
        # papermill names the cells that it adds at random, before an engine sees them.
        if cell.get("id") not in own:
            cell["id"] = "added"
        # When it ran, and how long; whether and what of it was recorded is compared.
        _hide_times(cell["metadata"].get("papermill", {}), "start_time", "end_time", "duration")
        _hide_times(cell["metadata"].get("execution", {}))
        if "outputs" in cell:
            cell["outputs"] = _joined(cell["outputs"])
    if source is not None:
        _hide_times(made["metadata"]["papermill"], "start_time", "end_time", "duration")
    text = json.dumps(made, ensure_ascii=False)
    # ipykernel names the files that cells pretend to be after its process; the number that
    # follows is a hash of the cell, and is compared.
    text = re.sub(r"ipykernel_\d+/", "ipykernel_PID/", text)
    text = re.sub(r"\b0x[0-9a-f]{6,}\b", "ADDRESS", text)
    # asyncio numbers its tasks; how many ipykernel needs to talk to ZeroMQ is not the notebook's.
    text = re.sub(r"\bTask-\d+\b", "Task-N", text)
    # Names of widgets' models are drawn at random: each gets a number, the same wherever it stands.
    names = _numbers(json.loads(text))
    made = json.loads(NAME.sub(lambda found: names[found[0]], text))
    states = _states(made)
    for name in sorted(states, key=lambda name: int(name.partition("-")[2])):
        states[name] = states.pop(name)
    return made


NAME = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def _states(made: Any) -> dict[str, Any]:
    """Give the states of widgets that a notebook holds, by the names of their models."""
    widgets = made["metadata"].get("widgets", {}) if isinstance(made, dict) else {}
    states: dict[str, Any] = widgets.get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    return states


def _numbers(made: Any) -> dict[str, str]:
    """Number names as they are met: in outputs, in what these refer to, and in what nothing refers to.

    A file lists models by their names, which is no order.
    """
    states = {name: json.dumps(state) for name, state in _states(made).items()}
    _states(made).clear()
    referred_to = {name for text in states.values() for name in NAME.findall(text)}
    rest = sorted(states, key=lambda name: (name in referred_to, NAME.sub("", states[name])))
    names: dict[str, str] = {}
    waiting = NAME.findall(json.dumps(made)) + rest
    while waiting:
        name = waiting.pop(0)
        if name not in names:
            names[name] = f"name-{len(names)}"
            waiting = NAME.findall(states.get(name, "")) + waiting
    return names


def _hide_times(record: dict[str, Any], *names: str) -> None:
    for name in names or list(record):
        if record.get(name) is not None:
            record[name] = type(record[name]).__name__


def _joined(outputs: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one stream: ipykernel sends whatever is there five times a second."""
    joined = []
    for name, group in groupby(outputs, key=lambda output: output.get("name")):
        pieces = list(group)
        if name is not None:
            pieces = [pieces[0] | {"text": "".join(piece["text"] for piece in pieces)}]
        joined += pieces
    return joined


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Say where two plain structures differ: in the order of keys, too."""
    if isinstance(one, dict) and isinstance(other, dict) and list(one) == list(other):
        return [line for key in one for line in differences(one[key], other[key], f"{where}.{key}")]
    if isinstance(one, list) and isinstance(other, list):
        pairs = enumerate(zip_longest(one, other, fillvalue="nothing"))
        return [line for n, (a, b) in pairs for line in differences(a, b, f"{where}[{n}]")]
    written = [json.dumps(item, ensure_ascii=False, sort_keys=False) for item in (one, other)]
    if written[0] == written[1]:  # as text: NaN differs from itself, and 1 does not from True or 1.0
        return []
    begin = next((n for n, (a, b) in enumerate(zip(*written, strict=False)) if a != b), 0)
    return [f"{where}: " + " | ".join(text[max(0, begin - 60) : begin + 120] for text in written)]


def assert_same(warm: Ended, stock: Ended) -> None:
    assert warm.error == stock.error
    assert differences(warm.notebook, stock.notebook) == []
    assert warm.files == stock.files


def a_result() -> dict[str, Any]:
    made = notebook("'a'\nprint()", "1 / 0")
    made.metadata["papermill"] = {"start_time": "2022-01-01", "duration": 1.5, "exception": None}
    first, second = made.cells
    first.execution_count, second.execution_count = 1, 2
    stream = {"output_type": "stream", "name": "stdout", "text": "x"}
    data = {"text/plain": "12.50", "application/x": {"n": 1, "nan": float("nan"), "id": "ab" * 16}}
    result = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
    first.outputs = [nbformat.from_dict(item) for item in (stream, stream, result)]
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["at 0x7f0011223344"]}
    second.outputs = [nbformat.from_dict(error)]
    first.metadata["papermill"] = {"status": "completed", "start_time": "2022-01-01"}
    return dict(json.loads(json.dumps(made)))


def test_the_comparison_lets_pass_what_varies() -> None:
    source = notebook("'a'\nprint()", "1 / 0")
    one, other = a_result(), a_result()
    outputs = other["cells"][0]["outputs"]
    outputs[:2] = [outputs[0] | {"text": "xx"}]
    outputs[1]["data"]["application/x"]["id"] = "cd" * 16
    other["cells"][1]["outputs"][0]["traceback"] = ["at 0x7f5566778899"]
    other["cells"][0]["metadata"]["papermill"]["start_time"] = "2023-03-03"
    other["metadata"]["papermill"]["duration"] = 2.5
    assert differences(normal(one, source), normal(other, source)) == []


def _swap(items: list[Any]) -> None:
    items.reverse()


@pytest.mark.parametrize(
    "damage",
    [
        lambda nb: nb["cells"][0]["outputs"][2]["data"].update({"text/plain": "12.51"}),
        lambda nb: nb["cells"][0]["outputs"][2]["data"].update({"text/html": ""}),
        lambda nb: nb["cells"][0]["outputs"][2]["data"].pop("application/x"),
        lambda nb: nb["cells"][0]["outputs"][2]["data"]["application/x"].update({"n": 1.0}),
        lambda nb: nb["cells"][0]["outputs"][2]["data"]["application/x"].update({"nan": None}),
        lambda nb: nb["cells"][0]["outputs"][2].update({"execution_count": 2}),
        lambda nb: nb["cells"][0]["outputs"][2]["metadata"].update({"a": 1}),
        lambda nb: nb["cells"][0]["outputs"].pop(),
        lambda nb: nb["cells"][0]["outputs"].pop(0),
        lambda nb: _swap(nb["cells"][0]["outputs"]),
        lambda nb: nb["cells"][0]["outputs"][0].update({"name": "stderr"}),
        lambda nb: nb["cells"][1].update({"execution_count": None}),
        lambda nb: nb["cells"][1]["outputs"][0].update({"evalue": "w"}),
        lambda nb: nb["cells"][1]["outputs"][0]["traceback"].append(""),
        lambda nb: nb["cells"][0]["metadata"]["papermill"].update({"status": "pending"}),
        lambda nb: nb["cells"][0]["metadata"]["papermill"].update({"start_time": None}),
        lambda nb: nb["cells"].pop(),
        lambda nb: nb["metadata"].update({"widgets": {}}),
    ],
)
def test_the_comparison_sees_all_else(damage: Callable[[Any], Any]) -> None:
    source = notebook("'a'\nprint()", "1 / 0")
    changed = a_result()
    damage(changed)
    assert differences(normal(a_result(), source), normal(changed, source))


def of_widgets(first: str, second: str, value: int) -> Any:
    """A notebook that shows a widget which refers to another; one more has only a state."""
    made = a_result()
    made["cells"][0]["outputs"][2]["data"]["application/x"]["id"] = first
    state = {first: {"child": f"IPY_MODEL_{second}"}, second: {"value": value}, "0f" * 16: {}}
    state = dict(sorted(state.items()))  # as in a file
    made["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    return made


def test_names_are_renumbered_alike_everywhere() -> None:
    source = notebook("'a'\nprint()", "1 / 0")
    one = of_widgets("ab" * 16, "cd" * 16, 1)
    assert differences(normal(one, source), normal(of_widgets("ef" * 16, "01" * 16, 1), source)) == []
    assert differences(normal(one, source), normal(of_widgets("ef" * 16, "01" * 16, 2), source))
    assert differences(normal(one, source), normal(of_widgets("ab" * 16, "ab" * 16, 1), source))
    a, b = "ab" * 16, "cd" * 16
    assert normal([a, b, a]) == normal([b, a, b]) != normal([a, b, b])


# ---- awkward notebooks

TALK = (
    # What a cell sees of its process. The last cell changes all this: nothing of it may be here again.
    "import asyncio, os, signal, sys, threading, time, warnings\nfrom pathlib import Path\n"
    "print(__name__, os.path.basename(sys.argv[0]), len(sys.argv), get_ipython().__class__)\n"
    "print(Path.cwd(), sorted(os.environ), sys.path, sys.flags, sys.getrecursionlimit())\n"
    "print([str(signal.getsignal(n)) for n in (2, 13, 15, 17)], os.getpgrp() == os.getsid(0) == os.getpid())\n"
    "import __main__; print(sorted(vars(__main__)), __main__.__name__, hasattr(__main__, '__file__'))\n"
    "import multiprocessing; print(multiprocessing.current_process(), multiprocessing.parent_process())\n"
    "print(sys.stdin.read(), sys.stdout.isatty(), sys.stdout.encoding, threading.current_thread().name)",
    "import altair as alt, pandas as pd\nalt.theme.active, alt.renderers.active, pd.get_option('display.max_columns')",
    "alt.Chart(pd.DataFrame({'a': [1, 2]})).mark_point().encode(x='a:Q').add_params(alt.param())",
    "await asyncio.sleep(0.01, 'slept')",
    f"async def later():\n    await asyncio.sleep(0.3)\n    print({LATE!r})\ntask = asyncio.create_task(later())",
    "await asyncio.sleep(0.6)\nprint('now'); task.done()",
    "async def numbers():\n    for n in range(3):\n        yield n\nasync for n in numbers(): print(n)",
    "%%capture kept\nprint('unseen'); display(1)",
    "kept.stdout, kept.outputs",
    "%env AWKWARD=yes",
    "%%writefile written.txt\n한글 é 🙂",
    "!echo $AWKWARD; cat written.txt\nlisted = !ls\nlisted",
    "%%bash\necho out; sleep 0.2; echo err >&2; sleep 0.2; cat written.txt",
    "%precision 3\n1 / 3",
    "here = %pwd\nhere",
    "%who\n%history -n 1",
    "os.system('echo system; echo $AWKWARD'); import subprocess; subprocess.run(['echo', 'child'])\n"
    "os.write(1, b'raw\\n'); time.sleep(0.4); os.write(2, b'raw error\\n'); time.sleep(0.4)",
    "for n in range(3):\n    print(n, flush=True); print(-n, file=sys.stderr, flush=True)",
    "print('긴 글 ' * 300, '\\x1b[31mred\\x1b[0m', 'a\\rb', 'c\\bd', '\\0', repr('\\u200b'), 'é', '🙂')",
    "warnings.warn('careful')\nwarnings.warn('old', DeprecationWarning)\nwarnings.warn('never', ImportWarning)",
    "def slow():\n    time.sleep(0.3); print('late, from a thread')\n"
    "thread = threading.Thread(target=slow); thread.start()\n"
    "quick = threading.Thread(target=print, args=('at once',)); quick.start(); quick.join()",
    "time.sleep(0.6); print('after')",
    "child = multiprocessing.get_context('fork').Process(target=print, args=('from a fork',))\n"
    "child.start(); child.join(); time.sleep(0.4); child.exitcode",
    "from concurrent.futures import ProcessPoolExecutor\n"
    "with ProcessPoolExecutor(1) as pool: print(list(pool.map(abs, [-1, -2])))",
    "from tqdm.autonotebook import trange; trange",
    "40 + 2;",
    "'history'",
    "_, Out[max(Out)], In[-1], len(In)",
    "import logging; logging.warning('logged'); logging.getLogger('other').error('too')",
    "print(*(type(x).__name__ for x in (sys.stdout, sys.stderr, sys.displayhook, sys.excepthook)))",
    # What is left for the end: all of it happens before the engine comes back.
    "import atexit\natexit.register(Path('at_exit.txt').write_text, 'ran')\n"
    "unclosed = open('unclosed.txt', 'w'); unclosed.write('flushed'); sys.kept = open('kept.txt', 'w')\n"
    "sys.kept.write('flushed too'); import tempfile; temporary = tempfile.TemporaryDirectory(dir=os.getcwd())\n"
    "Path(temporary.name, 'file').touch()\n"
    "def last():\n    time.sleep(0.5); Path('thread.txt').write_text('waited for')\n"
    "threading.Thread(target=last).start()",
    "Path('elsewhere').mkdir(); os.chdir('elsewhere'); os.environ['LEFT'] = 'behind'; sys.path.append('left')\n"
    "alt.theme.enable('dark'); pd.set_option('display.max_columns', 3); sys.argv[0] = 'changed'\n"
    "sys.setrecursionlimit(900); warnings.simplefilter('ignore'); signal.signal(15, signal.SIG_IGN)\n"
    "Path('here.txt').touch()",
)

SHOW = (
    # A warning comes again after pandas is imported, as that changes the filters, but not if it was before.
    "import numpy as np, pandas as pd, datetime\nfrom IPython.display import *\nhandle = display('first', display_id=True)\n"
    "named = display(HTML('<b>1</b>'), display_id='mine', metadata={'text/html': {'a': 1}})",
    "handle.update('second'); update_display(HTML('<i>2</i>'), display_id='mine')",
    "display(Markdown('again'), display_id='mine'); named.update({'text/plain': 'third'}, raw=True)",
    "print('gone'); clear_output(wait=True); print('stays')",
    "display(1); clear_output(); display(2); print('x'); clear_output(wait=True)",
    "display({'text/plain': 'raw', 'application/json': {'n': float('nan'), 't': (1, 2), 's': 'é'}}, raw=True)",
    "display({'image/png': b'\\x89PNG\\r\\n', 'application/octet-stream': bytes(range(256))}, raw=True)",
    "display({'application/x+json': {1: None, 'd': datetime.date(2022, 4, 26), 'f': 1e300}}, raw=True)",
    "class Rich:\n    def _repr_html_(self): return '<p>한글</p>'\n    def _repr_latex_(self): return '$x$'\n"
    "    def _repr_png_(self): return b'\\x89PNG', {'width': 10}\n    def __repr__(self): return 'rich'\nRich()",
    "class Bundle:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
    "        return {'text/plain': 'b', 'application/vnd.x+json': [float('inf'), None]}, {'x': {'y': 1}}\n"
    "display(Bundle(), Bundle()); Bundle()",
    "object, object(), {3, 1, 2}, {'b': 1, 'a': [Rich()]}, 'x' * 3000, list(range(1500)), ...",
    "pd.DataFrame({'가': [1.5, None], 'b': ['x', '<&>']}, index=['r1', 'r2']).style.set_uuid('u')",
    "pd.DataFrame({f'a{n}': range(100) for n in range(30)})",
    "print('x' * 5_000_000)",
    "display({'text/html': 'y' * 3_000_000, 'text/plain': 'large'}, raw=True)",
    "from tqdm import tqdm\n"
    "for n in tqdm(range(3), bar_format='{l_bar}{bar}|{n}/{total}', ncols=40, mininterval=0): pass",
    "from tqdm.auto import tqdm\n"
    "for n in tqdm(range(3), desc='bar', bar_format='{l_bar}{bar}', mininterval=0): pass",
    "import ipywidgets as w\nslider = w.IntSlider(value=3, description='수'); seen = w.Label('none')\n"
    "slider.observe(lambda change: setattr(seen, 'value', str(change['new'])), 'value')\nw.VBox([slider, seen])",
    # What a widget captures, papermill sends back to it. Stock at times loses a cell that is sent
    # while it takes in such an answer, and waits for it for ever: so these cells wait for theirs.
    "import asyncio; out = w.Output()\nwith out:\n    print('inside'); display(HTML('<b>in</b>'))\n"
    "await asyncio.sleep(0.3); out",
    "with out:\n    print('later, inside')\nprint('outside'); await asyncio.sleep(0.3)",
    "@out.capture(clear_output=True)\ndef speak(): print('captured')\n"
    "speak(); slider.value = 7; await asyncio.sleep(0.3); seen.value",
    "out.outputs",
    "shown = w.interact(lambda x, y='a': print(x, y), x=(0, 9, 3), y=['a', 'b'])\nawait asyncio.sleep(0.3); shown",
    "shown = w.interactive_output(lambda v: display(v * 2), {'v': slider})\nawait asyncio.sleep(0.3); shown",
    "w.Image(value=b'\\x89PNG\\r\\n', format='png')",
    "w.FloatText(float('inf')), w.Dropdown(options=[('하나', 1), ('둘', 2)])",
    "extra = w.Button(); extra.close(); del extra",
)

FAIL = (
    "print('before'); 1 / 0",
    "try:\n    {}['k']\nexcept KeyError as error:\n    raise ValueError('한글') from error",
    "try:\n    {}['k']\nexcept KeyError:\n    int('x')",
    "error = RuntimeError('with a note'); error.add_note('noted'); raise error",
    "raise ExceptionGroup('many', [ValueError(1), KeyError('k')])",
    "x = = 1",
    "if True:\nprint()",
    "print('not run'",
    "nosuch",
    "%nosuch",
    "%%nosuch\n1",
    "import json; json.loads('{')",
    "import pandas as pd; pd.DataFrame({'a': [1]})['b']",
    "import nosuch.module",
    "input('name? ')",
    "import getpass; getpass.getpass()",
    "import sys; sys.exit('bye')",
    "sys.exit(3)",
    # As deep as stock can go; the error itself would take IPython seconds to format.
    "def deeper(n=0):\n    try: return deeper(n + 1)\n    except RecursionError: return n\ndeeper()",
    "import asyncio; await asyncio.wait_for(asyncio.sleep(9), 0.01)",
    "async def fails(): raise ValueError('in a task')\n"
    "task = asyncio.create_task(fails()); await asyncio.sleep(0.1); del task; import gc; gc.collect(); 1",
    "await asyncio.sleep(0.1); print(2)",
    "%%bash\necho out; exit 3",
    "!exit 4\n_exit_code",
    "raise KeyboardInterrupt",
    "class Own(Exception):\n    def _render_traceback_(self): return ['own', 'traceback']\nraise Own",
    "class NoText(Exception):\n    def __str__(self): raise ValueError\nraise NoText",
    "import warnings; warnings.simplefilter('error'); warnings.warn('as an error')",
    "warnings.simplefilter('default')\nimport threading\n"
    "t = threading.Thread(target=lambda: 1 / 0, name='mine'); t.start(); t.join()",
    "get_ipython().showtraceback(); %tb",
    "print('begun', flush=True)\nimport time\nwhile True: time.sleep(0.01)  # endless",
    "import subprocess; print('waiting', flush=True); subprocess.run(['sleep', '60'])  # endless",
    "class Broken:\n    def _repr_html_(self): raise ValueError('broken')\n    def __repr__(self): return 'b'\nBroken()",
    "'still here'",
)


@dataclass(frozen=True)
class Case:
    """A notebook and how to run it."""

    notebook: Any
    options: dict[str, Any]


CASES = {
    "talk": Case(notebook(*TALK), {"parameters": {"a": 1, "글": "값", "values": [1, None, 2.5]}}),
    "show": Case(notebook(*SHOW), {}),
    "fail": Case(
        notebook(*FAIL, tags=("raises-exception",), last="raise OSError(2, 'the last')"),
        {"interrupt_on_timeout": True},
    ),
    # What is printed must have been read before the kernel dies; stock loses it otherwise.
    "dead": Case(
        notebook(
            "print('alive')", last="import os, time; print('so', flush=True); time.sleep(1); os._exit(3)"
        ),
        {},
    ),
    # Stock waits five seconds for such a kernel to end by itself, unless told not to.
    "timeout": Case(
        notebook("print('before')", last="print('begun', flush=True)\nwhile True: pass  # endless"),
        {"shutdown_kernel": "immediate"},
    ),
} | {
    path.stem: Case(nbformat.read(path, as_version=4), {"parameters": PARAMETERS.get(path.stem, {})})
    for path in sorted(FOLDER.glob("*.ipynb"))
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for both engines: its name is among what notebooks see."""
    return tmp_path_factory.mktemp("warm")


@pytest.fixture(scope="module")
def stock(place: Path) -> Callable[[str], Ended]:
    """What papermill's own engine makes of a notebook; run once, since it takes seconds."""
    made: dict[str, Ended] = {}

    def ended(name: str) -> Ended:
        if name not in made:
            made[name] = run(CASES[name].notebook, place / name, None, **CASES[name].options)
        return made[name]

    return ended


OURS = [path.stem for path in sorted(FOLDER.glob("*.ipynb"))]


@pytest.mark.parametrize("name", [name for name in CASES if name not in OURS])
def test_warm_equals_stock(name: str, place: Path, stock: Callable[[str], Ended]) -> None:
    case = CASES[name]
    # A notebook that stops where it was not meant to would compare less than it seems to.
    assert (stock(name).error is not None) == (name in {"fail", "dead", "timeout"}), stock(name).error
    for _ in range(2 if name == "talk" else 1):  # the second must not see what the first has changed
        warm = run(case.notebook, place / name, ENGINE, **case.options)
        assert_same(warm, stock(name))


@pytest.mark.parametrize("name", OURS)
def test_our_notebooks_equal_stock_before_and_after_a_rehearsal(
    name: str, place: Path, stock: Callable[[str], Ended]
) -> None:
    case = CASES[name]
    # All but the one whose cells open widgets, which live in the kernel that opened them.
    rehearsed = "rehearse_by" in case.notebook.metadata.get("sandan", {})
    assert rehearsed != (name == "explorer")
    assert stock(name).error is None, stock(name).error
    for _ in range(2):  # the template rehearses before the first fork, and not again
        warm = run(case.notebook, place / name, ENGINE, rehearse=True, **case.options)
        assert bool(Template.current()._rehearsed) or not rehearsed
        assert_same(warm, stock(name))


WORKER = """
import json, sys
import papermill
from sandan_lib.warm.template import Template
Template.fork_here()
given, out, parameters = sys.argv[1:]
papermill.execute_notebook(
    given, out, engine_name="sandan-warm", progress_bar=False, parameters=json.loads(parameters)
)
assert Template.current()._process is None, "the fork has died, and a new process took its place"
"""


def test_a_fork_of_a_working_process_equals_stock_too(place: Path, stock: Callable[[str], Ended]) -> None:
    """As workers of a pool do it: what has run papermill itself becomes the template."""
    case, folder = CASES["talk"], place / "talk"
    expected = stock("talk")
    out = folder.with_suffix(".out.ipynb")
    out.unlink()
    shutil.rmtree(folder)
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    subprocess.run(
        [
            sys.executable,
            "-c",
            WORKER,
            folder.with_suffix(".in.ipynb"),
            out,
            json.dumps(case.options["parameters"]),
        ],
        cwd=folder,
        env=environment,
        check=True,
    )
    made = normal(nbformat.read(out, as_version=4), case.notebook)
    # A pool's processes lie deeper, and their own command line is another: nothing else differs.
    assert differences(made, expected.notebook) == []
    assert files_in(folder) == expected.files


# ---- what a notebook leaves running


def is_gone(pid: int) -> bool:
    """Tell whether a process ends soon, if it has not; who buries it is not our business."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        deadline = time.monotonic() + 10
        while process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
    return True


def test_processes_that_a_notebook_has_started_end_as_with_stock(place: Path) -> None:
    """ipykernel ends them when it is shut down; not those that have made themselves independent."""
    source = (
        "import atexit, multiprocessing, os, subprocess, time\nfrom pathlib import Path\n"
        "atexit.register(Path('at_exit').touch)\n"
        "children = [subprocess.Popen(['sleep', '600']), subprocess.Popen(['sleep', '601'], start_new_session=True)]\n"
        "dead = subprocess.Popen(['true']); forked = multiprocessing.Process(target=time.sleep, args=(602,))\n"
        "forked.start(); print(*(child.pid for child in [*children, forked]))"
    )
    made = run(notebook(source), place / "children", ENGINE)
    child, independent, forked = (int(word) for word in made.outputs[0][0]["text"].split())
    try:
        assert is_gone(child)
        assert is_gone(forked)
        assert psutil.pid_exists(independent)
        assert list(made.files) == ["at_exit"]
    finally:
        os.kill(independent, signal.SIGKILL)


def test_a_kernel_that_is_killed_takes_its_processes_with_it(place: Path) -> None:
    busy = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True)\nwhile True: pass  # endless"
    made = run(notebook(busy), place / "busy", ENGINE)
    assert made.error is not None
    assert made.error.startswith("nbclient.exceptions.CellTimeoutError")
    assert is_gone(int(made.outputs[0][0]["text"]))


def test_a_machine_that_stands_still_costs_no_report(place: Path) -> None:
    """Between a cell's answer and its last words, where nbclient would wait for four seconds."""
    still = (
        "import time; kernel = get_ipython().kernel; after = kernel.post_handler_hook\n"
        "kernel.post_handler_hook = lambda: (time.sleep(4.5), after(), delattr(kernel, 'post_handler_hook'))"
    )
    began = time.monotonic()
    made = run(notebook(still, "6 * 7"), place / "still", ENGINE)
    assert made.error is None
    assert made.outputs[-1][0]["data"]["text/plain"] == "42"
    assert time.monotonic() - began > 4.5


def test_an_interrupt_after_the_answer_ends_neither_cell_nor_kernel(place: Path) -> None:
    """Just before ipykernel ignores interrupts again."""
    late = (
        "import os, signal, ipykernel.kernelbase as base; real = base.signal\n"
        "def at_once(*words):\n    base.signal = real; os.kill(os.getpid(), signal.SIGINT); return real(*words)\n"
        "base.signal = at_once"
    )
    made = run(notebook(late, "6 * 7", "signal.getsignal(signal.SIGINT).__name__"), place / "late", ENGINE)
    assert made.error is None
    shown = [outputs[0]["data"]["text/plain"] for outputs in made.outputs[1:]]
    assert shown == ["42", "'default_int_handler'"]


def test_a_kernel_may_be_ended_before_it_has_begun() -> None:
    """It may not even have a process group yet; and a process that only stands still would stay."""
    template = Template.living()
    for _ in range(30):
        child = template.fork(["--HistoryManager.hist_file=:memory:"])
        child.end(0)
        assert is_gone(child.pid)


def test_modules_are_found_where_stock_finds_them(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the folder we happen to be in is among Python's own, as that of an editable package."""
    home = place / "home"
    monkeypatch.setenv("PYTHONPATH", str(home))
    Template.living().drop()  # the next one starts in the new environment, and in that folder
    made = run(notebook("import sys; sys.path"), home, ENGINE)
    Template.living().drop()
    fresh = [sys.executable, "-c", "import sys; print([path for path in sys.path if path])"]
    found = subprocess.run(fresh, cwd=home, capture_output=True, text=True, check=True).stdout
    shown = ast.literal_eval(made.outputs[0][0]["data"]["text/plain"])
    assert [path for path in shown if path] == ast.literal_eval(found)
    assert str(home) in shown


def test_whoever_runs_a_loop_may_run_notebooks(place: Path) -> None:
    """As a notebook that runs notebooks does."""

    given, out = place / "within.in.ipynb", place / "within.out.ipynb"
    nbformat.write(notebook("6 * 7"), given)

    async def within() -> None:
        papermill.execute_notebook(str(given), str(out), engine_name=ENGINE, progress_bar=False)

    asyncio.run(within())
    assert nbformat.read(out, as_version=4).cells[0].outputs[0]["data"] == {"text/plain": "42"}


# ---- which kernels


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, None),
        ({"argv": ["python3", "-Xfrozen_modules=off", *PLAIN]}, None),
        ({"argv": [sys.executable, *PLAIN]}, None),
        ({"argv": ["python", *PLAIN, "--matplotlib=inline"]}, "is no plain Python kernel"),
        ({"argv": ["python", "-m", "bash_kernel", "-f", "{connection_file}"]}, "is no plain Python kernel"),
        ({"env": {"A": "1"}}, "is no plain Python kernel"),
        ({"argv": ["/usr/bin/python3", *PLAIN]}, "belongs to another Python"),
    ],
)
def test_only_plain_kernels_of_this_python_are_forked(
    change: dict[str, Any], says: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = {"argv": ["python", *PLAIN], "display_name": "Mine", "language": "python"} | change
    (tmp_path / "kernels" / "mine").mkdir(parents=True)
    (tmp_path / "kernels" / "mine" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    why_stock.cache_clear()
    try:
        reason = why_stock("mine")
    finally:
        why_stock.cache_clear()
    assert reason == (None if says is None else f"'mine' {says}")
