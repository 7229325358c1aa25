"""The codebook: what each table, column and word of the data means, on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandan_lib.dataset import Dataset
from sandan_lib.errors import ParameterError
from sandan_lib.reports.outputs import write_whole
from sandan_lib.reports.pages import page
from sandan_lib.schema import Table

__all__ = ["write_codebook"]

_WORDS = {
    "ko": {
        "title": "자료 설명서",
        "lead": "datapackage.json에서 만든 쪽. 표마다 열의 뜻과 쓰는 낱말을 적는다. *는 비울 수 없는 열이다.",
        "column": "열",
        "type": "형",
        "meaning": "뜻",
        "values": "쓰는 낱말",
        "measures": "측정값",
        "comparable": "무엇과 견줄 수 있나",
        "rows": "행",
        "key": "열쇠",
        "unit": "단위",
        "contents": "차례",
        "skip": "본문으로",
    },
    "en": {
        "title": "Codebook",
        "lead": "Made from datapackage.json: what the columns of each table mean, and the words they use. "
        "Columns marked * are never empty.",
        "column": "column",
        "type": "type",
        "meaning": "meaning",
        "values": "words used",
        "measures": "Measures",
        "comparable": "what it may be compared with",
        "rows": "rows",
        "key": "key",
        "unit": "unit",
        "contents": "Contents",
        "skip": "Skip to the text",
    },
}


def write_codebook(ds: Dataset, target: Path, lang: str = "ko") -> Path:
    """Write the codebook as one HTML page that needs no network.

    Parameters
    ----------
    ds : Dataset
        The data, whose description is written down.
    target : pathlib.Path
        The page; its folder is made if need be.
    lang : {"ko", "en"}
        Language.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    ParameterError
        If nothing can be written there.
    """
    measures = [
        {"id": key, "name": row[f"name_{lang}"], "unit": ds.label("measures", "unit", row["unit"], lang)}
        | {"definition": row[f"definition_{lang}"], "comparable": row[f"comparable_{lang}"]}
        for key, row in sorted(ds.records("measures").items(), key=lambda item: item[1]["sort_order"])
    ]
    text = page(
        "codebook.html.jinja",
        lang=lang,
        words=_WORDS[lang],
        package_title=ds.package.title_ko if lang == "ko" else ds.package.title_en,
        tables=[_table(ds, table, lang) for table in ds.package.tables.values()],
        measures=measures,
        footer=f"{ds.package.name} {ds.version} (sha256 {ds.digest[:12]})",
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text.encode("utf-8"))
    except OSError as error:
        raise ParameterError(
            f"cannot write {target}: {error.strerror}. Choose another file with --out.",
            f"{target}에 쓸 수 없습니다: {error.strerror}. --out으로 다른 파일을 고르십시오.",
        ) from error
    return target


def _table(ds: Dataset, table: Table, lang: str) -> dict[str, Any]:
    targets = {key.field: f"{key.table}.{key.reference}" for key in table.foreign_keys}
    return {
        "name": table.name,
        "label": table.label(lang),
        "description": table.description(lang),
        "rows": f"{len(ds.table(table.name)):,}",
        "key": ", ".join(table.primary_key),
        "columns": [
            {
                "name": column.name,
                "label": column.label(lang),
                "type": column.type,
                "description": column.description(lang),
                "required": column.required,
                "target": targets.get(column.name) or column.references,
                "values": [(item.value, item.label(lang)) for item in column.categories],
            }
            for column in table.fields
        ],
    }
