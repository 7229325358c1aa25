"""What the explorer says around the data, in both languages."""

from __future__ import annotations

__all__ = ["CONTROLS", "say", "word"]

CONTROLS = {
    "lang": ("언어 · language", "언어 · language"),
    "as_of": ("기준일", "known by"),
    "rounds_show": ("그림", "picture"),
    "round_year": ("차수", "round"),
    "macro_region": ("권역", "macro region"),
    "region": ("시·도", "region"),
    "budgets_show": ("그림", "picture"),
    "measure": ("측정값", "measure"),
    "component": ("재원", "component"),
    "status": ("상태", "status"),
    "basis": ("기준", "basis"),
    "per": ("나눌 것", "divided by"),
    "rule": ("고르는 규칙", "rule"),
    "regions": ("지역", "regions"),
    "day": ("그날까지 알려진 것", "known by that day"),
    "mark": ("표시", "mark"),
}
_WORDS = {
    "title": ("산업단지 대개조 탐색기", "Explorer of Korea's industrial-complex renewal"),
    "intro": (
        "같은 뜻의 수치끼리만 견준다. 고를 수 없는 것은 흐리고 까닭이 있다. 그림은 글과 코드로 이어진다.",
        "Like with like: what cannot be chosen is grey and says why. Pictures lead to their texts and code.",
    ),
    "rounds": ("차수: 누가 신청했고 누가 선정되었나", "Rounds: who applied and who won"),
    "budgets": ("돈과 목표: 의심까지 함께 보는 비교", "Budgets and targets: comparisons with their doubt"),
    "time": ("타임머신: 그날 알려져 있던 것", "Time machine: what was known on that day"),
    "whatif": ("내 가중치로 매긴 점수", "What if: a score by your own weights"),
    "inspector": (
        "표시를 누르거나 목록에서 고르면 그 뒤의 수치와 글이 나온다.",
        "Click a mark, or choose it from the list: the figures and texts behind it appear.",
    ),
    "choose": ("고르기", "choose"),
    "all": ("모두", "all"),
    "code": ("이 그림의 코드", "This picture as code"),
    "command": ("이 보고서를 만드는 명령", "The command that makes the report of it"),
    "link": ("이 화면의 주소", "The address of this view"),
    "csv": ("CSV 받기", "Get CSV"),
    "svg": ("SVG 받기", "Get SVG"),
    "cite": ("출처 받기", "Get citations"),
    "reset": ("처음으로", "Start over"),
    "table": ("표로 보기", "As a table"),
    "nothing": ("받을 것이 없다: 그려진 것이 없다.", "There is nothing to get: nothing is drawn."),
    "time_of": (
        "‘돈과 목표’에서 고른 것을 그날까지 나온 글만으로 다시 견준다.",
        "Compares what is chosen under budgets and targets once more, by texts of that day alone.",
    ),
    "whatif_of": (
        "0보다 크면 많을수록, 0보다 작으면 적을수록 점수가 높다. 0은 세지 않는다.",
        "Above zero more scores more, below zero less scores more; zero does not count.",
    ),
    "beyond": ("나머지 {:,}행은 CSV에 있다.", "{:,} more rows are in the CSV."),
    "failed": ("탐색기 안에서 오류가 났다", "Something failed inside the explorer"),
}


def say(lang: str, key: str) -> str:
    """Give words by their key."""
    return _WORDS[key][0 if lang == "ko" else 1]


def word(lang: str, control: str) -> str:
    """Give the label of a control."""
    return CONTROLS[control][0 if lang == "ko" else 1]
