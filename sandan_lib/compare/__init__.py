"""How selections differ in one thing: like with like, or not at all."""

from sandan_lib.compare.asked import Unanswered, asked
from sandan_lib.compare.ballots import choose
from sandan_lib.compare.cells import ranked
from sandan_lib.compare.comparison import Comparison, Total, compare, wanted
from sandan_lib.compare.evidence import claims_behind, restates, significant_digits
from sandan_lib.compare.industries import Industry, industries
from sandan_lib.compare.per import CLAIMED, REGIONAL, baseline_year
from sandan_lib.compare.rounds import (
    STAGES,
    Application,
    Stage,
    applications,
    region_ids,
    round_claim,
    round_years,
    secured,
    stages,
)
from sandan_lib.compare.survey import CORE, Core, Survey, survey
from sandan_lib.compare.wording import measure_and_kind
from sandan_lib.compare.yearly import YearFigure, Yearly, yearly

__all__ = [
    "CLAIMED",
    "CORE",
    "REGIONAL",
    "STAGES",
    "Application",
    "Comparison",
    "Core",
    "Industry",
    "Stage",
    "Survey",
    "Total",
    "Unanswered",
    "YearFigure",
    "Yearly",
    "applications",
    "asked",
    "baseline_year",
    "choose",
    "claims_behind",
    "compare",
    "industries",
    "measure_and_kind",
    "ranked",
    "region_ids",
    "restates",
    "round_claim",
    "round_years",
    "secured",
    "significant_digits",
    "stages",
    "survey",
    "wanted",
    "yearly",
]
