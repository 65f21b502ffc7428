"""Where the rows behind a total are listed: the address of the list that shows just them."""

from urllib.parse import urlencode

from django.urls import reverse

from accounts.access import Access
from campaigns.measures import Measure
from kpis.calendar import Period
from kpis.question import Question

#: Measures that count leads by the day they came in: the list of leads shows the same rows.
LEADS = frozenset({"leads", "lead_cohort", "response_minutes"})
COSTS = frozenset({"agency_fees", "tool_cost", "people_cost", "other_marketing_cost"})


def rows_address(
    measure: Measure, question: Question, period: Period, access: Access, client_slug: str
) -> str:
    """ "" where there is no list of just these rows, or this reader may not see it."""
    place = {"agency": access.agency.slug, "client": client_slug}
    if measure.key in COSTS and access.can("see_costs"):
        return reverse("costs", kwargs=place)
    if measure.key in LEADS and access.can("see_leads") and set(question.filters) <= {"channel"}:
        channels = question.filters.get("channel", ())
        if len(channels) > 1:
            return ""
        params = {"first": period.first.isoformat(), "last": period.last.isoformat()}
        if channels:
            params["channel"] = channels[0]
        return f"{reverse('leads', kwargs=place)}?{urlencode(params)}"
    return ""
