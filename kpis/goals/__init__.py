"""Goals: what they say, their milestones, how far they are and what their status may be (KPIS C).

Pure: numbers come in, a verdict goes out. Reading the numbers and keeping the verdict is the
services' work.
"""

from kpis.goals.bands import PACE, PROBABILITY, bands_of, thresholds_from
from kpis.goals.checks import Problem, problems, shape_problems
from kpis.goals.feasibility import GRAINS_BACK, Feasibility, feasibility
from kpis.goals.milestones import (
    Milestone,
    expected_by,
    expected_within,
    growth,
    milestone_of,
    milestones,
    needed_from_here,
    path,
    range_path,
    running_totals,
    whole_numbers,
)
from kpis.goals.noise import poisson_interval, unit_cost_interval, wilson_interval
from kpis.goals.pace import (
    Reading,
    attainment,
    days_elapsed,
    ends_in,
    expected,
    pace,
    reading_for,
    required_ratio,
    share_inside,
)
from kpis.goals.renewing import Renewed, renewal_problems, renewed
from kpis.goals.status import STATUSES, Bands, Evidence, Verdict, band, is_met, judge
from kpis.goals.terms import GoalKpi, GoalTerms, absolute_target

__all__ = [
    "GRAINS_BACK",
    "PACE",
    "PROBABILITY",
    "STATUSES",
    "Bands",
    "Evidence",
    "Feasibility",
    "GoalKpi",
    "GoalTerms",
    "Milestone",
    "Problem",
    "Reading",
    "Renewed",
    "Verdict",
    "absolute_target",
    "attainment",
    "band",
    "bands_of",
    "days_elapsed",
    "ends_in",
    "expected",
    "expected_by",
    "expected_within",
    "feasibility",
    "growth",
    "is_met",
    "judge",
    "milestone_of",
    "milestones",
    "needed_from_here",
    "pace",
    "path",
    "poisson_interval",
    "problems",
    "range_path",
    "reading_for",
    "renewal_problems",
    "renewed",
    "required_ratio",
    "running_totals",
    "shape_problems",
    "share_inside",
    "thresholds_from",
    "unit_cost_interval",
    "whole_numbers",
    "wilson_interval",
]
