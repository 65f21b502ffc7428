"""Snapshot = recompute after two writers at once: marks of an open transaction outlast refreshes."""

from contextlib import ExitStack
from datetime import date
from typing import Any

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from tests.cast import Cast
from tests.databases import app_url
from tests.kpis.drawn_facts import days, maybe_day
from tests.kpis.facts import refresh
from tests.kpis.recompute import assert_snapshot_is_recomputed


class Writer:
    """A session of its own, with transactions that stay open between steps."""

    def __init__(self, database: str, client: Client, number: int) -> None:
        self.client, self.number = client, number
        self.session = psycopg.connect(app_url(database))
        self.leads: list[int] = []

    def run(self, statement: str, **values: Any) -> Any:
        scope = (
            "SELECT set_config('rumbo.agency', %s, true), set_config('rumbo.clients', '*', true)"
        )
        if self.session.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            self.session.execute(scope, [str(self.client.agency_id)])
        own = {"agency": self.client.agency_id, "client": self.client.pk}
        return self.session.execute(statement, {**own, **values})

    def write(self, day: date, opened: date | None) -> None:
        key = f"w{self.number}-{len(self.leads)}"
        row = self.run(
            "INSERT INTO campaigns_lead (agency_id, client_id, source, external_id, tz, status, name,"
            " email, phone, created_date, opp_date, channel, utm_source, utm_medium, device, country,"
            " outcome, lost_reason, currency, was_customer)"
            " VALUES (%(agency)s, %(client)s, 'writer', %(key)s, 'UTC', 'valid', '', '', '', %(day)s,"
            " %(opened)s, 'email', '', '', '', '', '', '', '', false) RETURNING id",
            key=key, day=day, opened=opened,
        ).fetchone()  # fmt: skip
        self.leads.append(row[0])

    def edit(self, which: int, day: date) -> None:
        """Its own leads only: waiting for the other session's row lock would stop the test."""
        if self.leads:
            pk = self.leads[which % len(self.leads)]
            self.run(
                "UPDATE campaigns_lead SET created_date = %(day)s WHERE id = %(pk)s", day=day, pk=pk
            )

    def delete(self, which: int) -> None:
        if self.leads:
            pk = self.leads[which % len(self.leads)]
            self.run("DELETE FROM campaigns_lead WHERE id = %(pk)s", pk=pk)

    def commit(self) -> None:
        self.session.commit()

    def rollback(self) -> None:
        self.session.rollback()
        self.leads = []  # some of them may be gone; others stay and are left alone


writer_steps = st.one_of(
    st.tuples(st.just("write"), days, maybe_day),
    st.tuples(st.just("edit"), st.integers(0, 5), days),
    st.tuples(st.just("delete"), st.integers(0, 5)),
    st.tuples(st.just("commit")),
    st.tuples(st.just("rollback")),
)
interleaved = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([0, 1]), writer_steps),
        st.just((None, ("refresh",))),
    ),
    min_size=4,
    max_size=30,
)


@settings(max_examples=60)
@given(story=interleaved)
def test_two_interleaved_writers_and_a_refresh_end_as_one_after_the_other(
    committed_cast: Cast, committed: str, story: list[tuple[int | None, tuple[Any, ...]]]
) -> None:
    """Marks of an open transaction must outlast refreshes that happen before it commits."""
    agency = committed_cast.aurora
    with tenant_transaction(agency.pk):
        number = Client.objects.count()
        client = Client.objects.create(agency=agency, name="New", slug=f"new-{number}")
    with ExitStack() as sessions:
        writers = [Writer(committed, client, each) for each in (0, 1)]
        for writer in writers:
            sessions.callback(writer.session.close)
        for who, (verb, *arguments) in story:
            if who is None:
                with tenant_transaction(agency.pk):
                    refresh(client)
            else:
                getattr(writers[who], verb)(*arguments)
        for writer in writers:
            writer.commit()
    with tenant_transaction(agency.pk):
        refresh(client)
        assert_snapshot_is_recomputed(client)
