"""The parameters that a goal states of its own: its numbers go by them, whatever the client's are (KPIS C.1)."""

from dataclasses import replace
from typing import cast

from django.utils.functional import Promise

from kpis.catalogue import Kpi
from kpis.catalogue.kpi import CostBasis
from kpis.catalogue.statements import statements
from kpis.catalogue.versions import History
from kpis.models import Goal
from kpis.services import Standing


def standing_on(standing: Standing, cost_basis: str) -> Standing:
    """The standing as it is on a goal's own cost basis; "" is the client's."""
    if not cost_basis:
        return standing
    versions = tuple(
        (since, replace(each, cost_basis=cast(CostBasis, cost_basis)))
        for since, each in standing.history.versions
    )
    return replace(standing, history=History(versions))


def stated(goal: Goal, kpi: Kpi, standing: Standing) -> list[tuple[str | Promise, list[str]]]:
    """What changes the goal's number and is printed with it: (label, what is chosen)."""
    history = standing_on(standing, goal.cost_basis).history
    day = min(standing.last_complete, goal.ends_on)
    found = statements(kpi, history.over(min(goal.starts_on, day), day))
    return [(label, [str(each) for each in said]) for label, said in found]
