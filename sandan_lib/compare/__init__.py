"""How selections differ in one thing: like with like, or not at all."""

from sandan_lib.compare.comparison import Comparison, compare
from sandan_lib.compare.evidence import choose, restates, significant_digits

__all__ = ["Comparison", "choose", "compare", "restates", "significant_digits"]
