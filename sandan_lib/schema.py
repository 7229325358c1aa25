"""The data package's own description, read once from ``datapackage.json``.

Names, types, units, keys, labels and vocabularies stand there and nowhere else; this
module only gives them a shape that code can use.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sandan_lib.errors import DataError, UnknownName, nearest

__all__ = ["Category", "Field", "ForeignKey", "Package", "Table", "read_package"]

DESCRIPTOR = "datapackage.json"
TYPES = frozenset({"string", "integer", "number", "boolean"})
# The tables without which there is nothing to compare or report.
TABLES = frozenset(
    {
        *("claims", "measures", "sources", "regions", "region_aliases", "rounds", "selections", "programmes"),
        *("selection_sites", "complexes", "complex_statistics", "events", "organisations", "baselines"),
        *(
            "selection_organisations",
            "released_ids",
            "projects",
            "corrections",
            "leads",
            "rejected",
            "gaps",
            "verification",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Category:
    """One member of a closed vocabulary, with its labels."""

    value: str
    label_ko: str
    label_en: str

    def label(self, lang: str) -> str:
        """Give the label in ``lang``."""
        return self.label_ko if lang == "ko" else self.label_en


@dataclass(frozen=True, slots=True)
class Field:
    """One column."""

    name: str
    type: str
    label_ko: str
    label_en: str
    description_ko: str = ""
    description_en: str = ""
    required: bool = False
    unique: bool = False
    pattern: str | None = None
    partial_date: bool = False
    references: str | None = None
    categories: tuple[Category, ...] = ()

    def label(self, lang: str) -> str:
        """Give the column's label in ``lang``."""
        return self.label_ko if lang == "ko" else self.label_en

    def description(self, lang: str) -> str:
        """Say in ``lang`` what the column holds."""
        return self.description_ko if lang == "ko" else self.description_en

    @property
    def values(self) -> tuple[str, ...]:
        """The closed vocabulary; empty where the column is open."""
        return tuple(category.value for category in self.categories)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column whose values must stand in another table."""

    field: str
    table: str
    reference: str


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file."""

    name: str
    path: str
    label_ko: str
    label_en: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    description_ko: str = ""
    description_en: str = ""
    foreign_keys: tuple[ForeignKey, ...] = ()

    def label(self, lang: str) -> str:
        """Give the table's label in ``lang``."""
        return self.label_ko if lang == "ko" else self.label_en

    def description(self, lang: str) -> str:
        """Say in ``lang`` what the table holds."""
        return self.description_ko if lang == "ko" else self.description_en

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(column.name for column in self.fields)

    def field(self, name: str) -> Field:
        """Give the column called ``name``."""
        for column in self.fields:
            if column.name == name:
                return column
        raise _unknown(f"column of {self.name}", f"{self.name}의 열", name, self.columns)


@dataclass(frozen=True, slots=True)
class Package:
    """The whole description."""

    name: str
    version: str
    created: dt.date
    title_ko: str
    title_en: str
    tables: Mapping[str, Table] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        """Give the table called ``name``."""
        if name not in self.tables:
            raise _unknown("table", "표", name, tuple(self.tables))
        return self.tables[name]

    def label(self, table: str, column: str, value: str, lang: str) -> str:
        """Give the label of one member of a column's closed vocabulary.

        Parameters
        ----------
        table, column : str
            Where the vocabulary stands.
        value : str
            Member of it.
        lang : {"ko", "en"}
            Language of the label.

        Returns
        -------
        str
        """
        vocabulary = self.table(table).field(column)
        for category in vocabulary.categories:
            if category.value == value:
                return category.label(lang)
        raise _unknown(
            f"{vocabulary.label_en} ({column})", f"{vocabulary.label_ko}({column})", value, vocabulary.values
        )


def read_package(folder: Path, *, complete: bool = True) -> Package:
    """Read ``datapackage.json`` of a data folder.

    Parameters
    ----------
    folder : pathlib.Path
        Folder that holds it.
    complete : bool
        Whether it must describe every table that this library needs; an earlier release may
        describe fewer.

    Returns
    -------
    Package

    Raises
    ------
    DataError
        If the file is missing or is no readable description.
    """
    path = folder / DESCRIPTOR
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        package = Package(
            name=raw["name"],
            version=raw["version"],
            created=dt.date.fromisoformat(raw["created"][:10]),
            title_ko=raw["title_ko"],
            title_en=raw["title"],
            tables=MappingProxyType({item["name"]: _table(item) for item in raw["resources"]}),
        )
    except OSError:
        raise DataError(
            f"{path} does not exist; a data folder holds {DESCRIPTOR} and the tables it describes.",
            f"{path} 파일이 없습니다. 데이터 폴더에는 {DESCRIPTOR}과 그것이 설명하는 표가 있어야 합니다.",
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_description(path, f"{type(error).__name__}: {error}") from error
    problem = _contradiction(package, len(raw["resources"]), TABLES if complete else frozenset())
    if problem:
        raise _no_description(path, problem)
    return package


def _no_description(path: Path, why: str) -> DataError:
    return DataError(
        f"{path} is no readable data package description ({why}).",
        f"{path}을(를) 데이터 패키지 설명으로 읽을 수 없습니다 ({why}).",
    )


def _contradiction(package: Package, count: int, needed: frozenset[str]) -> str | None:
    """Find what would make the description useless: types, keys or patterns that cannot be."""
    missing = sorted(needed - set(package.tables))
    if missing or len(package.tables) != count:
        return f"missing tables: {', '.join(missing)}" if missing else "a table is listed twice"
    for table in package.tables.values():
        for column in table.fields:
            if column.type not in TYPES:
                return f"{table.name}.{column.name}: no type {column.type!r}"
            try:
                re.compile(column.pattern or "")
            except re.error as error:
                return f"{table.name}.{column.name}: pattern {error}"
        pointed = [(key.table, key.reference) for key in table.foreign_keys]
        pointed += [(*column.references.split("."),) for column in table.fields if column.references]  # type: ignore[misc]
        for target, reference in pointed:
            if target not in package.tables or reference not in package.tables[target].columns:
                return f"{table.name} refers to {target}.{reference}, which is not described"
    return None


def _table(raw: Mapping[str, Any]) -> Table:
    schema = raw["schema"]
    key = schema["primaryKey"]
    return Table(
        name=raw["name"],
        path=raw["path"],
        label_ko=raw["label_ko"],
        label_en=raw["label_en"],
        fields=tuple(_field(item) for item in schema["fields"]),
        description_ko=raw.get("description_ko", ""),
        description_en=raw.get("description", ""),
        primary_key=(key,) if isinstance(key, str) else tuple(key),
        foreign_keys=tuple(
            ForeignKey(
                item["fields"],
                item["reference"]["resource"] or raw["name"],
                item["reference"]["fields"],
            )
            for item in schema.get("foreignKeys", ())
        ),
    )


def _field(raw: Mapping[str, Any]) -> Field:
    constraints = raw.get("constraints", {})
    return Field(
        name=raw["name"],
        type=raw["type"],
        label_ko=raw["label_ko"],
        label_en=raw["label_en"],
        description_ko=raw.get("description_ko", ""),
        description_en=raw.get("description", ""),
        required=constraints.get("required", False),
        unique=constraints.get("unique", False),
        pattern=constraints.get("pattern"),
        partial_date=raw.get("semantic") == "partial-date",
        references=raw.get("references"),
        categories=tuple(
            Category(item["value"], item["label_ko"], item["label_en"]) for item in raw.get("categories", ())
        ),
    )


def _unknown(kind: str, kind_ko: str, name: str, allowed: tuple[str, ...]) -> UnknownName:
    near = nearest(name, allowed)
    hint = f"Did you mean {', '.join(near)}? " if near else ""
    hint_ko = f"혹시 {', '.join(near)}? " if near else ""
    return UnknownName(
        f"no {kind} named {name!r}. {hint}Allowed: {', '.join(allowed)}.",
        f"{name!r}: 그런 {kind_ko}은(는) 없습니다. {hint_ko}쓸 수 있는 것: {', '.join(allowed)}.",
    )
