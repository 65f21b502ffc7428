"""The parameters that a goal states of its own: its numbers go by them, whatever the client's are (KPIS C.1)."""

from dataclasses import replace
from typing import cast

from django.utils.functional import Promise

from accounts.models import Client
from kpis.catalogue import Kpi
from kpis.catalogue.kpi import CostBasis
from kpis.catalogue.statements import statements
from kpis.catalogue.versions import History
from kpis.models import Goal
from kpis.parameters import history_of
from kpis.services import Standing


def standing_on(standing: Standing, cost_basis: str) -> Standing:
    """The standing as it is on a goal's own cost basis; "" is the client's."""
    if not cost_basis:
        return standing
    return replace(standing, history=_on(standing.history, cost_basis))


def history_for(client: Client, cost_basis: str) -> History:
    """The client's parameters over time, as a goal with this cost basis goes by them; "" is the client's."""
    return _on(history_of(client), cost_basis)


def _on(history: History, cost_basis: str) -> History:
    if not cost_basis:
        return history
    return History(
        tuple(
            (since, replace(each, cost_basis=cast(CostBasis, cost_basis)))
            for since, each in history.versions
        )
    )


def stated(goal: Goal, kpi: Kpi, standing: Standing) -> list[tuple[str | Promise, list[str]]]:
    """What changes the goal's number and is printed with it: (label, what is chosen)."""
    history = standing_on(standing, goal.cost_basis).history
    day = min(standing.last_complete, goal.ends_on)
    found = statements(kpi, history.over(min(goal.starts_on, day), day))
    return [(label, [str(each) for each in said]) for label, said in found]
