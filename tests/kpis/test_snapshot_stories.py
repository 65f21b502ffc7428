"""Snapshot = recompute after any story of facts written, edited and deleted, in whichever order."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Client
from accounts.tenancy import tenant_scope
from kpis.families import PARTS
from kpis.models import DirtyDay, SnapshotState
from tests.cast import Cast
from tests.kpis.drawn_facts import Desk, steps
from tests.kpis.facts import refresh
from tests.kpis.recompute import assert_snapshot_is_recomputed


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        yield cast.bodega


@settings(max_examples=50)
@given(story=st.lists(steps(), max_size=20))
def test_after_any_story_the_snapshot_is_the_recompute(
    bodega: Client, story: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        desk = Desk(bodega)
        for verb, *arguments in story:
            if verb == "refresh":
                refresh(bodega)
                assert_snapshot_is_recomputed(bodega)
            elif verb == "stock":
                _reach(bodega, arguments[0])
            else:
                getattr(desk, verb)(*arguments)
        refresh(bodega)
        assert_snapshot_is_recomputed(bodega)
        assert refresh(bodega).did_nothing
        # Marked whole, it is the same again: partial and full refills agree.
        DirtyDay.objects.create(agency_id=bodega.agency_id, client=bodega)
        refresh(bodega)
        assert_snapshot_is_recomputed(bodega)
        transaction.set_rollback(True)


def _reach(client: Client, day: date) -> None:
    """Stocks are written through another day, as the night has them: a parameter of all of them."""
    SnapshotState.objects.update_or_create(
        agency_id=client.agency_id, client=client, defaults={"stock_through": day}
    )
    for name, part in PARTS.items():
        if part.is_stock:
            DirtyDay.objects.create(agency_id=client.agency_id, client=client, family=name)
