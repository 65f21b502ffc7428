"""What the night reminds managers of: reviews that are due, and a client that does not look."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils.translation import override

from accounts.models import Membership, User
from accounts.tenancy import tenant_scope
from inbox.kinds import KINDS
from inbox.models import Notice
from steering.models import Review
from steering.nudges import nudges_tell
from steering.openings import opening_note
from tests.cast import Cast
from tests.steering.scene import new_goal

MARCH_16 = date(2026, 3, 16)


@pytest.fixture
def scene(cast: Cast) -> Iterator[Cast]:
    with time_machine.travel(datetime(2026, 3, 16, 1, tzinfo=UTC), tick=False):
        User.objects.filter(pk=cast.vera.pk).update(last_login=datetime(2026, 3, 15, tzinfo=UTC))
        with tenant_scope(cast.aurora.pk):
            yield cast


def told(cast: Cast, *days: date) -> list[tuple[str, str, bool]]:
    """After these nights: title, text, and whether it still stands; each night comes twice."""
    for day in days:
        for _twice in range(2):
            nudges_tell(cast.bodega, day)
    with override("en"):
        return [
            (KINDS[each.kind].title(each.data), KINDS[each.kind].text(each.data), not each.over_at)
            for each in Notice.objects.order_by("pk")
        ]


def test_reviews_that_become_due_are_told_once(scene: Cast) -> None:
    """Leads weekly, first on Monday 5 January; revenue, monthly, is due from 1 April on."""
    goal = new_goal(scene.bodega)
    assert told(scene, date(2026, 1, 4)) == []
    leads = ("1 review is due", "New leads")
    assert told(scene, date(2026, 1, 5), date(2026, 1, 9)) == [(*leads, True)]
    new_goal(scene.bodega, kpi="revenue", created_at=datetime(2026, 3, 2, tzinfo=UTC))
    both = ("2 reviews are due", "New leads, Sales revenue")
    assert told(scene, date(2026, 4, 1), date(2026, 4, 3)) == [(*leads, False), (*both, True)]
    for each in (goal.pk, goal.pk + 1):
        Review.objects.create(
            agency=scene.aurora, client=scene.bodega, goal_id=each, comment="Seen",
            reviewed_on=date(2026, 4, 3), next_on=date(2026, 5, 1),
        )  # fmt: skip
    assert told(scene, date(2026, 4, 4)) == [(*leads, False), (*both, False)]


def test_a_client_that_does_not_look_is_told_once_a_silence(scene: Cast) -> None:
    title = "Nobody of Bodega has looked at its numbers since {}"
    text = "Neither a login nor a page that was opened. Worth a call."
    march, may = title.format("03/15/2026"), title.format("05/10/2026")
    assert told(scene, date(2026, 4, 11)) == []  # 27 days
    assert told(scene, date(2026, 4, 12), date(2026, 4, 20)) == [(march, text, True)]
    opening_note(scene.bodega, Membership.objects.get(user=scene.vera).pk, date(2026, 5, 10))
    assert told(scene, date(2026, 5, 11)) == [(march, text, False)]
    later = date(2026, 5, 10) + timedelta(days=28)
    assert told(scene, later) == [(march, text, False), (may, text, True)]


def test_a_client_without_users_is_not_told_of(scene: Cast) -> None:
    nudges_tell(scene.cafe, date(2026, 12, 1))
    assert not Notice.objects.exists()
