"""Sets of parameters from a file or from lists, checked before anything runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandan_lib.errors import ParameterError

__all__ = ["OUTPUT", "ParameterSet", "crossed", "output_name", "read_sets"]

# The column that names a run's outputs; every other column is a parameter.
OUTPUT = "output"
_NAME = re.compile(r"[0-9A-Za-z가-힣](?:[0-9A-Za-z가-힣._-]{0,98}[0-9A-Za-z가-힣_-])?")


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """Parameters of one or several runs, as written.

    Attributes
    ----------
    values : Mapping[str, str]
        Parameter name → text.
    output : str or None
        Name for the outputs, where one is given.
    place : str
        Where the set stands, for messages: ``runs.csv, row 3``.
    """

    values: Mapping[str, str]
    output: str | None
    place: str


def crossed(lists: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Combine lists: every value of each with every value of the others.

    Parameters
    ----------
    lists : Mapping of str to sequence of str
        Parameter name → its values.

    Returns
    -------
    list of dict

    Examples
    --------
    >>> crossed({"lang": ["ko", "en"], "round_year": ["2022"]})
    [{'lang': 'ko', 'round_year': '2022'}, {'lang': 'en', 'round_year': '2022'}]
    """
    return [dict(zip(lists, values, strict=True)) for values in itertools.product(*lists.values())]


def output_name(text: str, place: str) -> str:
    """Take a name for outputs: one plain word, no path.

    Raises
    ------
    ParameterError
        For anything that could lead out of the outputs folder.

    Examples
    --------
    >>> output_name("chungbuk-2022", "runs.csv, row 1")
    'chungbuk-2022'
    """
    if _NAME.fullmatch(text):
        return text
    raise ParameterError(
        f"{place}: {OUTPUT}={text[:60]!r} is no name for outputs. Take letters, digits, '.', '-' and '_', "
        "at most 100, and no folders.",
        f"{place}: {OUTPUT}={text[:60]!r}은(는) 출력 이름이 될 수 없습니다. 글자, 숫자, '.', '-', '_'로 "
        "100자까지, 폴더 없이 적으십시오.",
    )


def read_sets(path: Path) -> list[ParameterSet]:
    """Read sets of parameters from a file.

    Parameters
    ----------
    path : pathlib.Path
        ``.csv`` with a parameter a column and a set a row; or ``.yaml``/``.yml`` with a list of
        mappings, or with one mapping of names to values or lists of values, which are combined.
        An ``output`` names the outputs.

    Returns
    -------
    list of ParameterSet

    Raises
    ------
    ParameterError
        If the file cannot be read, is of another form, or holds no set.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ParameterError(
            f"cannot read {path}: {error.strerror}.", f"{path}을(를) 읽을 수 없습니다: {error.strerror}."
        ) from error
    except UnicodeDecodeError as error:
        raise ParameterError(
            f"{path} is not UTF-8; save it as UTF-8.",
            f"{path}: UTF-8이 아닙니다. UTF-8로 저장하십시오.",
        ) from error
    if path.suffix == ".csv":
        found = _from_csv(path, text)
    elif path.suffix in (".yaml", ".yml"):
        found = _from_yaml(path, text)
    else:
        raise ParameterError(
            f"{path}: a file of parameters ends in .csv, .yaml or .yml.",
            f"{path}: 매개변수 파일은 .csv, .yaml, .yml 가운데 하나여야 합니다.",
        )
    if not found:
        raise ParameterError(
            f"{path} holds no parameters; it needs at least one row.",
            f"{path}에 매개변수가 없습니다. 적어도 한 줄은 있어야 합니다.",
        )
    return found


def _from_csv(path: Path, text: str) -> list[ParameterSet]:
    rows = csv.reader(io.StringIO(text), strict=True)
    found: list[ParameterSet] = []
    try:
        names = next(rows, [])
        doubled = {name for name in names if names.count(name) > 1}
        if doubled:
            raise _malformed(
                path, f"column {min(doubled)!r} stands twice", f"열 {min(doubled)!r}이 두 번 있음"
            )
        # As spreadsheets write it where a comma is a decimal point.
        parts = names[0].split(";") if len(names) == 1 else []
        if len(parts) > 1 and all(part.strip().isidentifier() for part in parts):
            raise _malformed(
                path,
                "its columns stand apart by ';'; save it with commas",
                "열이 ';'로 나뉘어 있음. 쉼표로 나누어 저장하십시오",
            )
        for row in rows:
            if not row:
                continue
            number = rows.line_num
            if len(row) != len(names):
                raise _malformed(
                    path,
                    f"line {number} has {len(row)} cells, the head {len(names)}",
                    f"{number}번째 줄은 {len(row)}칸, 머리글은 {len(names)}칸",
                )
            values = {name: cell for name, cell in zip(names, row, strict=True) if cell}
            found.append(_set(values, f"{path.name}, line {number}"))
    except csv.Error as error:
        raise _malformed(
            path, f"line {rows.line_num}: {error}", f"{rows.line_num}번째 줄을 CSV로 읽을 수 없음: {error}"
        ) from error
    return found


def _from_yaml(path: Path, text: str) -> list[ParameterSet]:
    import yaml

    class Loader(yaml.SafeLoader):  # type: ignore[misc]  # yaml is not typed
        """Refuses a name that stands twice in a mapping, where YAML takes the last."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
            names = [key.value for key, _ in node.value]
            doubled = [name for name in names if names.count(name) > 1]
            if doubled:
                raise ValueError(f"{doubled[0]!r} stands twice")
            found: dict[Any, Any] = super().construct_mapping(node, deep)
            return found

    try:
        content = yaml.load(text, Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError) as error:  # the latter for days that are in no calendar
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        said = problem or " ".join(str(error).split())
        en, ko = (f"line {mark.line + 1}: ", f"{mark.line + 1}번째 줄: ") if mark else ("", "")
        raise _malformed(path, f"{en}{said}", f"{ko}YAML로 읽을 수 없음: {said}") from error
    if content is None:
        return []
    if isinstance(content, dict):
        lists = {
            str(name): [_text(path, 1, item) for item in (values if isinstance(values, list) else [values])]
            for name, values in content.items()
        }
        return [_set(values, f"{path.name}, set {n}") for n, values in enumerate(crossed(lists), start=1)]
    if not isinstance(content, list):
        raise _malformed(path, "neither a list nor a mapping", "목록도 대응표도 아님")
    found = []
    for number, item in enumerate(content, start=1):
        if not isinstance(item, dict):
            raise _malformed(path, f"item {number} is no mapping", f"{number}번째 항목이 대응표가 아님")
        values = {str(name): _text(path, number, value) for name, value in item.items()}
        found.append(_set(values, f"{path.name}, item {number}"))
    return found


def _text(path: Path, number: int, value: Any) -> str:
    """Write a YAML value as it would be typed."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    if type(value) is dt.date:
        return value.isoformat()
    kind = "nothing" if value is None else type(value).__name__
    raise _malformed(
        path,
        f"item {number} has a value that is {kind}; write text, a number, true or false",
        f"{number}번째 항목의 값이 {kind}임. 글, 수, true, false만 됨",
    )


def _set(values: dict[str, str], place: str) -> ParameterSet:
    output = values.pop(OUTPUT, None)
    return ParameterSet(values, None if output is None else output_name(output, place), place)


def _malformed(path: Path, en: str, ko: str) -> ParameterError:
    return ParameterError(f"{path}: {en}.", f"{path}: {ko}.")
