"""A client's export from its page, and its deletion: announced, taken back, or done on its day."""

import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction
from django.test import Client as Browser
from django.utils.translation import override

from accounts.locks import Work, try_lock
from accounts.models import AuditEntry, Client, Membership, User
from accounts.services.erasing import client_erase
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import Lead
from inbox.kinds import KINDS
from inbox.models import Delivery, Notice
from inbox.tasks import hand_out
from kpis.archive.reading import MANIFEST
from kpis.clock import due
from kpis.exports.files import export_path
from kpis.exports.services import MOST_ATTEMPTS, export_queue
from kpis.models import Export
from kpis.tasks import erase, export
from tests.cast import Cast
from tests.kpis.test_erase import rows_with_the_client
from tests.kpis.varied_facts import write_facts

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
SETTINGS = "/a/aurora/c/bodega/settings/"


@pytest.fixture(autouse=True)
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")
    return tmp_path / "media"


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def with_facts(client: Client, seed: int = 1) -> None:
    with tenant_transaction(client.agency_id):
        write_facts(client, seed, date(2026, 1, 1), date(2026, 3, 1), leads=20)


def exports(cast: Cast) -> list[Export]:
    with tenant_transaction(cast.aurora.pk):
        return list(Export.objects.order_by("pk"))


def which(row: Export) -> dict[str, int]:
    return {"agency_id": row.agency_id, "client_id": row.client_id, "export_id": row.pk}


def said(answer: Any) -> str:
    return " ".join(str(each) for each in answer.context["messages"])


def test_an_export_is_asked_for_made_told_and_taken_away(committed_cast: Cast) -> None:
    cast = committed_cast
    with_facts(cast.bodega)
    with time_machine.travel(NOW, tick=False):
        alicia = browser_of(cast.alicia)
        assert "Export everything" in alicia.get(SETTINGS + "export/").content.decode()
        for _twice in range(2):
            assert alicia.post(SETTINGS + "export/new/").url == SETTINGS + "export/"
        [row] = exports(cast)
        part = alicia.get(SETTINGS + "export/progress/").content.decode()
        assert "The export is being made" in part and "hx-get" in part
        assert alicia.get(SETTINGS + "export/file/").status_code == 404
        export(**which(row))
        export(**which(row))
        [row] = exports(cast)
        assert (row.state, row.attempts, row.size) == ("ready", 1, export_path(row).stat().st_size)
        assert [each.name for each in export_path(row).parent.iterdir()] == [f"{row.secret}.zip"]
        answer = alicia.get(SETTINGS + "export/file/")
        assert answer["Content-Disposition"] == 'attachment; filename="bodega-2026-07-01.zip"'
        assert "no-store" in answer["Cache-Control"]
        with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as packed:
            assert MANIFEST in packed.namelist()
            assert len(packed.read("campaigns_lead.jsonl").splitlines()) == 20
        page = alicia.get(SETTINGS + "export/").content.decode()
        assert "Download" in page and 'hx-get="/a/aurora/c/bodega/settings/export' not in page
        hand_out(agency_id=cast.aurora.pk)
    with tenant_transaction(cast.aurora.pk), override("en"):
        [told] = Delivery.objects.select_related("notice", "membership")
        assert told.membership.user_id == cast.alicia.pk
        kind = KINDS[told.notice.kind]
        assert kind.title(told.notice.data) == "The export of Bodega is ready"
        assert "2026" in kind.text(told.notice.data)


def test_an_export_whose_message_or_worker_was_lost_is_due(committed_cast: Cast) -> None:
    cast = committed_cast
    with time_machine.travel(NOW, tick=False):
        with tenant_transaction(cast.aurora.pk):
            row = export_queue(cast.bodega, None)
        assert due(NOW).exports == ()
        later = NOW + timedelta(seconds=5)
        assert due(later).exports == ((cast.aurora.pk, cast.bodega.pk, row.pk),)
        with transaction.atomic():
            assert try_lock(Work.EXPORT, row.pk)
            assert due(later).exports == (), "somebody is at it"
        # A worker that died in its last attempt: nobody counts but the row.
        with tenant_transaction(cast.aurora.pk):
            alicia = Membership.objects.get(user=cast.alicia).pk
            Export.objects.update(attempts=MOST_ATTEMPTS, requested_by=alicia)
        export(**which(row))
        [row] = exports(cast)
        assert (row.state, row.size) == ("failed", None)
        page = browser_of(cast.alicia).get(SETTINGS + "export/").content.decode()
        assert "It was tried several times" in page
    with tenant_transaction(cast.aurora.pk):
        [notice] = Notice.objects.all()
        assert (notice.kind, notice.member_id) == ("export_failed", alicia)


def test_an_export_that_breaks_is_tried_again_and_leaves_no_file(
    committed_cast: Cast, media: Path
) -> None:
    """A file stands where the folder should be: it cannot be written."""
    cast = committed_cast
    media.mkdir()
    (media / "exports").write_text("")
    with tenant_transaction(cast.aurora.pk):
        row = export_queue(cast.bodega, None)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert exports(cast)[0].state == "waiting", attempt
        export(**which(row))
    assert exports(cast)[0].state == "failed"


def test_after_a_week_file_and_row_are_gone(committed_cast: Cast) -> None:
    cast = committed_cast
    with time_machine.travel(NOW, tick=False) as clock:
        with tenant_transaction(cast.aurora.pk):
            row = export_queue(cast.bodega, None)
        export(**which(row))
        [row] = exports(cast)
        path = export_path(row)
        almost = NOW + timedelta(days=7, seconds=-1)
        assert due(almost).exports == ()
        over = NOW + timedelta(days=7)
        clock.move_to(over)
        assert browser_of(cast.alicia).get(SETTINGS + "export/file/").status_code == 404
        assert due(over).exports == ((cast.aurora.pk, cast.bodega.pk, row.pk),)
        assert path.exists()
        export(**which(row))
        export(**which(row))
    assert exports(cast) == [] and not path.exists()


def test_the_file_of_one_client_is_not_anothers(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        row = export_queue(cast.bodega, None)
    export(**which(row))
    alicia = browser_of(cast.alicia)
    assert b"".join(alicia.get(SETTINGS + "export/file/").streaming_content).startswith(b"PK")
    assert alicia.get("/a/aurora/c/cafe/settings/export/file/").status_code == 404
    malena = browser_of(cast.malena)
    assert malena.get(SETTINGS + "export/file/").status_code == 404
    assert malena.get("/a/boreal/c/bodega/settings/export/file/").status_code == 404
    assert browser_of(cast.marta).get(SETTINGS + "export/file/").status_code == 403


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"name": "bodega", "is_export_declined": "on"}, "name"),
        ({"is_export_declined": "on"}, "name"),
        ({"name": "Bodega"}, "__all__"),
    ],
)
def test_a_deletion_needs_the_name_and_an_export_or_a_word(
    cast: Cast, sent: dict[str, str], wrong: str
) -> None:
    answer = browser_of(cast.alicia).post(SETTINGS + "delete/", sent)
    assert list(answer.context["form"].errors) == [wrong]
    with tenant_scope(cast.aurora.pk):
        client = Client.objects.get(pk=cast.bodega.pk)
        assert (client.erase_on, client.archived_at) == (None, None)


def test_an_export_at_hand_spares_the_word(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        Export.objects.create(
            agency=cast.aurora,
            client=cast.bodega,
            state="ready",
            secret="s",
            finished_at=NOW,
            expires_at=NOW + timedelta(days=7),
        )
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        alicia = browser_of(cast.alicia)
        assert "I need no export" not in alicia.get(SETTINGS + "delete/").content.decode()
        assert alicia.post(SETTINGS + "delete/", {"name": "Bodega"}).url == "/a/aurora/clients/"
    with tenant_scope(cast.aurora.pk):
        # Asked on 2 July: 2 + 14 = 16 July.
        assert Client.objects.get(pk=cast.bodega.pk).erase_on == date(2026, 7, 16)


def test_announced_shown_and_taken_back(cast: Cast) -> None:
    wish = {"name": "Bodega", "is_export_declined": "on"}
    with time_machine.travel(NOW, tick=False) as clock:
        alicia = browser_of(cast.alicia)
        assert "is in the archive" in said(alicia.post(SETTINGS + "delete/", wish, follow=True))
        clock.shift(timedelta(days=2))
        alicia.post(SETTINGS + "delete/", wish)
        with tenant_scope(cast.aurora.pk):
            client = Client.objects.get(pk=cast.bodega.pk)
            assert client.erase_on == date(2026, 7, 15), "asked twice, the day stays"
            assert client.archived_at == NOW
        page = alicia.get(SETTINGS).content.decode()
        assert "Bodega will be deleted on" in page and "Take it back" in page
        assert "Take it back" in alicia.get("/a/aurora/clients/").content.decode()
        assert (
            "will be deleted"
            not in browser_of(cast.vera).get("/a/aurora/c/bodega/").content.decode()
        )
        clock.move_to(datetime(2026, 7, 14, 21, 59, tzinfo=UTC))  # 23:59 in Madrid
        assert "Bodega is back" in said(alicia.post(SETTINGS + "restore/", follow=True))
        assert "will be deleted" not in alicia.get(SETTINGS).content.decode()
    with tenant_scope(cast.aurora.pk):
        client = Client.objects.get(pk=cast.bodega.pk)
        assert (client.erase_on, client.erase_by, client.archived_at) == (None, None, None)
        assert due(NOW + timedelta(days=99)).erasures == ()


def test_taken_back_it_stands_where_it_stood(cast: Cast) -> None:
    """A client that was in the archive goes back there; it takes no password to keep something."""
    wish = {"name": "Bodega", "is_export_declined": "on"}
    with time_machine.travel(NOW, tick=False) as clock:
        alicia = browser_of(cast.alicia)
        alicia.post(SETTINGS + "archive/")
        clock.shift(timedelta(minutes=5))
        for _twice in range(2):
            alicia.post(SETTINGS + "delete/", wish)
        page = alicia.get(SETTINGS).content.decode()
        assert "will be deleted on" in page and "Its data is kept" not in page
        TOTP.activate(cast.alicia, "JBSWY3DPEHPK3PXP")
        clock.shift(timedelta(hours=2))  # who one is would be asked again before deleting
        assert alicia.get(SETTINGS + "delete/").url.startswith("/accounts/reauthenticate/")
        told = said(alicia.post(SETTINGS + "restore/", follow=True))
        assert "Bodega stays, in the archive." in told
        with tenant_scope(cast.aurora.pk):
            client = Client.objects.get(pk=cast.bodega.pk)
            assert (client.erase_on, client.erase_asked_at, client.archived_at) == (None, None, NOW)
            lines = AuditEntry.objects.filter(table_name="accounts_client", row_id=client.pk)
            assert "erase_on" in lines.order_by("-pk")[0].after, "the audit says who kept it"
        assert "Bodega is back." in said(alicia.post(SETTINGS + "restore/", follow=True))


def test_on_its_day_it_is_erased_with_its_files(committed_cast: Cast, media: Path) -> None:
    cast = committed_cast
    with_facts(cast.bodega)
    with_facts(cast.cafe, 2)
    number = cast.bodega.pk
    both = [media / kind / str(cast.aurora.pk) for kind in ("imports", "exports")]
    for folder in both:
        for client in (cast.bodega, cast.cafe):
            (folder / str(client.pk)).mkdir(parents=True)
            (folder / str(client.pk) / "file").write_text("x")
    own = {"agency_id": cast.aurora.pk, "client_id": number}
    with tenant_transaction(cast.aurora.pk):
        owner = Membership.objects.get(user=cast.alicia).pk
        of_cafe = rows_with_the_client(cast.cafe.pk)
    with time_machine.travel(NOW, tick=False) as clock:
        wish = {"name": "Bodega", "is_export_declined": "on"}
        browser_of(cast.alicia).post(SETTINGS + "delete/", wish)
        # 14 days after 1 July is the 15th; an hour into it in Madrid is 14 July 23:00 in UTC.
        clock.move_to(datetime(2026, 7, 14, 22, 59, tzinfo=UTC))
        assert due(datetime(2026, 7, 14, 22, 59, tzinfo=UTC)).erasures == ()
        clock.shift(timedelta(minutes=1))
        assert due(datetime(2026, 7, 14, 23, tzinfo=UTC)).erasures == ((cast.aurora.pk, number),)
        late = browser_of(cast.alicia).post(SETTINGS + "restore/", follow=True)
        assert "its day has come" in said(late)
        erase(**own)
        erase(**own)
        client_erase(cast.bodega, owner)  # by a worker that was slower
        assert due(NOW + timedelta(days=99)).erasures == ()
    with tenant_transaction(cast.aurora.pk):
        assert rows_with_the_client(number) == {}
        assert rows_with_the_client(cast.cafe.pk) == of_cafe
        line = AuditEntry.objects.get(row_id=number, table_name="accounts_client")
        assert (line.action, line.actor_id) == ("erase", owner)
    for folder in both:
        assert [each.name for each in folder.iterdir()] == [str(cast.cafe.pk)]


def test_nothing_is_erased_before_its_day(committed_cast: Cast) -> None:
    cast = committed_cast
    with_facts(cast.bodega)
    with time_machine.travel(NOW, tick=False) as clock:
        own = {"agency_id": cast.aurora.pk, "client_id": cast.bodega.pk}
        erase(**own)
        wish = {"name": "Bodega", "is_export_declined": "on"}
        browser_of(cast.alicia).post(SETTINGS + "delete/", wish)
        clock.shift(timedelta(days=13))
        erase(**own)
    with tenant_transaction(cast.aurora.pk):
        assert Lead.objects.filter(client=cast.bodega).count() == 20
