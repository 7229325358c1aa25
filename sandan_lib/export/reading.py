"""The package as it is read rather than loaded: each claim says whether it is a known misprint."""

from __future__ import annotations

import copy
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sandan_lib.export.content import Content
from sandan_lib.schema import Field, Table

__all__ = ["for_reading"]

_AFTER = "as_printed"
_MISPRINT = Field(
    name="misprint",
    type="boolean",
    label_ko="오기",
    label_en="misprint",
    description_ko="출처의 오기로 보이는가 (corrections에 있는 수치). 자료에 없는 열로, 읽기 쉽게 덧붙였다",
    description_en="Whether it looks like a misprint of its source (as corrections says); added for readers",
    required=True,
)


def for_reading(content: Content) -> Content:
    """Add the column ``misprint`` to the claims, and to their description.

    The exact packages do without it, since it follows from another table.

    Parameters
    ----------
    content : Content
        What is exported.

    Returns
    -------
    Content

    Examples
    --------
    >>> from sandan_lib import load
    >>> from sandan_lib.export.content import gather
    >>> columns = for_reading(gather(load())).package.table("claims").columns
    >>> columns[columns.index("as_printed") + 1]
    'misprint'
    """
    described: dict[str, Any] = copy.deepcopy(dict(content.description))
    (resource,) = (item for item in described["resources"] if item["name"] == "claims")
    resource["schema"]["fields"] = _inserted(
        resource["schema"]["fields"],
        [column["name"] for column in resource["schema"]["fields"]],
        {
            "name": _MISPRINT.name,
            "type": _MISPRINT.type,
            "label_ko": _MISPRINT.label_ko,
            "label_en": _MISPRINT.label_en,
            "description_ko": _MISPRINT.description_ko,
            "description": _MISPRINT.description_en,
            "constraints": {"required": _MISPRINT.required},
        },
    )
    claims: Table = content.package.table("claims")
    fields = tuple(_inserted(claims.fields, claims.columns, _MISPRINT))
    tables = dict(content.package.tables) | {"claims": replace(claims, fields=fields)}
    wrong = {row["claim_id"] for row in content.tables["corrections"]}
    rows = [
        {
            column.name: row["claim_id"] in wrong if column is _MISPRINT else row[column.name]
            for column in fields
        }
        for row in content.tables["claims"]
    ]
    return replace(
        content,
        description=described,
        package=replace(content.package, tables=MappingProxyType(tables)),
        tables=dict(content.tables) | {"claims": rows},
    )


def _inserted(columns: Any, names: Any, new: Any) -> list[Any]:
    place = list(names).index(_AFTER) + 1
    return [*columns[:place], new, *columns[place:]]
