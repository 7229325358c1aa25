"""The codebook: what tables, columns and words mean, as rows for the forms that carry it along."""

from __future__ import annotations

from collections.abc import Iterator

from sandan_lib import cite
from sandan_lib.export.content import Content

__all__ = ["about", "column_rows", "table_rows", "value_rows"]

Cell = str | int | None


def about(content: Content) -> list[tuple[str, str, str, str]]:
    """Say what the package is: key, label in both languages, and text in both.

    Parameters
    ----------
    content : Content
        What is exported.

    Returns
    -------
    list of tuple of str
        Key, label (both languages), English, Korean.

    Examples
    --------
    >>> from sandan_lib import load
    >>> from sandan_lib.export.content import gather
    >>> [key for key, *_ in about(gather(load()))]
    ['title', 'description', 'version', 'created', 'as_of', 'licence', 'digest', 'cite', 'authors', 'package']
    """
    ds = content.ds
    licence = " ".join(filter(None, content.licence))
    day = None if ds.vintage is None else ds.vintage.isoformat()
    content_en, content_ko = (content.text("description", lang) for lang in ("en", "ko"))
    known = "" if day is None else f" [as of {day}]"
    cite_en, cite_ko = (cite.itself(ds, lang=lang) + known for lang in ("en", "ko"))
    authors = ", ".join(content.authors)
    made = ds.package.created.isoformat()
    return [
        ("title", "Title · 제목", content.text("title", "en"), content.text("title", "ko")),
        ("description", "Content · 내용", content_en, content_ko),
        ("version", "Version · 판", ds.version, ds.version),
        ("created", "Date of the version · 판의 날짜", made, made),
        ("as_of", "State of knowledge on · 기준일", day or "all that is known", day or "알려진 것 모두"),
        ("licence", "Licence · 이용 조건", licence, licence),
        ("digest", "SHA-256 of the data · 자료의 SHA-256", ds.digest, ds.digest),
        ("cite", "How to cite · 인용", cite_en, cite_ko),
        ("authors", "Made by · 만든 이", authors, authors),
        ("package", "Name of the package · 패키지 이름", ds.package.name, ds.package.name),
    ]


def table_rows(content: Content) -> Iterator[dict[str, Cell]]:
    """Give a row for each table."""
    for resource in content.description["resources"]:
        yield {
            "table_name": resource["name"],
            "label_ko": resource["label_ko"],
            "label_en": resource["label_en"],
            "description_ko": resource.get("description_ko"),
            "description_en": resource.get("description"),
            "row_count": len(content.tables[resource["name"]]),
        }


def column_rows(content: Content) -> Iterator[dict[str, Cell]]:
    """Give a row for each column of each table."""
    for resource in content.description["resources"]:
        points = {
            key.field: f"{key.table}.{key.reference}"
            for key in content.package.tables[resource["name"]].foreign_keys
        }
        for position, column in enumerate(resource["schema"]["fields"], start=1):
            required = column.get("constraints", {}).get("required", False)
            yield {
                "table_name": resource["name"],
                "column_name": column["name"],
                "position": position,
                "type": column["type"],
                "unit": column.get("unit"),
                "required": int(required),
                "refers_to": points.get(column["name"], column.get("references")),
                "label_ko": column["label_ko"],
                "label_en": column["label_en"],
                "description_ko": column.get("description_ko"),
                "description_en": column.get("description"),
            }


def value_rows(content: Content) -> Iterator[dict[str, Cell]]:
    """Give a row for each word of each closed vocabulary."""
    for resource in content.description["resources"]:
        for column in resource["schema"]["fields"]:
            for position, word in enumerate(column.get("categories", ()), start=1):
                yield {
                    "table_name": resource["name"],
                    "column_name": column["name"],
                    "value": word["value"],
                    "position": position,
                    "label_ko": word["label_ko"],
                    "label_en": word["label_en"],
                }
