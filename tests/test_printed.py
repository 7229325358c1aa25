"""Printed pages: words stay whole, nothing stands beyond the margins, and no text is read as markup."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
import pytest

from sandan_lib.reports.columns import fitted, whole
from sandan_lib.reports.contents import blocks, parsed
from sandan_lib.reports.printed import print_page

LEFT, RIGHT = 45.35, 595.28 - 45.35
KOREAN = "(산업단지 대개조)"


def printed(content: str, lang: str = "en") -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(print_page(f'<main id="content">{content}</main>', title="", lang=lang))


def lines(document: pypdfium2.PdfDocument) -> list[str]:
    return [line for page in document for line in page.get_textpage().get_text_range().splitlines()]


def pages(document: pypdfium2.PdfDocument) -> list[str]:
    return [page.get_textpage().get_text_range() for page in document]


def ends(document: pypdfium2.PdfDocument) -> Iterator[tuple[float, float]]:
    """Give left and right of all letters."""
    for page in document:
        text = page.get_textpage()
        for place in range(text.count_chars()):
            if text.get_text_range(place, 1).strip():
                left, _, right, _ = text.get_charbox(place)
                yield left, right


def table(head: list[str], rows: list[list[str]], kind: str = "") -> str:
    heads = "".join(f"<th class='{kind}'>{cell}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td class='{kind}'>{cell}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><caption>of</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("tag", ["h1", "h2", "p"])
def test_no_line_breaks_within_a_korean_word(tag: str, lang: str) -> None:
    content = "".join(f"<{tag}>{'renewal ' * count}{'i' * more} {KOREAN}</{tag}>" for count in range(3, 20)
                      for more in range(1, 12, 3))  # fmt: skip
    with printed(content, lang) as document:
        found = lines(document)
    words = [word for line in found for word in line.split() if not word.isascii()]
    assert set(words) == {"(산업단지", "대개조)"}
    assert any(line.startswith("대개조)") for line in found), "some lines broke between the words"


def test_a_word_that_is_wider_than_the_page_breaks_after_all() -> None:
    with printed(f"<h1>{'산업단지' * 30}</h1>" + table(["a", "b"], [["x" * 300, "산업" * 90]])) as document:
        text = "".join(lines(document))
        assert text.count("산업단지") == 30
        assert all(right <= RIGHT + 1 for _, right in ends(document))


def test_nothing_stands_beyond_the_margins() -> None:
    wide = [f"KRW {number},234.5 bn<sup class='refs'>[1, 22, 333, 4444, 55555]</sup>" for number in range(9)]
    content = table(["how much money"] * 9, [wide] * 30, "number") + table(["note"] * 8, [["예산 " * 30] * 8])
    with printed(content) as document:
        assert all(left >= LEFT - 1 and right <= RIGHT + 1 for left, right in ends(document))


def test_a_long_table_has_its_head_on_each_page_and_a_short_one_is_on_one() -> None:
    long = table(["first", "second"], [["word", str(number)] for number in range(150)])
    with printed(long) as document:
        assert len(document) > 2
        assert ["first second" in text for text in pages(document)] == [True] * len(document)
    for before in range(22, 40, 2):
        with printed("<p>word</p>" * before + table(["first", "second"], [["a", "b"]] * 9)) as document:
            assert [text.count("a b") for text in pages(document) if "first second" in text] == [9]
            (with_caption,) = [text for text in pages(document) if "\nof" in f"\n{text}"]
            assert "first second" in with_caption


def test_no_text_is_read_as_markup() -> None:
    words = '#panic("x") *a* _b_ $c$ @d <e> \\f // = g `h` [i] "j"'
    with printed(f"<h2>{words.replace('<', '&lt;')}</h2>") as document:
        assert lines(document)[0] == words


def test_a_link_that_leads_nowhere_is_text_and_a_second_place_of_a_name_is_none() -> None:
    content = '<p><a href="#none">a</a> <a href="#one">b</a></p><h2 id="one">c</h2><h2 id="one">d</h2>'
    found = blocks(parsed(f'<main id="content">{content}</main>'), dict)
    assert found[0]["parts"] == ["a", " ", {"kind": "inside", "to": "one", "parts": ["b"]}]
    assert [block.get("id") for block in found[1:]] == ["one", None]
    with printed(content) as document:
        assert lines(document)[0] == "a b"


def test_numbers_of_sources_stay_with_their_word_and_may_leave_a_figure() -> None:
    refs = {"kind": "raised", "parts": ["[1]"]}
    assert whole(["plan", refs], 100, 9) == ["plan", "\u2060", refs]
    made = fitted({"head": [["a"]], "right": [True], "short": [False], "rows": [[["1 bn", refs]]]}, 99, 8)
    assert made["rows"] == [[[{"kind": "whole", "text": "1 bn"}, refs]]]


@pytest.mark.parametrize("columns", [1, 3, 9])
def test_columns_fill_the_page(columns: int) -> None:
    rows = [[[f"{'a word ' * (row * column)}"] for column in range(columns)] for row in range(9)]
    made = fitted(
        {"head": [["head"]] * columns, "right": [False] * columns, "short": [False] * columns, "rows": rows},
        500,
        8,
    )
    assert sum(made["widths"]) == pytest.approx(500, abs=0.1)
    assert all(width > 10 for width in made["widths"])
    assert made["size"] >= 7


def test_a_figure_that_is_wider_than_its_column_is_read_line_by_line() -> None:
    """As one box it would be two lines high, and the numbers of its sources would begin beside the upper."""
    figure = {"kind": "whole", "text": "KRW 588.7 bn (2022-04-26)"}
    assert whole([figure], 200, 8) == [figure]
    assert whole([figure], 60, 8) == ["KRW 588.7 bn (2022-04-26)"]
    numbers = ", ".join(str(number) for number in range(116, 125))
    cells = [f"KRW 588.7 bn (2022-04-26)<sup>[{numbers}]</sup>"] + ["KRW 588.7 bn (2022-04-26)"] * 7
    with printed(table(["total"] * 8, [cells] * 3, "number")) as document:
        text = document[0].get_textpage()
        letters = [text.get_text_range(place, 1) for place in range(text.count_chars())]
        height = {
            sign: text.get_charbox(place)[1]
            for place, sign in reversed(list(enumerate(letters)))
            if sign in "([" or "".join(letters[place : place + 3]) == "KRW"
        }
    assert height["("] < height["K"] - 5
    assert abs(height["["] - height["("]) < 8


def test_a_range_that_is_wider_than_its_column_breaks_between_its_ends() -> None:
    pieces = [part["text"] for part in whole(["(13.0–15.5%)"], 40, 10)]
    assert pieces == ["(13.0–", "15.5%)"]
