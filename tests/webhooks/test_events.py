"""An event is written beside what happened: once, with what happened, or not at all."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from accounts.tenancy import tenant_scope
from tests.cast import Cast
from webhooks.kinds import KEY, KINDS, EventKind
from webhooks.models import Event
from webhooks.services import event_send

AT = datetime(2026, 3, 31, 18, 30, tzinfo=UTC)


def send(cast: Cast, key: str = "thing.happened:1", **data: str) -> bool:
    wanted = {"value": "1.50", **data}
    return event_send(cast.aurora.pk, cast.bodega, "thing.happened", wanted, key, AT)


def test_it_is_written_whole(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        assert send(cast) is True
        [event] = Event.objects.all()
        assert event.payload == {
            "type": "thing.happened",
            "timestamp": "2026-03-31T18:30:00Z",
            "client": "bodega",
            "data": {"value": "1.50"},
        }
        assert (event.kind, event.client_id, event.told_at) == (
            "thing.happened",
            cast.bodega.pk,
            None,
        )
        assert event.uid.startswith("evt_") and "." not in event.uid and len(event.uid) == 36


def test_twice_is_once(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        assert [send(cast), send(cast, value="2"), send(cast, "thing.happened:2")] == [
            True,
            False,
            True,
        ]
        values = Event.objects.order_by("pk").values_list("payload__data__value", flat=True)
        assert list(values) == ["1.50", "1.50"]


def test_it_goes_with_what_did_not_happen(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            send(cast)
            raise ZeroDivisionError
        assert not Event.objects.exists()


def test_who_sees_one_client_writes_of_that_one_only(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk, [cast.bodega.pk]):
        assert send(cast) is True
        with pytest.raises(DatabaseError), transaction.atomic():
            event_send(cast.aurora.pk, cast.cafe, "thing.happened", {}, "thing.happened:3")
        with pytest.raises(DatabaseError), transaction.atomic():
            event_send(cast.aurora.pk, None, "house.moved", {}, "house.moved:1")


def test_what_is_of_a_client_needs_one(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for client, kind in ((None, "thing.happened"), (cast.bodega, "house.moved")):
            with pytest.raises(ValueError, match="about a client"):
                event_send(cast.aurora.pk, client, kind, {}, "x")
        with pytest.raises(KeyError):
            event_send(cast.aurora.pk, cast.bodega, "thing.unheard_of", {}, "x")


def test_each_kind_is_well_formed() -> None:
    for kind in KINDS.values():
        assert KEY.match(kind.key) and str(kind.meaning) and isinstance(dict(kind.sample), dict)
    for name in ("goal", "Goal.met", "goal.", "goal met", "goal.met\n", "a." + "b" * 40):
        with pytest.raises(ValueError, match="no name of an event"):
            EventKind(name, "…", {})  # type: ignore[arg-type]
