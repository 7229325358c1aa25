"""The description of the data is whole, in two languages, and says nothing in vain."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandan_lib import Dataset
from sandan_lib.dataset import data_folder
from sandan_lib.errors import DataError, UnknownName
from sandan_lib.schema import DESCRIPTOR, read_package

ROOT = Path(__file__).parents[1]
HANGUL = re.compile("[가-힣]")


def descriptor() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((data_folder() / DESCRIPTOR).read_text(encoding="utf-8"))
    return content


def columns() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every column as written in the file, by ``table.column``."""
    for table in descriptor()["resources"]:
        for column in table["schema"]["fields"]:
            yield f"{table['name']}.{column['name']}", column


def is_bilingual(item: dict[str, Any], korean: str, english: str) -> bool:
    """Tell whether both texts are there, the English one with Korean only in brackets."""
    plain = re.sub(r"\([^)]*\)", "", item.get(english, ""))
    return bool(
        HANGUL.search(item.get(korean, "")) and re.search("[a-z]", plain) and not HANGUL.search(plain)
    )


def test_every_table_has_label_and_description_in_both_languages() -> None:
    for table in descriptor()["resources"]:
        assert is_bilingual(table, "label_ko", "label_en"), table["name"]
        assert is_bilingual(table, "description_ko", "description"), table["name"]


def test_every_column_has_label_and_description_in_both_languages() -> None:
    found = dict(columns())
    assert len(found) > 150
    for korean, english in (("label_ko", "label_en"), ("description_ko", "description")):
        wrong = [name for name, column in found.items() if not is_bilingual(column, korean, english)]
        assert wrong == []


def test_every_member_of_a_vocabulary_has_labels_in_both_languages() -> None:
    """Units of measurement (KRW, MW) may read the same in both."""
    wrong = [
        f"{name}: {item['value']}"
        for name, column in columns()
        for item in column.get("categories", ())
        if not (item.get("label_ko") and item.get("label_en")) or HANGUL.search(item["label_en"])
    ]
    assert wrong == []


def test_a_vocabulary_is_the_same_as_its_constraint() -> None:
    """Frictionless checks ``enum``, readers see ``categories``: two lists of one thing."""
    closed = {name: column for name, column in columns() if "categories" in column}
    assert len(closed) > 15
    for name, column in closed.items():
        values = [item["value"] for item in column["categories"]]
        assert values == column["constraints"]["enum"], name
        assert len(set(values)) == len(values), name
    assert [name for name, column in columns() if "enum" in column.get("constraints", {})] == list(closed)


def test_the_package_is_read_as_it_is_written(ds: Dataset) -> None:
    written = descriptor()
    assert (ds.package.name, ds.package.version) == (written["name"], written["version"])
    assert list(ds.package.tables) == [table["name"] for table in written["resources"]]
    for name, column in columns():
        table, _, key = name.partition(".")
        read = ds.package.table(table).field(key)
        constraints = column.get("constraints", {})
        assert read.type == column["type"], name
        assert (read.label("ko"), read.label("en")) == (column["label_ko"], column["label_en"]), name
        assert read.required == constraints.get("required", False), name
        assert read.unique == constraints.get("unique", False), name
        assert read.pattern == constraints.get("pattern"), name
        for item in column.get("categories", ()):
            for lang in ("ko", "en"):
                assert ds.label(table, key, item["value"], lang) == item[f"label_{lang}"], name


# Columns that no program needs, each with the reader who does.
DOCUMENTATION = {
    "programme_links.link_no": "only orders the rows",
    "region_history.history_no": "only orders the rows",
    "gaps.gap_id": "a name for a gap, to speak of it",
    "rejected.region_ko": "where the first collection placed the figure",
    "regions.adm_code": "the ministry's code, to join tables of one's own",
    "regions.kostat_code": "the statistics office's code, to join tables of one's own",
    "complexes.sigungu_ko": "the municipality, to find a complex on a map",
}


class Strings(ast.NodeVisitor):
    """Strings of a piece of code, f-strings with ``{}`` for what they insert."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.found.add(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
        self.found.add("".join(str(part) for part in parts))
        self.generic_visit(node)


def sources() -> Iterator[str]:
    """Give the code of the library and the notebooks, a module or notebook at a time."""
    for module in sorted((ROOT / "sandan_lib").rglob("*.py")):
        yield module.read_text(encoding="utf-8")
    for notebook in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        yield re.sub(r"^\s*[%!].*$", "", code, flags=re.MULTILINE)


def used_columns() -> set[str]:
    """Give the names of columns that some code asks for.

    A column is asked for as a string of its own (``"value"``), or in one of two languages, as
    ``f"name_{lang}"`` or, where the stem stands apart in the same module, ``f"{stem}_ko"``.
    """
    used = set()
    names = {name.partition(".")[2] for name, _ in columns()}
    for code in sources():
        strings = Strings()
        strings.visit(ast.parse(code))
        for name in names:
            stem, _, lang = name.rpartition("_")
            spelled = {name} | ({f"{stem}_{{}}"} if lang in ("ko", "en") else set())
            apart = lang in ("ko", "en") and {stem, f"{{}}_{lang}"} <= strings.found
            if spelled & strings.found or apart:
                used.add(name)
    return used


def test_no_column_is_dead() -> None:
    """What nobody shows, compares or checks is not worth curating."""
    used = used_columns()
    assert {"value", "as_printed", "name_ko", "name_en"} <= used
    dead = [name for name, _ in columns() if name.partition(".")[2] not in used and name not in DOCUMENTATION]
    assert dead == [], ", ".join(dead)


def test_the_list_of_documentation_columns_is_short_and_current() -> None:
    assert set(DOCUMENTATION) <= {name for name, _ in columns()}
    used = used_columns()
    assert [name for name in DOCUMENTATION if name.partition(".")[2] in used] == []


def spoil(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Damage the description as parsed."""

    def write(folder: Path) -> None:
        path = folder / DESCRIPTOR
        content = json.loads(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    return write


def overwrite(content: bytes) -> Callable[[Path], None]:
    """Damage the description as bytes."""

    def write(folder: Path) -> None:
        (folder / DESCRIPTOR).write_bytes(content)

    return write


def first_column(content: dict[str, Any]) -> dict[str, Any]:
    column: dict[str, Any] = content["resources"][0]["schema"]["fields"][0]
    return column


def make_folder(folder: Path) -> None:
    (folder / DESCRIPTOR).unlink()
    (folder / DESCRIPTOR).mkdir()


DAMAGE: dict[str, Callable[[Path], None]] = {
    "missing": lambda folder: (folder / DESCRIPTOR).unlink(),
    "a folder of that name": make_folder,
    "empty": overwrite(b""),
    "no JSON": overwrite(b"name: sandan-renewal\n"),
    "cut off": overwrite(b'{"name": "sandan-renewal", "resources": ['),
    "no UTF-8": overwrite('{"name": "산단"}'.encode("cp949")),
    "a list": overwrite(b"[]"),
    "a number": overwrite(b"5"),
    "null": overwrite(b"null"),
    "without tables": spoil(lambda content: content.pop("resources")),
    "without version": spoil(lambda content: content.pop("version")),
    "without Korean title": spoil(lambda content: content.pop("title_ko")),
    "tables as a number": spoil(lambda content: content.update(resources=5)),
    "table without schema": spoil(lambda content: content["resources"][0].pop("schema")),
    "table without key": spoil(lambda content: content["resources"][0]["schema"].pop("primaryKey")),
    "schema as text": spoil(lambda content: content["resources"][0].update(schema="schema.json")),
    "column without type": spoil(lambda content: first_column(content).pop("type")),
    "column without Korean label": spoil(lambda content: first_column(content).pop("label_ko")),
    "column without English label": spoil(lambda content: first_column(content).pop("label_en")),
    "column whose constraints are null": spoil(
        lambda content: first_column(content).update(constraints=None)
    ),
    "column whose constraints are a list": spoil(
        lambda content: first_column(content).update(constraints=[])
    ),
    "member without labels": spoil(lambda content: first_column(content).update(categories=[{"value": "x"}])),
    "foreign key without target": spoil(
        lambda content: content["resources"][0]["schema"]["foreignKeys"][0].pop("reference")
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_description_is_an_error_that_names_the_file(package_copy: Path, damage: str) -> None:
    DAMAGE[damage](package_copy)
    with pytest.raises(DataError) as caught:
        read_package(package_copy)
    assert str(package_copy / DESCRIPTOR) in caught.value.en
    assert str(package_copy / DESCRIPTOR) in caught.value.ko
    assert HANGUL.search(caught.value.ko)


@pytest.mark.parametrize("place", ["nowhere", "data/claims.csv", f"data/{DESCRIPTOR}"])
def test_a_place_that_is_no_data_folder_is_an_error_of_ours(package_copy: Path, place: str) -> None:
    """Giving the description itself, instead of its folder, is an easy slip."""
    with pytest.raises(DataError):
        read_package(package_copy.parent / place)


def test_an_undamaged_copy_reads_as_the_original(ds: Dataset, package_copy: Path) -> None:
    assert read_package(package_copy) == ds.package


def test_unknown_words_name_what_there_is(ds: Dataset) -> None:
    with pytest.raises(UnknownName, match="Did you mean claims"):
        ds.package.table("claim")
    with pytest.raises(UnknownName, match=r"column of claims.*Did you mean as_printed"):
        ds.package.table("claims").field("asprinted")
    with pytest.raises(UnknownName, match="Did you mean planned"):
        ds.label("claims", "status", "planed", "en")


def test_a_description_cannot_be_changed(ds: Dataset) -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        ds.package.tables["claims"] = ds.package.table("events")  # type: ignore[index]
    with pytest.raises(AttributeError, match="cannot assign"):
        ds.package.version = "9"  # type: ignore[misc]
