"""The signature of a notebook: the cell tagged ``parameters``, read strictly.

papermill pastes parameter *names* into the notebook as code, only warns of unknown ones, and
overlooks lines that it cannot read. So the names a notebook accepts are read here, from
the syntax tree, before anything runs; a line that is no plain annotated assignment is an error.
"""

from __future__ import annotations

import ast
import functools
import io
import json
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandan_lib.errors import ParameterError, nearest

__all__ = [
    "Parameter",
    "Signature",
    "Value",
    "notebook_path",
    "notebook_title",
    "read_signature",
    "regions_of_notebooks",
    "report_notebooks",
]

Value = str | int | float | bool

_TYPES: Mapping[str, type[Value]] = {"str": str, "int": int, "float": float, "bool": bool}
# Python's own readers also take 1_000, nan and full-width digits; a parameter takes none of them.
_FORMS = {
    int: re.compile(r"-?[0-9]{1,18}"),
    float: re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?"),
    bool: re.compile(r"true|false", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a notebook."""

    name: str
    type: type[Value]
    default: Value
    help: str


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters that a notebook accepts, in their order."""

    notebook: str
    parameters: tuple[Parameter, ...]

    def parameter(self, name: str) -> Parameter:
        """Give the parameter called ``name``.

        Raises
        ------
        ParameterError
            If the notebook has no such parameter; the message names the nearest.
        """
        names = [parameter.name for parameter in self.parameters]
        if name in names:
            return self.parameters[names.index(name)]
        near = nearest(name, names, count=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        hint_ko = f" 혹시 {near[0]!r}?" if near else ""
        raise ParameterError(
            f"{self.notebook} has no parameter {name!r}.{hint} It has: {', '.join(names)}.",
            f"{self.notebook}에는 {name!r}이라는 매개변수가 없습니다.{hint_ko} 있는 것: {', '.join(names)}.",
        )

    def defaults(self) -> dict[str, Value]:
        """Give every parameter's default, in their order."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def convert(self, name: str, text: str) -> Value:
        """Turn what was typed into the parameter's type.

        Parameters
        ----------
        name : str
            A parameter of this notebook.
        text : str
            As typed on the command line.

        Returns
        -------
        str, int, float or bool

        Raises
        ------
        ParameterError
            If the text is no value of that type.
        """
        wanted = self.parameter(name).type
        form = _FORMS.get(wanted)
        if form is None or form.fullmatch(text):
            return text.lower() == "true" if wanted is bool else wanted(text)
        raise ParameterError(
            f"{name}={text[:60]!r} is no {wanted.__name__}.",
            f"{name}={text[:60]!r}: {wanted.__name__} 값이 아닙니다.",
        )


def notebook_path(name: str) -> Path:
    """Find one of the package's notebooks by its name.

    Parameters
    ----------
    name : str
        Such as ``region_report``: a name, not a path.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ParameterError
        If there is no such notebook.
    """
    paths = {path.stem: path for path in _notebooks()}
    if name in paths:
        return paths[name]
    names = list(paths)
    near = nearest(name, names, count=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    hint_ko = f" 혹시 {near[0]}?" if near else ""
    raise ParameterError(
        f"no notebook named {name!r}.{hint} There are: {', '.join(names)}.",
        f"{name!r}: 그런 노트북은 없습니다.{hint_ko} 있는 것: {', '.join(names)}.",
    )


def _notebooks() -> list[Path]:
    package = Path(__file__).resolve().parent.parent
    shipped = package / "notebooks"
    return sorted((shipped if shipped.is_dir() else package.parent / "notebooks").glob("*.ipynb"))


def report_notebooks() -> dict[str, int]:
    """Give the notebooks that are reports, with their places in the site.

    Returns
    -------
    dict of str to int
        Name → place, as their metadata say: ``"sandan": {"report": 1}``.

    Examples
    --------
    >>> "region_report" in report_notebooks()
    True
    """
    known = _metadata(tuple((path, path.stat().st_mtime_ns) for path in _notebooks()))
    return {name: about["report"] for name, about in known.items() if isinstance(about.get("report"), int)}


def regions_of_notebooks() -> dict[str, tuple[str, ...]]:
    """Give the notebooks that are about certain regions whatever their parameters.

    Returns
    -------
    dict of str to tuple of str
        Name → ids of regions, as their metadata say: ``"sandan": {"regions": ["KR-43"]}``.

    Examples
    --------
    >>> regions_of_notebooks()
    {'case_chungbuk': ('KR-43',)}
    """
    known = _metadata(tuple((path, path.stat().st_mtime_ns) for path in _notebooks()))
    return {name: tuple(about["regions"]) for name, about in known.items() if "regions" in about}


@functools.lru_cache(maxsize=2)
def _metadata(paths: tuple[tuple[Path, int], ...]) -> dict[str, Mapping[str, Any]]:
    """Give what notebooks say of themselves to us."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))["metadata"].get("sandan", {})
        for path, _ in paths
    }


def notebook_title(path: Path, lang: str) -> str:
    """Give a notebook's title: its first heading, ``# Korean · English``, in ``lang``.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.
    lang : {"ko", "en"}
        Which half.

    Returns
    -------
    str
        The file's name where there is no heading of that form.
    """
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    heading = next((text.splitlines()[0] for text in texts if text.startswith("# ")), "")
    ko, _, en = heading.removeprefix("# ").partition(" · ")
    return (ko if lang == "ko" else en) or path.stem


def read_signature(path: Path) -> Signature:
    """Read the parameters of a notebook.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.

    Returns
    -------
    Signature

    Raises
    ------
    ParameterError
        If the notebook has not exactly one cell tagged ``parameters``, or if a line of it is no
        plain annotated assignment of a literal.

    Examples
    --------
    >>> [p.name for p in read_signature(notebook_path("region_report")).parameters]
    ['region', 'round_year', 'lang', 'as_of']
    """
    return _read_signature(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=32)
def _read_signature(path: Path, _: int) -> Signature:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
    if len(tagged) != 1:
        raise ParameterError(
            f"{path.name} has {len(tagged)} cells tagged 'parameters'; a report notebook has one.",
            f"{path.name}에는 'parameters' 태그가 붙은 셀이 {len(tagged)}개입니다. 하나여야 합니다.",
        )
    source = "".join(tagged[0]["source"])
    comments = _comments(source)
    parameters = tuple(
        _parameter(path.name, node, comments.get(node.lineno, "")) for node in ast.parse(source).body
    )
    return Signature(path.stem, parameters)


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _parameter(notebook: str, node: ast.stmt, help_text: str) -> Parameter:
    if (
        isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.annotation, ast.Name)
        and node.annotation.id in _TYPES
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, _TYPES[node.annotation.id])
    ):
        default = node.value.value
        return Parameter(node.target.id, _TYPES[node.annotation.id], default, help_text)
    raise ParameterError(
        f"{notebook}, parameters cell, line {node.lineno}: {ast.unparse(node)!r} is no plain assignment; "
        f"write `name: type = value  # help` with a type of {', '.join(_TYPES)}.",
        f"{notebook}의 매개변수 셀 {node.lineno}번째 줄: {ast.unparse(node)!r}. "
        f"`이름: 형 = 값  # 설명` 꼴이어야 하며 형은 {', '.join(_TYPES)} 가운데 하나입니다.",
    )
