"""The pages on running reports and the examples: what they tell people to type is typed here."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
import yaml

from sandan_lib.reports.execute import unfinished
from sandan_lib.reports.signature import notebook_path, read_signature

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PAGES = ("docs/running.md", "docs/running.ko.md")
EXAMPLES = ("crontab", "workflow.yml", "airflow_dag.py", "dagster_job.py")
# Where the examples say that the repository lies.
HOME = "/srv/sandan"

# Airflow and Dagster are too heavy to install for a test. These are the keywords that they take.
#
# apache-airflow-providers-papermill 3.13.2, source and page
# airflow.apache.org/docs/apache-airflow-providers-papermill/3.13.2/_modules/airflow/providers/papermill/
# operators/papermill.html; `task_id` is BaseOperator's. There is no engine among them: `execute` passes
# `engine_name=None`, unless `kernel_conn_id` names a remote kernel.
PAPERMILL_OPERATOR = {
    *("input_nb", "output_nb", "parameters", "kernel_name", "language_name", "kernel_conn_id", "log_output"),
    *("nbconvert", "nbconvert_args", "task_id"),
}
# apache-airflow-task-sdk (Airflow 3), class airflow.sdk.DAG: airflow.apache.org/docs/task-sdk/1.3.2/api.html;
# those that concern us.
DAG = {"dag_id", "description", "schedule", "start_date", "end_date", "catchup", "max_active_runs", "tags"}
# Dagster 1.x: docs.dagster.io/guides/automate/schedules, the docstring of ScheduleDefinition in
# dagster-io/dagster, python_modules/dagster/dagster/_core/definitions/schedule_definition.py; and
# docs.dagster.io/_apidocs/definitions.
SCHEDULE_DEFINITION = {
    *("name", "cron_schedule", "job_name", "run_config", "run_config_fn", "tags", "tags_fn", "metadata"),
    *("should_execute", "execution_timezone", "execution_fn", "description", "job", "default_status"),
    *("required_resource_keys", "target"),
}
DEFINITIONS = {"assets", "asset_checks", "schedules", "sensors", "jobs", "resources", "executor", "loggers"}
# papermill is here and can be asked.
EXECUTE_NOTEBOOK = set(inspect.signature(papermill.execute_notebook).parameters)
# What PapermillOperator.execute adds (same page), besides its own four.
BY_THE_OPERATOR: dict[str, Any] = {
    "progress_bar": False,
    "report_mode": True,
    "log_output": False,
    "language": None,
    "engine_name": None,
}


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "SANDAN_LANG": "en"} | more


def run(words: list[str], cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        words, cwd=cwd, env=environment(**more), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout}{done.stderr}"
    return done


def planned(printed: str) -> int:
    match = re.search(r"reports to make: (\d+), unchanged: 0", printed)
    assert match is not None, printed
    return int(match[1])


# The pages


def fences(page: str, *kinds: str) -> list[tuple[str, str]]:
    """What stands in fences of these kinds, with the words before it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    form = re.compile(r"([^\n]*)\n\n[ ]*```(\w+)\n(.*?)\n[ ]*```", flags=re.DOTALL)
    return [(match[1], textwrap.dedent(match[3])) for match in form.finditer(text) if match[2] in kinds]


def commands(page: str) -> list[str]:
    return [line for _, block in fences(page, "sh") for line in block.splitlines() if line]


def files(page: str) -> dict[str, str]:
    """The files that a page shows: each is named in the line before."""
    return {before.split("`")[-2]: block for before, block in fences(page, "csv", "yaml")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the pages show."""
    path = tmp_path_factory.mktemp("pages")
    for name, content in files(PAGES[0]).items():
        (path / name).write_text(content + "\n", encoding="utf-8")
    return path


def test_both_pages_have_the_same_commands_files_and_sections() -> None:
    english, korean = PAGES
    assert commands(english) == commands(korean)
    assert files(english) == files(korean)
    assert set(files(english)) == {"runs.csv", "runs.yaml", "days.yaml"}
    heads = [re.findall(r"^#+ ", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE) for page in PAGES]
    assert heads[0] == heads[1]


@pytest.mark.parametrize("command", [c for c in commands(PAGES[0]) if c.startswith("sandan report")])
def test_reports_of_the_pages_are_planned_in_the_number_that_is_said(command: str, folder: Path) -> None:
    words = shlex.split(command, comments=True)
    if "://" in (address := words[words.index("--out") + 1] if "--out" in words else ""):
        words[words.index("--out") + 1] = "memory://" + address.partition("://")[2]  # no store here
    done = run([*words, *(["--dry-run"] if "--dry-run" not in words else [])], folder)
    said = command.partition("  # ")[2]
    assert not said or planned(done.stdout) == int(said)
    assert {path.name for path in folder.iterdir()} == set(files(PAGES[0])), "a dry run writes nothing"


@pytest.mark.parametrize("command", [c for c in commands(PAGES[0]) if c.startswith("papermill")])
def test_papermill_of_the_pages_runs(command: str, tmp_path: Path) -> None:
    words = shlex.split(command)
    output = tmp_path / "out.ipynb"
    words[words.index("out.ipynb")] = str(output)
    done = run(words, ROOT)
    assert unfinished(nbformat.read(output, as_version=4)) is None
    linux = sys.platform.startswith("linux")
    assert ("papermill's own engine" in done.stderr) != linux


@pytest.mark.parametrize("command", [c for c in commands(PAGES[0]) if c.startswith("dask")])
def test_dask_knows_the_options_of_the_pages(command: str, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    words = shlex.split(command)
    known = run([*words[:2], "--help"], tmp_path).stdout
    for word in words:
        assert not word.startswith("--") or re.search(rf"{word}\b", known), word


def test_no_command_of_the_pages_goes_untried() -> None:
    tried = ("sandan report", "papermill ", "dask ", "python -m ipykernel install ")
    assert [command for command in commands(PAGES[0]) if not command.startswith(tried)] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_name_only_options_that_there_are(page: str, tmp_path: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    known = run(["sandan", "report", "--help"], tmp_path).stdout
    named = set(re.findall(r"`(--[a-z-]+)[` ]", text)) - {"--nthreads", "--nworkers"}
    assert len(named) > 10
    assert [option for option in named if not re.search(rf"{option}\b", known)] == []


def test_the_pages_are_linked_and_link_to_files_that_there_are() -> None:
    for readme, page in zip(("README.md", "README.ko.md"), PAGES, strict=True):
        assert f"({page})" in (ROOT / readme).read_text(encoding="utf-8")
        links = re.findall(r"\]\(([^):]+)\)", (ROOT / page).read_text(encoding="utf-8"))
        assert {f"../examples/{name}" for name in EXAMPLES} <= set(links)
        assert all((ROOT / "docs" / link).is_file() for link in links)


# The examples


def source(name: str) -> str:
    return (ROOT / "examples" / name).read_text(encoding="utf-8")


def cron_lines() -> list[str]:
    lines = [line for line in source("crontab").splitlines() if line and not line.startswith("#")]
    return [line for line in lines if not re.match(r"[A-Z_]+=", line)]


@pytest.mark.parametrize("line", cron_lines())
def test_lines_of_the_crontab_run(line: str, tmp_path: Path) -> None:
    """The line as the shell gets it, with its folder and its redirections."""
    *times, command = line.split(maxsplit=5)
    assert all(re.fullmatch(r"\*|\d{1,2}", time) for time in times)
    assert "%" not in command, "cron would make a new line of it"
    assert "--wait" in command
    (tmp_path / "outputs").mkdir()
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(BIN)
    assert command.count(HOME) == command.count("sandan report ") == 1
    command = command.replace(HOME, shlex.quote(str(tmp_path)))
    command = command.replace("sandan report ", "sandan report --dry-run ")
    done = run(["/bin/sh", "-c", command], tmp_path)
    assert done.stdout == "", "cron has nothing to mail"
    assert planned((tmp_path / "outputs/cron.log").read_text(encoding="utf-8")) in (2, 30)


def test_a_cron_job_that_fails_says_so(tmp_path: Path) -> None:
    (tmp_path / "outputs").mkdir()  # but there is no .venv
    command = cron_lines()[0].split(maxsplit=5)[5].replace(HOME, shlex.quote(str(tmp_path)))
    done = run(["/bin/sh", "-c", command], tmp_path)
    assert "exit code 127" in done.stdout


def workflow_steps() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = yaml.safe_load(source("workflow.yml"))["jobs"]["reports"]["steps"]
    return steps


def workflow_lines() -> list[list[str]]:
    lines = [line for step in workflow_steps() for line in step.get("run", "").splitlines()]
    return [shlex.split(line) for line in lines]


def test_the_workflow_is_one() -> None:
    workflow = yaml.safe_load(source("workflow.yml"))
    # YAML 1.1 takes the bare word `on` for true; those who run workflows do not.
    assert set(workflow[True]) == {"schedule", "workflow_dispatch"}
    assert all(len(item["cron"].split()) == 5 for item in workflow[True]["schedule"])
    steps = workflow_steps()
    assert all(("uses" in step) != ("run" in step) for step in steps)
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    upload = next(step for step in steps if "upload-artifact" in step.get("uses", ""))
    assert upload["with"]["path"] == "outputs"
    assert upload["if"] == "always()", "failed notebooks are wanted most"


def test_commands_of_the_workflow_run(tmp_path: Path) -> None:
    """pip's words are read by pip itself, which plans and installs nothing here."""
    reports = [words for words in workflow_lines() if words[0] == "sandan"]
    installs = [words for words in workflow_lines() if words[:4] == ["python", "-m", "pip", "install"]]
    assert len(reports) + len(installs) == len(workflow_lines())
    assert [planned(run([*words, "--dry-run"], tmp_path).stdout) for words in reports] == [30]
    lock, own = installs
    assert (ROOT / lock[lock.index("--requirement") + 1]).is_file()
    assert (ROOT / own[own.index("--editable") + 1] / "pyproject.toml").is_file()
    known = run([sys.executable, "-m", "pip", "install", "--help"], tmp_path).stdout
    assert [word for words in installs for word in words if word[:2] == "--" and word not in known] == []
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(word in makefile for words in installs for word in words[4:]), "as `make` installs"


def calls(name: str, function: str) -> list[ast.Call]:
    """Calls of a function in an example; compiled, so that what Python would refuse is found."""
    tree = ast.parse(source(name))
    compile(tree, name, "exec")
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in found if ast.unparse(node.func) == function]


def keywords(call: ast.Call) -> dict[str, ast.expr]:
    return {str(keyword.arg): keyword.value for keyword in call.keywords}


@pytest.mark.parametrize(
    ("name", "function", "documented"),
    [
        ("airflow_dag.py", "DAG", DAG),
        ("airflow_dag.py", "PapermillOperator", PAPERMILL_OPERATOR),
        ("dagster_job.py", "dg.ScheduleDefinition", SCHEDULE_DEFINITION),
        ("dagster_job.py", "dg.Definitions", DEFINITIONS),
        ("dagster_job.py", "papermill.execute_notebook", EXECUTE_NOTEBOOK),
    ],
)
def test_examples_pass_only_documented_keywords(name: str, function: str, documented: set[str]) -> None:
    (call,) = calls(name, function)
    assert call.keywords
    assert set(keywords(call)) <= documented


def test_examples_import_what_they_are_said_to_need() -> None:
    def imports(name: str) -> set[str]:
        nodes = ast.walk(ast.parse(source(name)))
        return {ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)}

    assert imports("airflow_dag.py") == {
        "import datetime as dt",
        "from airflow.providers.papermill.operators.papermill import PapermillOperator",
        "from airflow.sdk import DAG",
    }
    assert imports("dagster_job.py") == {"import dagster as dg", "import papermill"}


def executed(arguments: dict[str, Any], folder: Path, **more: str) -> None:
    """Make papermill's call in a process of its own, and look at the notebook that it writes."""
    for key, place in (("input_path", str(ROOT)), ("output_path", str(folder))):
        assert arguments[key].startswith(f"{HOME}/")
        arguments[key] = arguments[key].replace(HOME, place, 1)
    assert Path(arguments["output_path"]).parent == folder / "outputs", "a folder that the repository has"
    output = Path(arguments["output_path"])
    output.parent.mkdir()
    code = "import json, sys, papermill; papermill.execute_notebook(**json.loads(sys.argv[1]))"
    run([sys.executable, "-c", code, json.dumps(arguments)], folder, **more)
    notebook = nbformat.read(output, as_version=4)
    assert unfinished(notebook) is None
    assert notebook.metadata.papermill.parameters == arguments["parameters"]
    assert notebook.metadata.papermill.exception is None


def all_parameters(arguments: dict[str, Any]) -> None:
    own = read_signature(notebook_path(Path(arguments["input_path"]).stem)).parameters
    assert {item.name: item.type for item in own} == {
        name: type(value) for name, value in arguments["parameters"].items()
    }


def test_what_airflows_operator_would_run_runs(tmp_path: Path) -> None:
    """The call of PapermillOperator.execute, in a kernel that is named as the pages say."""
    (call,) = calls("airflow_dag.py", "PapermillOperator")
    given = {name: ast.literal_eval(value) for name, value in keywords(call).items() if name != "task_id"}
    arguments = {"input_path": given.pop("input_nb"), "output_path": given.pop("output_nb")} | given
    all_parameters(arguments)
    (install,) = [c for c in commands(PAGES[0]) if "ipykernel" in c]
    assert install in source("airflow_dag.py")
    words = shlex.split(install)
    assert words[words.index("--name") + 1] == arguments["kernel_name"]
    words[words.index("--user")] = f"--prefix={tmp_path}"  # leave the user's kernels alone
    run([sys.executable, *words[1:]], tmp_path)
    kernels = str(tmp_path / "share/jupyter")
    executed(arguments | BY_THE_OPERATOR, tmp_path, JUPYTER_PATH=kernels)


def test_what_the_dagster_op_would_run_runs(tmp_path: Path) -> None:
    (call,) = calls("dagster_job.py", "papermill.execute_notebook")
    places = dict(zip(("input_path", "output_path"), map(ast.literal_eval, call.args), strict=True))
    arguments = places | {name: ast.literal_eval(value) for name, value in keywords(call).items()}
    all_parameters(arguments)
    assert arguments["engine_name"] == "sandan-warm"
    executed(arguments, tmp_path)
