"""Why a KPI moved between two periods: the answers of `kpis.services`, taken apart by `kpis.explain`.

No number is read in any other way, so an explanation never disagrees with the page. In words it
is put by `kpis.pages.why`.
"""

from dataclasses import replace
from fractions import Fraction

from accounts.models import Client
from kpis.explaining.asking import Asking, both
from kpis.explaining.by_factor import by_factor
from kpis.explaining.by_segment import by_segment
from kpis.explaining.shapes import FACTORS, OBSTACLES, ExplainedRow, Explanation
from kpis.question import Question
from kpis.services import Standing, standing_of

__all__ = ["FACTORS", "OBSTACLES", "ExplainedRow", "Explanation", "explanation"]


def explanation(
    client: Client,
    question: Question,
    by: str,
    sees_costs: bool,
    standing: Standing | None = None,
    expected: Fraction | None = None,
) -> Explanation:
    """Why the question's only KPI moved. Inside a scope that holds the client.

    With `expected`, why it is not what was expected: the period compared with is taken as it would
    have been had all its segments grown alike to what was expected; by factor, what was asked for
    beyond it is a factor of its own. KPIS D throughout.

    `by` is "factors", one tree of the KPI ("factors-clicks"), a dimension, or "" for factors
    where there are some and channels else. Without a rule the usual comparison is taken.
    """
    asking = Asking(client, question, sees_costs, standing or standing_of(client))
    whole = asking.whole()
    obstacle = _obstacle(whole)
    if obstacle:
        return replace(whole, by=by or FACTORS, obstacle=obstacle)
    if expected is not None:
        if not whole.before or whole.before * expected <= 0:
            return replace(whole, before=expected, by=by or FACTORS, obstacle="no_factor_data")
        whole = replace(whole, before=expected, asked=expected / whole.before)
    if by and not by.startswith(FACTORS):
        return by_segment(asking, whole, by)
    found = by_factor(asking, whole, by or FACTORS)
    if not by and found.obstacle and _has_channels(whole):
        return by_segment(asking, whole, "channel")
    return found


def _has_channels(whole: Explanation) -> bool:
    dimensions = whole.kpi.dimensions(whole.reply.parameters)
    return "channel" in dimensions and "channel" not in whole.reply.question.filters


def _obstacle(whole: Explanation) -> str:
    """Why two values cannot be held against each other; "" if they can."""
    now, then = both(whole.reply.only, whole.kpi.key)
    if then is None:
        return "no_comparison"
    for value in (now, then):
        if value is then and value.value is None and value.reason in ("no_data", "no_source"):
            return "comparison_incomplete"  # else it reads as if the period itself were empty
        if value.value is None:
            return value.reason or "no_data"
        if value.state == "partial":
            return "partial"
        if whole.kpi.cohort_days and value.state == "provisional":
            return "immature"
    return ""
