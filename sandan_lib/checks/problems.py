"""What a broken rule looks like: file, line, column, and the rule in both languages."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Problem"]

_RULES: dict[str, tuple[str, str]] = {
    "missing-file": ("the file is missing", "파일이 없습니다"),
    "empty-file": ("the file has no header line", "머리줄이 없습니다"),
    "unreadable": ("the file cannot be read ({detail})", "파일을 읽을 수 없습니다 ({detail})"),
    "not-utf8": (
        "byte 0x{byte} is not UTF-8; save the file as UTF-8",
        "0x{byte} 바이트는 UTF-8이 아닙니다. UTF-8로 저장하십시오",
    ),
    "encoding": (
        "the file looks like {found}, as Excel saves it; save it as UTF-8 (in Excel: CSV UTF-8)",
        "파일이 {found}로 저장된 것으로 보입니다(엑셀의 CSV 등). UTF-8로 저장하십시오(엑셀: CSV UTF-8)",
    ),
    "separator": (
        "the columns are parted by {found!r} and must be by ','",
        "열이 {found!r}(으)로 나뉘어 있습니다. ','로 나누어 저장하십시오",
    ),
    "bom": (
        "the file begins with a byte order mark; save it as plain UTF-8",
        "파일이 BOM으로 시작합니다. BOM 없는 UTF-8로 저장하십시오",
    ),
    "line-end": ("lines end with CR LF; use LF", "줄 끝이 CR LF입니다. LF로 저장하십시오"),
    "quoting": ("broken CSV quoting ({detail})", "CSV 따옴표가 어긋났습니다 ({detail})"),
    "field-count": (
        "{found} fields where the header has {expected}",
        "머리줄은 {expected}칸인데 {found}칸입니다",
    ),
    "unknown-column": (
        "{value!r} is not described in datapackage.json{hint}",
        "{value!r}은(는) datapackage.json에 없는 열입니다{hint}",
    ),
    "missing-column": ("the column is missing", "열이 없습니다"),
    "column-order": (
        "the columns stand in another order than in datapackage.json",
        "열의 순서가 datapackage.json과 다릅니다",
    ),
    "required": ("a value is required here", "값이 있어야 합니다"),
    "type": ("{value!r} is no {expected}", "{value!r}은(는) {expected} 값이 아닙니다"),
    "pattern": ("{value!r} does not have the form {expected}", "{value!r}은(는) {expected} 꼴이 아닙니다"),
    "least": ("{value!r} is less than {expected}", "{value!r}은(는) {expected}보다 작습니다"),
    "vocabulary": (
        "{value!r} is not one of {expected}{hint}",
        "{value!r}은(는) {expected} 가운데 하나가 아닙니다{hint}",
    ),
    "duplicate": (
        "{value!r} stands already in line {other}",
        "{value!r}은(는) {other}번째 줄에 이미 있습니다",
    ),
    "order": (
        "the row belongs before line {other} (rows are sorted by {expected})",
        "이 행은 {other}번째 줄 앞에 와야 합니다 ({expected} 순)",
    ),
    "reference": ("{value!r} is not in {table}{hint}", "{value!r}은(는) {table}에 없습니다{hint}"),
    "list": (
        "{value!r} is not in {table}; several values are parted by ';', not by ','",
        "{value!r}은(는) {table}에 없습니다. 여러 값은 ','가 아니라 ';'로 나눕니다",
    ),
    "date": (
        "{value!r} is no possible date ({detail})",
        "{value!r}은(는) 있을 수 없는 날짜입니다 ({detail})",
    ),
    "future": (
        "{value!r} lies after the day the package was made, {expected}",
        "{value!r}은(는) 자료를 만든 날({expected})보다 늦습니다",
    ),
    "before": (
        "{value!r} lies after the {cell} of the same row, {found!r}",
        "{value!r}이(가) 같은 행의 {cell} {found!r}보다 늦습니다",
    ),
    "precision": (
        "{value!r} goes with a date of another precision than {found!r}",
        "정밀도 {value!r}이(가) 날짜 {found!r}와(과) 맞지 않습니다",
    ),
    "source-date": (
        "{value!r} differs from the date of source {source}, {expected!r}",
        "{value!r}이(가) 출처 {source}의 게재일 {expected!r}과(와) 다릅니다",
    ),
    "reparse": (
        "{value!r} does not follow from as_printed {printed!r} ({detail})",
        "{value!r}이(가) 적힌 그대로 {printed!r}에서 나오지 않습니다 ({detail})",
    ),
    "qualifier": (
        "{value!r}, but {printed!r} reads {expected!r} and no note says why",
        "{value!r}이지만 {printed!r}은(는) {expected!r}로 읽히며 그 까닭을 적은 비고가 없습니다",
    ),
    "unit": (
        "{value!r} is not the unit of {measure} ({expected})",
        "{value!r}은(는) {measure}의 단위({expected})가 아닙니다",
    ),
    "component": (
        "money needs a component, and only money has one",
        "재원은 돈일 때만, 그리고 돈이면 반드시 적습니다",
    ),
    "period": ("the period {value} is not possible", "있을 수 없는 기간입니다: {value}"),
    "follows": (
        "{value!r} does not follow from {key} ({expected!r})",
        "{value!r}이(가) {key}에서 나오는 값({expected!r})이 아닙니다",
    ),
    "region": (
        "{value!r} lies in {found}, this row in {expected}",
        "{value!r}은(는) {found}에 있는데 이 행의 시·도는 {expected}입니다",
    ),
    "scope": ("scope {value!r} needs {expected}", "범위 {value!r}에는 {expected} 값이 있어야 합니다"),
    "ambiguous": (
        "{value!r} names {found} already in line {other}",
        "{value!r}은(는) {other}번째 줄에서 이미 {found}을(를) 가리킵니다",
    ),
    "correction": (
        "{value!r} is not what the claim prints ({expected!r})",
        "{value!r}은(는) 그 수치에 적힌 값({expected!r})이 아닙니다",
    ),
    "right": (
        "{value!r} is no figure in {unit}, or no other than the printed one",
        "{value!r}은(는) {unit} 단위의 수치가 아니거나 적힌 값과 같습니다",
    ),
    "chosen": (
        "{value!r} was not selected ({found!r}); only selected plans have rows here",
        "{value!r}은(는) 선정되지 않았습니다({found!r}). 여기에는 선정된 계획만 적습니다",
    ),
    "verdict": (
        "outcome {value!r} does not go with {cell} {found!r}",
        "결과 {value!r}은(는) {cell} {found!r}과(와) 함께 있을 수 없습니다",
    ),
    "lead": (
        "lead {value} stands in {found}; each lead from 2 on stands once, in leads or in rejected",
        "처음 목록의 {value}번이 {found}. 2번부터 모두 leads나 rejected 가운데 한 곳에 한 번 있어야 합니다",
    ),
    "note-pair": (
        "a note stands in one language only",
        "비고가 한 언어로만 적혀 있습니다",
    ),
    "repeated-claim": (
        "the same figure of the same source stands already in line {other}",
        "같은 출처의 같은 수치가 {other}번째 줄에 이미 있습니다",
    ),
    "parts": (
        "the parts add up to {found}, the total is {expected}, and no note says why",
        "재원의 합은 {found}, 합계는 {expected}인데 그 까닭을 적은 비고가 없습니다",
    ),
    "unused": ("{value!r} is used by no row of {table}", "{value!r}을(를) 쓰는 행이 없습니다 ({table})"),
    "vanished": (
        "{value!r} of release {expected} is gone; ids are withdrawn in released_ids.csv, never deleted",
        "{expected}판의 {value!r}이(가) 사라졌습니다. 식별자는 지우지 않고 released_ids.csv에서 철회합니다",
    ),
    "reused": (
        "{value!r} stood for {expected!r} when it was released and now stands for {found!r}",
        "{value!r}은(는) 발행 때 {expected!r}을(를) 가리켰으나 지금은 {found!r}을(를) 가리킵니다",
    ),
}


def _printable(text: str) -> str:
    """Write bytes that were no UTF-8 as escapes, so that any terminal can show them."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One broken rule at one place.

    Attributes
    ----------
    file : str
        Path as a reader would type it, ``data/claims.csv``.
    line : int
        Physical line, the header being 1; 0 when the whole file is meant.
    column : str
        Column name; empty when the whole line is meant.
    rule : str
        Short name of the rule.
    en, ko : str
        What is wrong, in both languages.
    """

    file: str
    line: int
    column: str
    rule: str
    en: str
    ko: str

    @classmethod
    def of(cls, rule: str, file: str, line: int = 0, column: str = "", **facts: object) -> Problem:
        """Word a problem from its rule and facts.

        Examples
        --------
        >>> print(Problem.of("missing-file", "data/events.csv"))
        data/events.csv: the file is missing
        >>> print(Problem.of("required", "data/claims.csv", 41, "value"))
        data/claims.csv:41:value a value is required here
        """
        en, ko = _RULES[rule]
        return cls(
            file, line, _printable(column), rule, *(_printable(text.format(**facts)) for text in (en, ko))
        )

    def text(self, lang: str) -> str:
        """Give place and message in ``lang``."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else f"{self.file}:"
        return f"{place} {self.ko if lang == 'ko' else self.en}"

    def __str__(self) -> str:
        return self.text("en")
