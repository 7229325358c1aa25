"""One SQLite file: typed tables with keys and rules, a view of the figures, and the codebook."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

from sandan_lib.errors import DataError, ParameterError
from sandan_lib.export.codebook import about, column_rows, table_rows, value_rows
from sandan_lib.export.content import Content, cell_text
from sandan_lib.export.reading import for_reading
from sandan_lib.schema import Field, Table

__all__ = ["glob_of", "table_sql", "write_sqlite"]

_LARGEST = 2**63 - 1
_DIGITS = 15  # as many decimal digits survive as a binary fraction
_AT_LEAST = re.compile(r"\^([A-Za-z_-]+)\\d\{(\d),\}\$")  # an id: letters, and so many digits or more
_WIDE = Context(prec=100)
_TYPES = {"string": "TEXT", "integer": "INTEGER", "boolean": "INTEGER"}
_DATE = ("YYYY", "YYYY-MM", "YYYY-MM-DD")

_FIGURES = """
CREATE VIEW figures AS
SELECT c.claim_id, c.round_year, c.selection_id,
       r.name_ko AS region_ko, r.name_en AS region_en,
       g.name_ko AS programme_ko, g.name_en AS programme_en,
       k.name_ko AS complex_ko, k.name_en AS complex_en,
       p.name_ko AS project_ko, p.name_en AS project_en,
       m.name_ko AS measure_ko, m.name_en AS measure_en, m.family,
       c.scope, c.scope_note_ko, c.scope_note_en, c.component, c.status, c.basis,
       c.period_start, c.period_end,
       c.value, c.value_high, CAST(c.value AS REAL) AS value_real, c.unit, c.qualifier,
       c.as_printed, c.printed_unit,
       x.claim_id IS NOT NULL AS misprint, x.right_value,
       c.origin_id, c.published, c.source_id, s.publisher, s.origin_publisher, s.authority,
       s.title, s.url, c.note_ko, c.note_en
FROM claims AS c
JOIN measures AS m ON m.measure_id = c.measure_id
JOIN sources AS s ON s.source_id = c.source_id
LEFT JOIN regions AS r ON r.region_id = c.region_id
LEFT JOIN programmes AS g ON g.programme_id = c.programme_id
LEFT JOIN complexes AS k ON k.complex_id = c.complex_id
LEFT JOIN projects AS p ON p.project_id = c.project_id
LEFT JOIN corrections AS x ON x.claim_id = c.claim_id
"""

_CODEBOOK = """
CREATE TABLE codebook_package (
  key TEXT PRIMARY KEY NOT NULL, label TEXT NOT NULL, text_en TEXT NOT NULL, text_ko TEXT NOT NULL
);
CREATE TABLE codebook_tables (
  table_name TEXT PRIMARY KEY NOT NULL, label_ko TEXT NOT NULL, label_en TEXT NOT NULL,
  description_ko TEXT, description_en TEXT, row_count INTEGER NOT NULL
);
CREATE TABLE codebook_columns (
  table_name TEXT NOT NULL REFERENCES codebook_tables (table_name), column_name TEXT NOT NULL,
  position INTEGER NOT NULL, type TEXT NOT NULL, unit TEXT, required INTEGER NOT NULL, refers_to TEXT,
  label_ko TEXT NOT NULL, label_en TEXT NOT NULL, description_ko TEXT, description_en TEXT,
  PRIMARY KEY (table_name, column_name)
);
CREATE TABLE codebook_values (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, value TEXT NOT NULL, position INTEGER NOT NULL,
  label_ko TEXT NOT NULL, label_en TEXT NOT NULL,
  PRIMARY KEY (table_name, column_name, value),
  FOREIGN KEY (table_name, column_name) REFERENCES codebook_columns (table_name, column_name)
);
"""


def write_sqlite(content: Content, folder: Path) -> None:
    """Write the database.

    Parameters
    ----------
    content : Content
        What is exported.
    folder : pathlib.Path
        Where.

    Raises
    ------
    DataError
        If a row breaks a rule of the description.
    ParameterError
        If the file cannot be written.
    """
    path = folder / f"{content.package.name}.sqlite"
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
            _fill(base, for_reading(content))
    except sqlite3.IntegrityError as error:
        raise _broken(str(error)) from error
    except sqlite3.OperationalError as error:  # the disk is full, say
        raise ParameterError(
            f"cannot write {path.name}: {error}.", f"{path.name}을(를) 쓸 수 없습니다: {error}."
        ) from error


def _fill(base: sqlite3.Connection, content: Content) -> None:
    # No journal: the file is a draft until it is complete. A fixed page size keeps it the same everywhere.
    for setting in ("page_size = 4096", "encoding = 'UTF-8'", "journal_mode = OFF", "synchronous = OFF"):
        base.execute(f"PRAGMA {setting}")
    base.execute("BEGIN")
    for table in content.package.tables.values():
        rows = content.tables[table.name]
        base.execute(table_sql(table, _inexact(table, rows)))
        _insert(base, table.name, table.columns, rows)
    for statement in (*_CODEBOOK.split(";"), _FIGURES):
        base.execute(statement)
    facts = [dict(zip(("key", "label", "text_en", "text_ko"), row, strict=True)) for row in about(content)]
    for name, rows in (
        ("codebook_package", facts),
        ("codebook_tables", list(table_rows(content))),
        ("codebook_columns", list(column_rows(content))),
        ("codebook_values", list(value_rows(content))),
    ):
        _insert(base, name, tuple(rows[0]) if rows else (), rows)
    base.execute("COMMIT")
    broken = base.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise _broken(f"{broken[0]} → {broken[2]}, row {broken[1]}")


def _insert(
    base: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]
) -> None:
    marks = ", ".join("?" * len(columns))
    values = (tuple(_stored(row[column]) for column in columns) for row in rows)
    base.executemany(f"INSERT INTO {_quoted(table)} VALUES ({marks})", values)  # noqa: S608 - quoted


def _inexact(table: Table, rows: Iterable[dict[str, Any]]) -> frozenset[str]:
    """Find the columns of numbers some of which SQLite keeps exactly as text only."""
    numbers = [column.name for column in table.fields if column.type == "number"]
    return frozenset(name for row in rows for name in numbers if isinstance(_stored(row[name]), str))


def _stored(cell: Any) -> Any:
    """Give what SQLite keeps exactly: text for what fits neither 64 bits nor 15 decimal digits."""
    if isinstance(cell, Decimal):
        digits = len(cell.normalize(_WIDE).as_tuple().digits)
        return float(cell) if digits <= _DIGITS else cell_text(cell)
    if isinstance(cell, int) and abs(cell) > _LARGEST:
        return cell_text(cell)
    return int(cell) if isinstance(cell, bool) else cell


def table_sql(table: Table, inexact: Collection[str] = ()) -> str:
    """Write the statement that makes a table, with all that its description says of it.

    Parameters
    ----------
    table : Table
        Its description.
    inexact : collection of str
        Columns of numbers some of which are kept as text.

    Returns
    -------
    str

    Examples
    --------
    >>> from sandan_lib import load
    >>> print(table_sql(load().package.table("rounds")).splitlines()[1])
      "round_year" INTEGER NOT NULL,
    """
    lines = [
        " ".join(_column_sql(table, column, affine=column.name not in inexact)) for column in table.fields
    ]
    lines.append(f"PRIMARY KEY ({', '.join(map(_quoted, table.primary_key))})")
    lines += [
        f"FOREIGN KEY ({_quoted(key.field)}) REFERENCES {_quoted(key.table)} ({_quoted(key.reference)})"
        for key in table.foreign_keys
    ]
    return f"CREATE TABLE {_quoted(table.name)} (\n  " + ",\n  ".join(lines) + "\n)"


def _column_sql(table: Table, column: Field, *, affine: bool) -> Iterator[str]:
    name = _quoted(column.name)
    yield name
    if column.type != "number":
        yield _TYPES[column.type]
    elif affine:
        yield "NUMERIC"
    else:
        # NUMERIC would round the very numbers that are kept as text to keep them exact.
        yield "/* INTEGER or REAL; TEXT where these would round */"
    if column.required or column.name in table.primary_key:
        yield "NOT NULL"
    if column.unique and table.primary_key != (column.name,):
        yield "UNIQUE"
    if column.type == "number":
        kinds = "'integer', 'real'" if affine else "'integer', 'real', 'text'"
        yield f"CHECK ({name} IS NULL OR typeof({name}) IN ({kinds}))"
    if column.type == "boolean":
        yield f"CHECK ({name} IN (0, 1))"
    if column.values:
        yield f"CHECK ({name} IN ({', '.join(map(_literal, column.values))}))"
    elif column.partial_date:
        forms = (re.sub("[YMD]", "[0-9]", form) for form in _DATE)
        yield f"CHECK ({' OR '.join(f'{name} GLOB {_literal(form)}' for form in forms)})"
    elif (rule := _form_sql(name, column.pattern or "")) is not None:
        yield f"CHECK ({rule})"


def _form_sql(name: str, pattern: str) -> str | None:
    if (form := glob_of(pattern)) is not None:
        return f"{name} GLOB {_literal(form)}"
    if (found := _AT_LEAST.fullmatch(pattern)) is not None:
        least = found[1] + "[0-9]" * int(found[2]) + "*"
        return f"{name} GLOB {_literal(least)} AND {name} NOT GLOB {_literal(found[1] + '*[^0-9]*')}"
    return None


def glob_of(pattern: str | None) -> str | None:
    r"""Write a pattern of plain letters and counted digits as SQLite's GLOB knows it.

    Parameters
    ----------
    pattern : str or None
        A regular expression of the description.

    Returns
    -------
    str or None
        None for other patterns, which SQLite cannot check.

    Examples
    --------
    >>> glob_of(r"^20\d{2}-KR$"), glob_of(r"^https?://\S+$")
    ('20[0-9][0-9]-KR', None)
    """
    if pattern is None or not re.fullmatch(r"\^(?:[A-Za-z0-9_-]|\\d(?:\{\d\})?)+\$", pattern):
        return None
    return re.sub(r"\\d(?:\{(\d)\})?", lambda found: "[0-9]" * int(found[1] or 1), pattern[1:-1])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _broken(what: str) -> DataError:
    return DataError(
        f"the data break a rule of their description ({what}); nothing was written. "
        "`sandan check` shows more.",
        f"자료가 설명의 규칙에 어긋나({what}) 쓰지 않았습니다. `sandan check`를 보십시오.",
    )
