"""Notices reach those whom they concern, once, and nobody else."""

import pytest
from django.db import connection, transaction

from accounts.models import Membership, Role
from accounts.tenancy import tenant_scope, tenant_transaction
from inbox.models import Delivery, Notice
from inbox.queries import new_count
from inbox.services import choices_set, kinds_for, notice_send, notices_end, notices_read
from kpis.clock import due
from kpis.tasks import look
from tests.cast import Cast, member, person
from tests.inbox.told import AT, hand_out, membership, send_night, titles

FAILED = "The night run of 03/20/2026 failed"


def test_it_reaches_those_who_look_after_data(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        send_night(cast.bodega)
        assert hand_out(cast.aurora) == 1
        for user in (cast.alicia, cast.marta, cast.ana):
            assert titles(cast.aurora, user) == [FAILED]
        for user in (cast.sergio, cast.vera):
            assert titles(cast.aurora, user) == []


def test_who_sees_other_clients_only_hears_nothing(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        limited = person("nora@example.com", "Nora")
        member(cast.aurora, limited, Role.MANAGER, [cast.cafe])
        send_night(cast.bodega, "night:1")
        send_night(cast.cafe, "night:2", day="2026-03-19")
        hand_out(cast.aurora)
        assert titles(cast.aurora, limited) == ["The night run of 03/19/2026 failed"]


def test_who_has_left_hears_nothing(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        Membership.objects.filter(user=cast.ana).update(ended_on=AT.date())
        send_night(cast.bodega)
        hand_out(cast.aurora)
        assert titles(cast.aurora, cast.ana) == []


def test_told_twice_is_told_once(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        send_night(cast.bodega)
        send_night(cast.bodega)
        assert hand_out(cast.aurora) == 1
        assert hand_out(cast.aurora) == 0
        send_night(cast.bodega)
        assert hand_out(cast.aurora) == 0
        assert titles(cast.aurora, cast.alicia) == [FAILED]


def test_what_was_chosen_holds(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        alicia, ana = (membership(cast.aurora, user) for user in (cast.alicia, cast.ana))
        choices_set(alicia, {"night_failed": (False, True)})
        choices_set(ana, {"night_failed": (True, False)})
        send_night(cast.bodega)
        hand_out(cast.aurora)
        found = {
            row.membership_id: (row.is_shown, row.mail)
            for row in Delivery.objects.filter(membership__in=[alicia, ana])
        }
        assert found == {alicia.pk: (False, "due"), ana.pk: (True, "none")}
        assert titles(cast.aurora, cast.alicia) == []


def test_reading_is_ones_own(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        send_night(cast.bodega)
        hand_out(cast.aurora)
        alicia, ana = (membership(cast.aurora, user) for user in (cast.alicia, cast.ana))
        assert notices_read(alicia) == 1
        assert (new_count(alicia), new_count(ana)) == (0, 1)
        assert notices_read(alicia, [Delivery.objects.get(membership=ana).pk]) == 0
        assert new_count(ana) == 1


def test_a_colleague_reads_no_row_of_mine_in_plain_sql(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        send_night(cast.bodega)
        hand_out(cast.aurora)
        alicia, ana = (membership(cast.aurora, user) for user in (cast.alicia, cast.ana))
        choices_set(ana, {"night_failed": (True, False)})
    with tenant_transaction(cast.aurora.pk, actor_id=alicia.pk), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT membership_id FROM inbox_delivery")
        assert cursor.fetchall() == [(alicia.pk,)]
        cursor.execute("SELECT count(*) FROM inbox_choice")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE inbox_delivery SET read_at = now()")
        assert cursor.rowcount == 1
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM inbox_notice), (SELECT count(*) FROM inbox_delivery)"
        )
        assert cursor.fetchone() == (0, 0)


def test_what_is_no_longer_so_is_over(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        send_night(cast.bodega, "a")
        send_night(cast.bodega, "b")
        send_night(cast.cafe, "c")
        notices_end(cast.aurora.pk, cast.bodega, "night_failed", ["b"])
        over = Notice.objects.filter(over_at__isnull=False).values_list("key", flat=True)
        assert list(over) == ["a"]


def test_the_scheduler_has_them_handed_out(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        send_night(cast.bodega)
    with tenant_scope(cast.boreal.pk):
        send_night(cast.dulce)
    found = due(AT)
    assert (found.untold, found.unmailed) == ((cast.aurora.pk, cast.boreal.pk), ())
    with tenant_scope(cast.boreal.pk):
        hand_out(cast.boreal)
        Delivery.objects.update(mail_due_at=AT)
    found = due(AT)
    assert (found.untold, found.unmailed) == ((cast.aurora.pk,), (cast.boreal.pk,))
    look()  # sends both without complaint


def test_a_kind_says_whether_it_is_about_a_client(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk), pytest.raises(ValueError, match="about a client"):
        notice_send(cast.aurora.pk, None, "night_failed", "x", {})


def test_each_role_chooses_among_what_it_may_hear(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        kinds = {
            str(user): {kind.key for kind in kinds_for(membership(cast.aurora, user))}
            for user in (cast.alicia, cast.marta, cast.ana, cast.vera)
        }
    data = {"source_stale", "night_failed", "restated", "new_login"}
    data |= {"digest_news", "digest_warning"}
    manager = data | {"import_failed", "import_partly", "plan_approved", "plan_returned"}
    manager |= {"reviews_due", "client_unread"}
    owner = manager | {
        "invitation_accepted", "export_ready", "export_failed", "webhook_disabled",
        "archive_checked", "archive_not_in", "archive_in",
    }  # fmt: skip
    assert kinds == {
        "Alicia": owner,
        "Marta": manager,
        "Ana": data,
        "Vera": {"new_login", "plan_proposed"},
    }
