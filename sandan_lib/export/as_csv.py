"""The Frictionless data package itself, and copies of its tables that a spreadsheet can open safely."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from sandan_lib.export.content import Content, cell_text
from sandan_lib.export.packaging import check_and_vouch, table_file, write_description
from sandan_lib.export.reading import for_reading

__all__ = ["harmless", "write_csv", "write_package"]

_COPIES = "for-excel"
# What makes a spreadsheet take a cell for a formula. The wide forms do so in East Asian settings.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_README = """\
These copies are for viewing in Excel, LibreOffice and the like.

- They begin with a byte order mark, so that Excel shows Korean.
- A cell that a spreadsheet would take for a formula begins with an apostrophe (').
- The claims have a column more, misprint: whether the figure stands in corrections.
- A spreadsheet may round long numbers and change what looks like a date.

For any computation, take the tables one folder up, which are exact. datapackage.json describes
every column.

이 폴더의 표는 엑셀이나 리브레오피스에서 보기 위한 사본입니다.

- 엑셀이 한글을 바로 보이도록 파일이 BOM으로 시작합니다.
- 수식으로 읽힐 수 있는 칸에는 앞에 작은따옴표(')를 붙였습니다.
- claims에는 오기로 보이는 수치(corrections에 있는 수치)인지 알리는 misprint 열을 덧붙였습니다.
- 표 계산 프로그램이 긴 수를 줄이거나 날짜처럼 보이는 글을 바꿀 수 있습니다.

계산에는 한 단계 위 폴더의 표를 쓰십시오. 그 값이 정확합니다. 열의 뜻은 datapackage.json에 있습니다.
"""


def write_csv(content: Content, folder: Path) -> None:
    """Write the data package with CSV tables, and copies for spreadsheets in ``for-excel``.

    Parameters
    ----------
    content : Content
        What is exported.
    folder : pathlib.Path
        Where.
    """
    write_package(content, folder)
    content = for_reading(content)
    copies = folder / _COPIES
    copies.mkdir()
    for name, table in content.package.tables.items():
        texts = {column.name for column in table.fields if column.type == "string"}
        rows = (
            [
                harmless(cell_text(cell)) if column in texts else cell_text(cell)
                for column, cell in row.items()
            ]
            for row in content.tables[name]
        )
        header = [harmless(column) for column in table.columns]
        _write(copies / table_file(name, "csv"), header, rows, "utf-8-sig")
    (copies / "README.txt").write_text(_README, encoding="utf-8-sig", newline="\r\n")
    check_and_vouch(folder)


def write_package(content: Content, folder: Path) -> None:
    """Write ``datapackage.json`` and the CSV tables, exactly.

    Parameters
    ----------
    content : Content
        What is exported.
    folder : pathlib.Path
        Where.
    """
    write_description(content, folder, "csv")
    for name, table in content.package.tables.items():
        rows = (map(cell_text, row.values()) for row in content.tables[name])
        _write(folder / table_file(name, "csv"), table.columns, rows, "utf-8")


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Parameters
    ----------
    text : str
        A cell of a text column.

    Returns
    -------
    str

    Examples
    --------
    >>> harmless("=1+1"), harmless("  @x"), harmless("1+1"), harmless("-3.5%")
    ("'=1+1", "'  @x", '1+1', "'-3.5%")
    """
    # Of blanks, spreadsheets also pass over those that Unicode calls no white space.
    risky = text.startswith(_STARTS) or text.lstrip(" \t\r\n\v\f\u00a0\u3000\u200b\ufeff").startswith(_STARTS)
    return f"'{text}" if risky else text
