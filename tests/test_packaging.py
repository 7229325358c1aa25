"""What is promised outside the code: bounds, lock, versions, licences, layout, README."""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

import sandan_lib

ROOT = Path(sandan_lib.__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
READMES = ("README.md", "README.ko.md")


def bounds(requirements: list[str]) -> dict[str, str]:
    """Split `name[extra]>=1,<2` into name and bounds."""
    found = {}
    for requirement in requirements:
        match = re.fullmatch(r"([A-Za-z0-9-]+)(?:\[[a-z]+\])?(.*)", requirement)
        assert match is not None
        found[match.group(1)] = match.group(2)
    return found


def project_bounds() -> dict[str, str]:
    extras = PROJECT["project"]["optional-dependencies"].values()
    return bounds([*PROJECT["project"]["dependencies"], *(item for extra in extras for item in extra)])


def test_environment_and_project_have_the_same_bounds() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = bounds([item for item in environment["dependencies"] if isinstance(item, str)])
    assert listed.pop("python") == PROJECT["project"]["requires-python"]
    listed.pop("pip")
    assert listed == {name: project_bounds()[name] for name in listed}
    assert set(bounds(PROJECT["project"]["dependencies"])) <= set(listed)
    assert {"jupyterlab", "pandas", "altair", "ipywidgets", "papermill", "nbval"} <= set(listed)


def test_every_dependency_has_both_bounds() -> None:
    assert all(">=" in bound and ",<" in bound for bound in project_bounds().values())


def test_the_lock_pins_everything_by_hash_and_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    blocks = re.split(r"\n(?=[a-z0-9])", lock.strip(), flags=re.IGNORECASE)
    names = set()
    for block in blocks:
        match = re.match(r"([A-Za-z0-9._-]+)==\S+", block)
        assert match is not None, block[:60]
        assert "--hash=sha256:" in block, block[:60]
        names.add(match.group(1).lower().replace("_", "-"))
    assert {name.lower() for name in project_bounds()} <= names
    assert {"hatchling", "editables"} <= names


def test_one_version_everywhere() -> None:
    version = sandan_lib.__version__
    assert re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    for name in ("CHANGELOG.md", "data/CHANGELOG.md"):
        top = re.search(r"^## (\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert top is not None
        assert top.group(1) == version
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"] == version
    assert json.loads((ROOT / "data/datapackage.json").read_text(encoding="utf-8"))["version"] == version


def test_counts_in_the_changelog_are_those_of_the_data() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    ds = sandan_lib.load()
    assert f"{len(ds.claims)} printed figures" in text
    assert f"{len(ds.table('sources'))} sources in all" in text


@pytest.mark.parametrize(
    "name",
    [
        "LICENSE",
        "data/LICENSE",
        "sandan_lib/assets/OFL.txt",
        "sandan_lib/assets/BOUNDARIES.txt",
        "CONTRIBUTING.md",
        "CITATION.cff",
        ".ci/run",
        "Makefile",
    ],
)
def test_what_a_repository_owes_its_readers_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 100


def test_a_built_wheel_works_without_the_repository(tmp_path: Path) -> None:
    """Data, notebooks, templates and type travel in the wheel."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import sandan_lib as sd; from sandan_lib.reports import notebook_path, plan_runs; ds = sd.load();"
        "from sandan_lib.reports.render import prepare; prepare();"
        "from sandan_lib.boundaries import outlines; assert len(outlines()) == 17;"
        "print(sd.__file__, notebook_path('region_report'), len(plan_runs(ds)))"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.count(str(tmp_path)) == 2
    assert done.stdout.split()[-1] == "15"


@pytest.mark.parametrize("name", READMES)
def test_python_in_the_readme_runs_and_gives_what_it_says(name: str) -> None:
    failed, attempted = doctest.testfile(
        str(ROOT / name), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    )
    assert attempted > 5
    assert failed == 0


def commands(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


def test_both_readmes_give_the_same_commands() -> None:
    assert commands("README.md") == commands("README.ko.md")


@pytest.mark.parametrize("command", [item for item in commands("README.md") if not item.startswith("make ")])
def test_commands_of_the_readme_run(command: str, tmp_path: Path) -> None:
    words = shlex.split(command)
    if words[0] == "papermill":
        words[2] = str(tmp_path / words[2])  # the repository stays clean
        Path(words[2]).parent.mkdir()
    if words[:2] in (["sandan", "report"], ["sandan", "codebook"]):
        words += ["--out", str(tmp_path / "outputs")]
    if "--all" in words:
        words += ["--dry-run"]  # test_site makes it
    if words[:2] == ["sandan", "export"]:
        words[words.index("--out") + 1] = str(tmp_path / "export")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in READMES:
        for target in re.findall(r"make (\w+)", (ROOT / name).read_text(encoding="utf-8")):
            assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_every_public_name_stands_in_both_readmes() -> None:
    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        for public in sandan_lib.__all__:
            assert public in text, f"{public} is missing in {name}"


def test_no_file_names_a_registry_host_or_a_path_of_a_machine() -> None:
    hosts = re.compile(
        "|".join(["pypi" + r"\.org", "python" + "hosted", "npmjs" + r"\.org", "debian" + r"\.org"])
    )
    paths = re.compile(r"(?<![\w.])/(?:root|home/\w+)/")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    for name in listed.splitlines():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        assert not hosts.search(text), name
        assert not paths.search(text), name


def test_make_report_asks_for_all_formats() -> None:
    """Commas in a choice of make's `or` had cut the list after its first."""
    for given, asked in (("", "--all --lang both --format html,pdf,xlsx"), ("충북", "충북")):
        command = ["make", "--just-print", "report", *([f"ARGS={given}"] if given else [])]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        assert f"sandan report {asked}\n" in done.stdout
