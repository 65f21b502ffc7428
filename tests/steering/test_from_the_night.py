"""From leads that stop coming to the e-mail: the whole way, by the night's own work."""

from datetime import date, timedelta
from decimal import Decimal

import time_machine
from django.core import mail

from accounts.models import User
from accounts.tenancy import tenant_transaction
from campaigns.models import SourceSync
from inbox.sending import mails_send
from inbox.services import notices_hand_out
from kpis.calendar import Period
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.judging import goals_evaluate
from kpis.models import DailyTotal
from steering.models import Incident
from tests.cast import Cast
from tests.steering.scene import acts, night, night_over, plain

WISH = GoalWish(
    "leads", Period(date(2026, 1, 1), date(2026, 6, 30)), "increase", "cumulative", Decimal(900)
)
SUNDAY = date(2026, 3, 15)


def test_leads_that_stop_are_one_mail(committed_cast: Cast) -> None:
    """Five a day until 15 March: 370 of 368 expected. Then none for twelve days."""
    cast = committed_cast
    User.objects.filter(pk=cast.marta.pk).update(language="en")
    with tenant_transaction(cast.aurora.pk), time_machine.travel(night(SUNDAY), tick=False):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="leads", source="manual", is_live=True
        )
        days = [date(2026, 1, 1) + timedelta(days=number) for number in range(74)]
        DailyTotal.objects.bulk_create(
            DailyTotal(
                agency_id=cast.aurora.pk, client=cast.bodega, family="leads", day=day, leads=5
            )
            for day in days
        )
        assert days[-1] == SUNDAY
        goal_set(cast.bodega, WISH)
    for number in range(1, 13):
        day = SUNDAY + timedelta(days=number)
        with time_machine.travel(night(day), tick=False), tenant_transaction(cast.aurora.pk):
            goals_evaluate(cast.bodega)
            goals_evaluate(cast.bodega)
            night_over(cast.bodega, day)
        with time_machine.travel(night(day, 10), tick=False):
            with tenant_transaction(cast.aurora.pk):
                notices_hand_out(cast.aurora.pk, night(day, 10))
            mails_send(cast.aurora.pk, night(day, 11))
    with tenant_transaction(cast.aurora.pk):
        [incident] = Incident.objects.all()
        found = acts()
    to_marta = [each for each in mail.outbox if each.to == ["marta@example.com"]]
    assert (incident.status, found, len(to_marta)) == ("at_risk", ["opened"], 1)
    assert plain(to_marta[0].subject) == "Bodega: New leads (Jan 1 – Jun 30, 2026): at risk."
    assert "/a/aurora/c/bodega/goals/incidents/" in to_marta[0].body
    assert not [each for each in mail.outbox if each.to == ["vera@example.com"]]
