"""The layer table and the fences of the design, read off the syntax trees."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sandan_lib

PACKAGE = Path(sandan_lib.__file__).resolve().parent
LAYERS = {
    "errors": 0,
    "lean": 0,
    "version": 0,
    "typeface": 0,
    "repeatable": 0,
    "languages": 0,
    "pictures": 1,
    "tiles": 1,
    "boundaries": 1,
    "units": 1,
    "model": 1,
    "schema": 2,
    "names": 2,
    "warm": 2,
    "checks": 3,
    "dataset": 4,
    "compare": 5,
    "profile": 5,
    "releases": 5,
    "trends": 5,
    "story": 5,
    "cite": 5,
    "composition": 5,
    "dispersion": 5,
    "diff": 5,
    "score": 5,
    "charts": 6,
    "tables": 6,
    "text": 6,
    "export": 6,
    "reports": 7,
    "widgets": 7,
    "cli": 8,
}
# Modules of one layer may not import each other, but for these.
NEIGHBOURS = {
    ("languages", "errors"),
    ("units", "model"),
    ("releases", "compare"),
    ("profile", "compare"),
    ("profile", "releases"),
    ("story", "compare"),
    ("story", "profile"),
    ("dispersion", "compare"),
    ("score", "compare"),
    ("trends", "releases"),
    ("composition", "releases"),
    ("trends", "compare"),
    ("trends", "profile"),
}
# `reports` runs whatever a notebook shows: it knows the data, not the presentation.
FORBIDDEN = {("reports", part) for part in ("compare", "profile", "cite", "charts", "tables", "text")}
FENCES = {
    "pandas": {
        "checks",
        "dataset",
        "compare",
        "profile",
        "releases",
        "cite",
        "charts",
        "tables",
        "text",
        "reports",
        "cli",
    },
    "numpy": {"dataset", "compare"},
    "pyarrow": {"checks", "dataset", "export"},
    "xlsxwriter": {"export"},
    "altair": {"charts"},
    "vl_convert": {"pictures"},
    "py_mini_racer": {"pictures"},
    "ipywidgets": {"widgets"},
    "anywidget": {"widgets"},
    "papermill": {"reports", "warm"},
    "ipykernel": {"warm"},
    "jupyter_client": {"reports", "warm"},
    "nbclient": {"reports"},
    "distributed": {"reports"},
    "filelock": {"reports"},
    "fsspec": {"reports"},
    "yaml": {"reports"},
    "nbconvert": {"reports"},
    "nbformat": {"reports"},
    "typst": {"reports"},
}


def parts() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if part not in ("__init__", "__main__", "data", "notebooks"):
            yield part, path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative imports hide the layer"
            yield node.module or ""
            if node.module == "sandan_lib":
                yield from (f"sandan_lib.{alias.name}" for alias in node.names)


def test_every_part_has_its_layer() -> None:
    assert {part for part, _ in parts()} == set(LAYERS)


@pytest.mark.parametrize("path", [path for _, path in parts()], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_downwards(path: Path) -> None:
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imported(path):
        if not name.startswith("sandan_lib."):
            continue
        other = name.split(".")[1]
        allowed = other == part or LAYERS[other] < LAYERS[part] or (part, other) in NEIGHBOURS
        assert allowed, f"{part} (layer {LAYERS[part]}) imports {other} (layer {LAYERS[other]})"
        assert (part, other) not in FORBIDDEN, f"{part} imports {other}"


@pytest.mark.parametrize(("library", "allowed"), FENCES.items(), ids=FENCES)
def test_libraries_stay_behind_their_fences(library: str, allowed: set[str]) -> None:
    users = {part for part, path in parts() for name in imported(path) if name.split(".")[0] == library}
    assert users <= allowed


def fresh(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_importing_the_package_loads_nothing_heavy_and_opens_no_file_of_data() -> None:
    heavy = "{'pandas', 'altair', 'ipywidgets', 'papermill', 'nbconvert', 'nbclient', 'vl_convert'}"
    code = (
        "import builtins, sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: event == 'open' and opened.append(str(args[0])))\n"
        "import sandan_lib\n"
        "data = [name for name in opened if name.endswith(('.csv', '.json'))]\n"
        f"print(sorted({heavy} & set(sys.modules)), data)"
    )
    assert fresh(code) == "[] []"


def test_public_names_win_over_modules_of_the_same_name() -> None:
    code = "import sandan_lib as sd; sd.charts; sd.tables; print(callable(sd.compare), callable(sd.profile))"
    assert fresh(code) == "True True"


def test_public_names_are_all_there_and_fit_on_one_screen() -> None:
    assert len(sandan_lib.__all__) <= 20
    assert all(hasattr(sandan_lib, name) for name in sandan_lib.__all__)
    assert dir(sandan_lib) == sorted(sandan_lib.__all__)


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="comparee"):
        sandan_lib.comparee  # noqa: B018


@pytest.mark.parametrize("module", ["sandan_lib.charts", "sandan_lib.reports"])
def test_altair_is_imported_without_the_parser_of_rfc3987(module: str) -> None:
    """With JupyterLab installed, a plain `import altair` loads lark and builds a grammar."""
    loaded = fresh(f"import sys, {module}; print('lark' in sys.modules)")
    assert loaded == "False"
    plain = fresh("import sys, altair; print('lark' in sys.modules)")
    assert plain == "True", "the trap is gone: drop the cure"


def test_the_cure_leaves_no_trace() -> None:
    code = "import sandan_lib.charts, rfc3987_syntax; print(rfc3987_syntax.__name__)"
    assert fresh(code) == "rfc3987_syntax"


@pytest.mark.parametrize("path", [path for _, path in parts()], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_stay_readable(path: Path) -> None:
    """A module that grows past about 400 lines becomes a folder; a function fits on a screen."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 430
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            documentation = ast.get_docstring(node, clean=False) or ""
            lines = (node.end_lineno or 0) - node.lineno - documentation.count("\n")
            assert lines <= 70, f"{node.name} has {lines} lines of code"
