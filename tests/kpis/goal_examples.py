"""The goals that the tests of their arithmetic share, and how figures are compared."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kpis.calendar import Period
from kpis.goals import (
    GoalKpi,
    GoalTerms,
    milestones,
)

LEADS = GoalKpi("leads", "sum", is_count=True)
SPEND = GoalKpi("ad_spend", "sum", better="neutral")
CPL = GoalKpi("cpl", "ratio", better="lower")
ROI = GoalKpi("roi", "ratio")
BOUNCE = GoalKpi("bounce_rate", "ratio", better="lower")
PIPELINE = GoalKpi("open_pipeline_value", "last")
USERS = GoalKpi("users", "distinct", is_count=True)
CLOSE_RATE = GoalKpi("lead_to_customer_rate", "ratio", is_cohort=True)


def d(text: str) -> date:
    return date.fromisoformat(text)


HALF_YEAR = Period(d("2026-01-01"), d("2026-06-30"))  # 181 days

LEADS_LEVEL = GoalTerms(LEADS, HALF_YEAR, "increase", "level", target=200, baseline=100)
LEADS_TOTAL = GoalTerms(LEADS, HALF_YEAR, "increase", "cumulative", target=900)
LEADS_SEASONAL = replace(LEADS_TOTAL, shape="seasonal", last_year=(80, 90, 110, 100, 120, 100))
CPL_LEVEL = GoalTerms(CPL, HALF_YEAR, "decrease", "level", target=9, baseline=12)
CPL_PERIOD = GoalTerms(CPL, HALF_YEAR, "decrease", "period", target=10, baseline=12)
SPEND_CAP = GoalTerms(SPEND, HALF_YEAR, "cap", "cumulative", target=2500)
BOUNCE_RANGE = GoalTerms(
    BOUNCE,
    HALF_YEAR,
    "maintain",
    "level",
    low=Decimal("0.40"),
    high=Decimal("0.50"),
    tolerance=Decimal("0.05"),
)
ROI_LEVEL = GoalTerms(
    ROI, HALF_YEAR, "increase", "level", target=Decimal("0.30"), baseline=Decimal("-0.20")
)


def values(terms: GoalTerms, places: str = "0.01") -> list[str]:
    return [rounded(stone.value, places) for stone in milestones(terms)]


def rounded(value: Fraction, places: str = "0.01") -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal(places), rounding="ROUND_HALF_UP"))
