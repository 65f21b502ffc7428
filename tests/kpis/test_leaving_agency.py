"""An agency goes: announced to its owners, taken back, or erased whole on its day."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from accounts.models import Agency, AuditEntry, User
from accounts.services.clients import client_archive
from accounts.services.erasing import agency_tables
from accounts.tenancy import tenant_scope, tenant_transaction
from inbox.services import notice_send, notices_hand_out
from kpis.clock import due
from kpis.models import ExchangeRate
from kpis.tasks import erase, erase_agency, export
from tests.accounts.route_stage import set_stage
from tests.cast import Cast
from tests.kpis.test_leaving import browser_of, exports, said, which

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
#: 14 days after 1 July, and an hour: before it nothing is due.
DAY = datetime(2026, 7, 15, 1, tzinfo=UTC)
DELETE, KEEP = "/a/aurora/settings/delete/", "/a/aurora/settings/keep/"
EXPORTS = "/a/aurora/settings/exports/"
WISH = {"name": "Aurora", "is_export_declined": "on"}


@pytest.fixture(autouse=True)
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")
    return tmp_path / "media"


def rows_with_the_agency(agency_id: int) -> dict[str, int]:
    """Of every table with a column for it, and the agency's own row. Inside a scope of it."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            columns = {field.column for field in model._meta.concrete_fields}
            column = "id" if model is Agency else "agency_id"
            if column in columns and (model is Agency or "agency_id" in columns):
                cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [agency_id])
                found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}


def test_children_go_first() -> None:
    tables = agency_tables()
    assert tables.index("inbox_delivery") < tables.index("inbox_notice")
    assert tables.index("accounts_membershipclient") < tables.index("accounts_membership")
    assert tables.index("accounts_membership") > tables.index("accounts_apitoken")
    assert tables[-1] == "kpis_dirtyday"


def test_announced_on_every_page_to_owners_and_taken_back(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        alicia = browser_of(cast.alicia)
        wrong = alicia.post(DELETE, {"name": "aurora"})
        assert list(wrong.context["form"].errors) == ["name"]
        for _twice in range(2):
            assert alicia.post(DELETE, WISH).url == "/a/aurora/settings/"
            clock.shift(timedelta(hours=30))
        with tenant_scope(cast.aurora.pk):
            assert Agency.objects.get(pk=cast.aurora.pk).erase_on == date(2026, 7, 15)
        for page in ("/a/aurora/", "/a/aurora/c/bodega/", "/a/aurora/members/"):
            assert "The agency Aurora will be deleted on" in alicia.get(page).content.decode()
        marta = browser_of(cast.marta)
        assert "will be deleted" not in marta.get("/a/aurora/").content.decode()
        assert marta.post(KEEP).status_code == 403
        assert browser_of(cast.malena).post(KEEP).status_code == 404
        assert "Aurora stays" in said(alicia.post(KEEP, follow=True))
        assert "will be deleted" not in alicia.get("/a/aurora/").content.decode()
    assert due(DAY).erasures == () and due(DAY).last_erasures == ()


def test_every_client_is_exported_first_or_a_word_says_that_none_is_needed(
    committed_cast: Cast,
) -> None:
    """Cafe is in the archive; its data leaves with the agency too."""
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        client_archive(cast.cafe)
    with time_machine.travel(NOW, tick=False):
        alicia = browser_of(cast.alicia)
        page = alicia.get(DELETE).content.decode()
        assert "Export all clients" in page and "I need no export" in page
        refused = alicia.post(DELETE, {"name": "Aurora"})
        [why] = refused.context["form"].non_field_errors()
        assert "Without one: Bodega, Cafe." in why
        for _twice in range(2):
            assert alicia.post(f"{EXPORTS}new/").url == DELETE
        rows = exports(cast)
        assert [row.client_id for row in rows] == [cast.bodega.pk, cast.cafe.pk]
        part = alicia.get(EXPORTS).content.decode()
        assert part.count("Being made") == 2 and "hx-get" in part and "Export all" not in part
        export(**which(rows[0]))
        part = alicia.get(EXPORTS).content.decode()
        assert "/a/aurora/c/bodega/settings/export/file/" in part and part.count("Being made") == 1
        [why] = alicia.post(DELETE, {"name": "Aurora"}).context["form"].non_field_errors()
        assert "Without one: Cafe." in why
        export(**which(rows[1]))
        page = alicia.get(DELETE).content.decode()
        assert (
            "I need no export" not in page and "hx-get" not in alicia.get(EXPORTS).content.decode()
        )
        alicia.post(f"{EXPORTS}new/")
        assert len(exports(cast)) == 2, "what is at hand is not made again"
        assert alicia.post(DELETE, {"name": "Aurora"}).url == "/a/aurora/settings/"
    with tenant_transaction(cast.aurora.pk):
        assert Agency.objects.get(pk=cast.aurora.pk).erase_on == date(2026, 7, 15)


def test_on_its_day_no_row_of_it_is_left_in_any_table(committed_cast: Cast, media: Path) -> None:
    cast = committed_cast
    with transaction.atomic():
        set_stage(cast)  # a row of everything that an address names
    with tenant_transaction(cast.aurora.pk):
        notice_send(
            cast.aurora.pk, cast.bodega, "night_failed", "k", {"day": "2026-03-01", "attempts": 5}
        )
        notices_hand_out(cast.aurora.pk, NOW)
        ExchangeRate.objects.create(
            agency=cast.aurora, day=NOW.date(), from_currency="USD", to_currency="EUR", rate=1
        )
        before = rows_with_the_agency(cast.aurora.pk)
        assert "kpis_exchangerate" in before
        assert {"accounts_invitation", "accounts_apitoken", "kpis_kpitemplate", "campaigns_ownmeasure",
                "inbox_delivery", "accounts_auditentry", "accounts_membershipclient"} <= set(before)  # fmt: skip
        clients = (cast.bodega.pk, cast.cafe.pk)
    with tenant_transaction(cast.boreal.pk):
        of_boreal = rows_with_the_agency(cast.boreal.pk)
    folder = media / "imports" / str(cast.aurora.pk) / str(cast.bodega.pk)
    folder.mkdir(parents=True)
    (folder / "file.csv").write_text("x")
    people = User.objects.count()
    with time_machine.travel(NOW, tick=False) as clock:
        browser_of(cast.alicia).post(DELETE, WISH)
        erase_agency(agency_id=cast.aurora.pk)
        erase(agency_id=cast.aurora.pk, client_id=cast.bodega.pk)
        with tenant_transaction(cast.aurora.pk):
            assert set(before) <= set(rows_with_the_agency(cast.aurora.pk)), "its day is not here"
        assert due(DAY - timedelta(seconds=1)).erasures == ()
        clock.move_to(DAY)
        assert "its day has come" in said(browser_of(cast.alicia).post(KEEP, follow=True))
        assert due(DAY).erasures == tuple((cast.aurora.pk, number) for number in clients)
        assert due(DAY).last_erasures == (), "clients first"
        erase_agency(agency_id=cast.aurora.pk)
        for number in clients:
            erase(agency_id=cast.aurora.pk, client_id=number)
        assert due(DAY).last_erasures == (cast.aurora.pk,)
        for _twice in range(2):
            erase_agency(agency_id=cast.aurora.pk)
        assert due(DAY).last_erasures == ()
        assert browser_of(cast.alicia).get("/a/aurora/").status_code == 404
        assert browser_of(cast.alicia).get("/me/").status_code == 200, "people keep their logins"
    with tenant_transaction(cast.aurora.pk):
        assert rows_with_the_agency(cast.aurora.pk) == {}
    with tenant_transaction(cast.boreal.pk):
        assert rows_with_the_agency(cast.boreal.pk) == of_boreal
    assert User.objects.count() == people
    assert not folder.parent.exists()


@pytest.mark.parametrize("function", ["rumbo_erase_agency_audit", "rumbo_erase_rates"])
def test_an_agency_that_stands_keeps_its_audit_and_rates(cast: Cast, function: str) -> None:
    with tenant_scope(cast.aurora.pk):
        lines = AuditEntry.objects.count()
        with pytest.raises(ProgrammingError, match="stands"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {function}()")
        assert AuditEntry.objects.count() == lines > 0
