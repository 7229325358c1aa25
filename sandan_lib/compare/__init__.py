"""How selections differ in one thing: like with like, or not at all."""

from sandan_lib.compare.ballots import choose
from sandan_lib.compare.comparison import Comparison, Total, compare
from sandan_lib.compare.evidence import restates, significant_digits
from sandan_lib.compare.survey import CORE, Core, Survey, survey

__all__ = [
    "CORE",
    "Comparison",
    "Core",
    "Survey",
    "Total",
    "choose",
    "compare",
    "restates",
    "significant_digits",
    "survey",
]
