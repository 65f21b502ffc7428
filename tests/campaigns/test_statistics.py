"""The planner learns of a large write before the next statement of the same transaction."""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import Client
from accounts.tenancy import tenant_scope, writing_because
from campaigns.models import Lead
from campaigns.statistics import MANY, statistics_renew
from tests.cast import Cast


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """Bodega with many leads, within its scope."""
    with tenant_scope(cast.aurora.pk), writing_because("test", 1):
        Lead.objects.bulk_create(
            Lead(
                agency=cast.aurora, client=cast.bodega, source="file", external_id=str(number),
                tz="UTC", created_date="2026-03-01",
            )
            for number in range(MANY)
        )  # fmt: skip
        yield cast.bodega


def estimate(client: Client) -> int:
    """How many leads the planner believes the client to have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (FORMAT JSON) SELECT 1 FROM campaigns_lead WHERE client_id = %s", [client.pk]
        )
        return int(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])


def test_the_planner_knows_of_many_rows_at_once(bodega: Client) -> None:
    assert estimate(bodega) < MANY / 10
    statistics_renew("campaigns_lead", MANY)
    assert estimate(bodega) > MANY / 2


def test_few_rows_are_left_to_autovacuum(bodega: Client) -> None:
    statistics_renew("campaigns_lead", MANY - 1)
    assert estimate(bodega) < MANY / 10


def test_no_other_table_is_analysed_for_the_app(bodega: Client) -> None:
    with pytest.raises(ProgrammingError, match="no table of facts"), transaction.atomic():
        statistics_renew("accounts_user", MANY)
