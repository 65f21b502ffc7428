"""An owner brings an archive in by page: sent, checked, looked at, brought in, and what is refused."""

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test import TestCase
from django.utils.translation import override

from accounts.errors import DomainError
from accounts.locks import Work, lock
from accounts.models import Agency, AuditEntry, Client, User
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import Lead
from inbox.kinds import KINDS
from inbox.models import Notice
from inbox.queries import deliveries_of
from inbox.words import told
from kpis.archive.packing import MANIFEST
from kpis.arriving.files import arrival_path
from kpis.arriving.finding import finding_of
from kpis.arriving.queries import name_free
from kpis.arriving.services import KEPT, arrival_expire, arrival_run, arrival_start
from kpis.clock import due
from kpis.exports.archive_services import client_export
from kpis.models import Arrival, DirtyDay, GoalStanding
from kpis.tasks import arrival as arrival_task
from tests.cast import Cast
from tests.inbox.told import hand_out, membership
from tests.kpis.archive.page import page_said
from tests.kpis.archive.rich import NOW, with_everything, with_facts
from tests.kpis.archive.test_hostile import changed

HERE = "/a/boreal/clients/archives/"


@pytest.fixture(autouse=True)
def at_now(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def packed(cast: Cast, tmp_path: Path) -> Path:
    path = tmp_path / "bodega.zip"
    client_export(with_facts(cast, leads=12), path)
    return path


def browser_of(person: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(person)
    return browser


def send(cast: Cast, content: bytes, name: str = "bodega.zip") -> Arrival:
    with tenant_scope(cast.boreal.pk):  # whose language a worker speaks
        Agency.objects.filter(pk=cast.boreal.pk).update(language="en")
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = browser_of(cast.malena).post(HERE, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    with tenant_scope(cast.boreal.pk):
        arrival: Arrival = Arrival.objects.order_by("-pk")[0]
    assert answer["Location"] == page_of(arrival)
    return arrival


def page_of(arrival: Arrival) -> str:
    return f"{HERE}{arrival.pk}/"


def words_of(cast: Cast, address: str) -> str:
    return " ".join(page_said(cast.malena, address).words)


def clients(cast: Cast) -> list[str]:
    with tenant_scope(cast.boreal.pk):
        return list(Client.objects.order_by("pk").values_list("name", flat=True))


def inbox(cast: Cast) -> list[tuple[str, str, str]]:
    """Title, text and address of what Malena was told of archives, the oldest first."""
    with tenant_scope(cast.boreal.pk), override("en"):
        hand_out(cast.boreal)
        mine = deliveries_of(membership(cast.boreal, cast.malena)).order_by("notice_id")
        lines = [told(each, cast.boreal) for each in mine.exclude(notice__kind="new_login")]
        return [(line.title, line.text, line.href) for line in lines]


def worked_off(arrival: Arrival) -> Arrival:
    with TestCase.captureOnCommitCallbacks(execute=True):
        done = arrival_run(arrival.agency_id, arrival.pk)
    assert done is not None
    return done


def test_from_the_file_to_the_client(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "bodega.zip"
    client_export(with_everything(cast), path)
    assert "Bring an archive in" in words_of(cast, "/a/boreal/clients/")
    strange = changed(
        path, "kpis_kpiset.jsonl", lambda rows: rows.replace(b'"entries": [[', b'"entries": [7, ['), is_signed=True
    )  # fmt: skip
    strange_one = worked_off(send(cast, strange.read_bytes()))
    assert strange_one.state == "refused", "no page could read it"
    arrival = send(cast, path.read_bytes())
    assert "Waiting for a worker" in words_of(cast, page_of(arrival))
    assert worked_off(arrival).state == "checked"
    assert clients(cast) == ["Dulce"], "the check leaves nothing"
    shown = words_of(cast, page_of(arrival))
    # costs and budgets begin with November, stocks go on through the day before NOW
    for words in ("The numbers agree", "EUR", "11/01/2025", "06/30/2026", "07/01/2026", "Leads 60"):
        assert words in shown, (words, shown)
    answer = browser_of(cast.malena).post(page_of(arrival), {"name": "Bodega Norte"})
    assert answer.status_code == 302
    with TestCase.captureOnCommitCallbacks(execute=True):
        arrival_task(agency_id=cast.boreal.pk, arrival_id=arrival.pk)
    done = worked_off(arrival)
    assert (done.state, clients(cast)) == ("done", ["Dulce", "Bodega Norte"])
    assert not arrival_path(done).exists()
    assert "Brought in" in words_of(cast, page_of(arrival))
    with tenant_scope(cast.boreal.pk):
        assert done.client is not None
        assert Lead.objects.filter(client=done.client).count() == 60
        assert not DirtyDay.objects.filter(client=done.client).exists()
        assert GoalStanding.objects.filter(client=done.client).count() == 6, "every goal is judged"
        line = AuditEntry.objects.get(table_name="accounts_client", row_id=done.client.pk, action="insert")  # fmt: skip
        assert line.actor_id == done.requested_by is not None
    assert f"/a/boreal/c/{done.client.slug}/" == "/a/boreal/c/bodega-norte/"
    # twice is once: the message comes again, the button is pressed again
    assert worked_off(arrival).state == "done"
    browser_of(cast.malena).post(page_of(arrival), {"name": "Another"})
    worked_off(arrival)
    assert clients(cast) == ["Dulce", "Bodega Norte"]
    refused, checked, done_of = inbox(cast)  # each end is told once
    assert (refused[0], refused[2]) == ("“bodega.zip” was not brought in", page_of(strange_one))
    assert refused[1] == f"Nothing of it was kept. {strange_one.refusal}"
    assert checked == (
        "“bodega.zip” can be brought in",
        "Its numbers agree. Until 07/08/2026 you can look at what it brings, and start it.",
        page_of(arrival),
    )
    assert done_of == (
        "“bodega.zip” is brought in",
        "The client is here with its numbers worked out.",
        "/a/boreal/c/bodega-norte/",
    )


def test_a_name_that_is_taken_is_proposed_beside_and_asked_for_again(
    cast: Cast, packed: Path
) -> None:
    first, second = (send(cast, packed.read_bytes()) for _ in range(2))
    assert worked_off(first).name == worked_off(second).name == "Bodega"
    browser = browser_of(cast.malena)
    for each in (first, second):
        assert browser.post(page_of(each), {"name": "Bodega"}).status_code == 302
    worked_off(first)
    again = worked_off(second)
    assert (again.state, clients(cast)) == ("checked", ["Dulce", "Bodega"])
    assert "has a client Bodega already" in words_of(cast, page_of(second))
    assert inbox(cast)[-1] == ("“bodega.zip” was not brought in", again.refusal, page_of(second))
    refused = browser.post(page_of(second), {"name": "Bodega"})
    assert "has a client of this name already" in refused.content.decode()
    assert "This field is required" in browser.post(page_of(second), {"name": " "}).content.decode()
    browser.post(page_of(second), {"name": "Bodega 2"})
    worked_off(second)
    assert clients(cast) == ["Dulce", "Bodega", "Bodega 2"]
    with tenant_scope(cast.boreal.pk):
        assert name_free(cast.boreal, "Bodega") == "Bodega 3"
        assert name_free(cast.boreal, "D" * 300) == "D" * 120


def test_hostile_files_end_as_refused_with_their_reason(
    cast: Cast, packed: Path, settings: LazySettings
) -> None:
    def refusal(content: bytes) -> str:
        arrival = worked_off(send(cast, content))
        assert (arrival.state, clients(cast)) == ("refused", ["Dulce"])
        assert not arrival_path(arrival).exists()
        assert arrival.refusal in words_of(cast, page_of(arrival))
        return arrival.refusal

    leads = "campaigns_lead.jsonl"
    assert "no zip file" in refusal(b"PK no")
    newer = changed(packed, MANIFEST, lambda text: text.replace(b'"schema": 2', b'"schema": 99'))
    assert "newer Rumbo" in refusal(newer.read_bytes())
    spoiled = changed(packed, leads, lambda rows: rows.replace(b"valid", b"vAlid", 1))
    assert "changed since" in refusal(spoiled.read_bytes())
    costs = "campaigns_cost.jsonl"
    less = changed(packed, costs, lambda rows: rows.partition(b"\n")[2], is_signed=True)
    assert "do not come out" in refusal(less.read_bytes())
    words = changed(packed, leads, lambda rows: b"no row\n", is_signed=True)
    assert "no whole archive" in refusal(words.read_bytes())
    deep = changed(packed, leads, lambda rows: b"[" * 200_000 + b"\n", is_signed=True)
    assert "no whole archive" in refusal(deep.read_bytes())
    deep = changed(packed, "client.json", lambda row: b"[" * 200_000 + b"\n", is_signed=True)
    assert "no zip file, or it is broken" in refusal(deep.read_bytes())
    settings.ARCHIVE_UNPACKED_BYTES = 1 << 10
    assert "Unpacked it is larger than" in refusal(packed.read_bytes())


def test_a_list_of_files_that_would_fill_the_memory_is_not_read(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MANIFEST, json.dumps({}))
        for number in range(20):  # 20 names of 60 kB: a directory of 1.2 MB
            archive.writestr(f"{number}{'x' * 60_000}", b"")
    arrival = worked_off(send(cast, path.read_bytes()))
    assert "no zip file, or it is broken" in arrival.refusal


def test_a_file_that_is_too_large_leaves_nothing(
    cast: Cast, packed: Path, settings: LazySettings
) -> None:
    settings.IMPORT_MAX_BYTES = 1 << 10
    answer = browser_of(cast.malena).post(
        HERE, {"file": SimpleUploadedFile("b.zip", packed.read_bytes())}
    )
    assert "larger than the limit of 0 MB" in answer.content.decode()
    with tenant_scope(cast.boreal.pk):
        assert not Arrival.objects.exists()
    assert list((Path(settings.MEDIA_ROOT) / "arrivals").rglob("*.zip")) == []


def test_what_a_broken_upload_left_goes_with_the_next_one(cast: Cast) -> None:
    first = send(cast, b"PK 1")
    long_ago = (NOW - timedelta(days=2)).timestamp()
    os.utime(arrival_path(first), (long_ago, long_ago))  # it waits: somebody names it
    left, fresh = (arrival_path(first).with_name(f"{name}.zip") for name in ("left", "fresh"))
    for path, at in ((left, long_ago), (fresh, NOW.timestamp())):
        path.write_bytes(b"PK")
        os.utime(path, (at, at))
    second = send(cast, b"PK 2")
    standing = {arrival_path(first), arrival_path(second), fresh}
    assert set(left.parent.iterdir()) == standing, "one that is being written stays"


def test_discarded_and_expired_files_are_gone(cast: Cast, packed: Path) -> None:
    first, second = (send(cast, packed.read_bytes()) for _ in range(2))
    worked_off(second)
    assert [href for _title, _text, href in inbox(cast)] == [page_of(second)]
    browser = browser_of(cast.malena)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert browser.post(f"{page_of(first)}discard/").status_code == 302
    assert browser.get(page_of(first)).status_code == 404
    assert not arrival_path(first).exists() and arrival_path(second).exists()
    with time_machine.travel(NOW + KEPT - timedelta(hours=1), tick=False):
        assert not arrival_expire(cast.boreal.pk, second.pk)
    with time_machine.travel(NOW + KEPT, tick=False):
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert arrival_expire(cast.boreal.pk, second.pk)
    assert not arrival_path(second).exists()
    [(title, _text, href)] = inbox(cast)
    assert (title, href) == ("“bodega.zip” can be brought in", ""), "its page is gone"
    third = send(cast, packed.read_bytes())
    with tenant_scope(cast.boreal.pk):
        Arrival.objects.filter(pk=third.pk).update(state="coming")
    browser.post(f"{page_of(third)}discard/")
    assert arrival_path(third).exists(), "it is on its way in"


def test_who_starts_it_brings_it_in_and_what_was_discarded_meanwhile_is_not_started(
    cast: Cast,
) -> None:
    with tenant_scope(cast.boreal.pk):
        sent = Arrival.objects.create(
            agency=cast.boreal, size=1, secret="x", state="checked", requested_by=7
        )
        assert arrival_start(sent, "Norte", 8).requested_by == 8
        assert arrival_start(sent, "Sur", 9).requested_by == 8, "it is on its way already"
        Arrival.objects.all().delete()
        with pytest.raises(DomainError, match="is discarded"):
            arrival_start(sent, "Norte", 8)


def test_an_archive_whose_worker_died_is_sent_again(committed_cast: Cast) -> None:
    with tenant_transaction(committed_cast.boreal.pk):
        arrival = Arrival.objects.create(agency=committed_cast.boreal, size=1, secret="x")
    which = (committed_cast.boreal.pk, arrival.pk)
    later = NOW + timedelta(seconds=6)
    assert due(NOW).arrivals == () and due(later).arrivals == (which,)
    with tenant_transaction(committed_cast.boreal.pk):
        lock(Work.ARRIVAL, arrival.pk)
        assert due(later).arrivals == (), "somebody is at it"
    with tenant_transaction(committed_cast.boreal.pk):
        malena = membership(committed_cast.boreal, committed_cast.malena).pk
        Arrival.objects.update(attempts=5, requested_by=malena, file_name="b.zip")
    assert worked_off(arrival).state == "failed", "it was tried five times"
    with tenant_transaction(committed_cast.boreal.pk):
        [notice] = Notice.objects.all()
    assert (notice.kind, notice.member_id) == ("archive_not_in", malena)
    assert KINDS[notice.kind].text(notice.data).startswith("It was tried several times.")
    assert due(later).arrivals == () and due(NOW + KEPT).arrivals == (which,), "to be removed"
    connection.close()


def test_only_the_owner_and_nobody_elses(cast: Cast, packed: Path) -> None:
    arrival = send(cast, packed.read_bytes())
    theirs = page_of(arrival)
    assert browser_of(cast.alicia).get(theirs).status_code == 404
    assert browser_of(cast.alicia).get(theirs.replace("boreal", "aurora")).status_code == 404, (
        "its number means nothing in Aurora"
    )
    assert browser_of(cast.marta).get("/a/aurora/clients/archives/").status_code == 403


def test_an_empty_archive_has_no_period(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "cafe.zip"
    client_export(cast.cafe, path)
    arrival = worked_off(send(cast, path.read_bytes()))
    finding = finding_of(arrival.found)
    assert finding is not None
    assert (arrival.state, finding.client, finding.rows) == ("checked", "Cafe", [])
    assert finding.written_on == date(2026, 7, 1)
    assert "numbers from" not in words_of(cast, page_of(arrival)) or finding.first is not None
