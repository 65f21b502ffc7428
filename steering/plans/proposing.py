"""What a first draft of a plan begins with: the goals that run, then what the client looks at first."""

from accounts.models import Client
from kpis.book import book_of
from kpis.chosen import chosen_of
from steering.plan_queries import planned_goals
from steering.plans.lines import Line


def proposed_lines(client: Client) -> tuple[Line, ...]:
    """One line per goal, and one per leading KPI without one. Objectives are the agency's to say."""
    goals = planned_goals(client)
    lines = [Line("", goal.kpi, number, cadence=goal.cadence) for number, goal in goals.items()]
    taken = {line.kpi for line in lines}
    leading = chosen_of(client, book_of(client)).headline
    return (*lines, *(Line("", key) for key in leading if key not in taken))
