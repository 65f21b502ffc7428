"""Batches and mappings: previewed, queued, run once, seen by nobody else; and what a mapping may say."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection

from accounts.errors import DomainError, ScopeError
from accounts.locks import Work, try_lock
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.imports.errors import MappingInvalid
from campaigns.imports.mapping import mapping_from_json
from campaigns.imports.storage import shown_name, stored_path
from campaigns.models import ImportBatch, ImportMapping, Lead, Sale, SourceSync
from campaigns.progress import Progress, ProgressReport, progress_of
from campaigns.services import (
    batch_create,
    batch_forget,
    batch_run,
    batch_start,
    mapping_save,
    preview_of,
)
from campaigns.signals import facts_changed
from campaigns.tasks import import_run
from tests.campaigns.imports.sending import send
from tests.cast import Cast

LEADS = {"kind": "leads", "preset": "generic_leads", "source": "crm"}
FILE = '# from the CRM\nid,created,e-mail,importe\n1,13/03/2026,a@example.com,"1,50"\n2,32/03/2026,,\n\n'


def create(cast: Cast, content: str = FILE, mapping: dict[str, Any] = LEADS) -> ImportBatch:
    with tenant_transaction(cast.aurora.pk):
        return batch_create(cast.bodega, [content.encode()], "Leads.csv", mapping, written_by=7)


def queue(cast: Cast, content: str = FILE, **options: Any) -> ImportBatch:
    batch = create(cast, content)
    with tenant_transaction(cast.aurora.pk):
        return batch_start(cast.bodega, batch, is_sent=False, **options)


def test_a_new_batch_waits_and_can_be_looked_at(cast: Cast) -> None:
    batch = create(cast)
    assert (batch.state, batch.kind, batch.file_name, batch.written_by) == (
        "preview", "leads", "Leads.csv", 7,
    )  # fmt: skip
    assert (batch.file_size, len(batch.file_hash)) == (len(FILE), 64)
    with tenant_scope(cast.aurora.pk):
        seen = preview_of(cast.bodega, batch)
    assert seen.headers == ("id", "created", "e-mail", "importe") and seen.header_line == 2
    assert seen.counts == {"rows": 2, "good": 1, "bad": 1, "blank": 1} and seen.is_whole_file
    assert [(row.line, row.state) for row in seen.rows] == [(3, "good"), (4, "bad")]
    (problem,) = seen.bad_rows[0].problems
    assert (problem.code, problem.column, problem.value) == ("no_such_day", "created", "32/03/2026")
    assert seen.mapping is not None
    said = seen.mapping.as_json()
    assert (said["dates"], said["decimal"], said["delimiter"], said["encoding"]) == (
        "dmy", ",", ",", "utf-8",
    )  # fmt: skip
    assert said["columns"]["email"] == "e-mail" and said["columns"]["amount"] == "importe"
    # a mapping made of what was detected is a mapping
    assert mapping_from_json(said).as_json() == said
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.count() == 0


def test_a_preview_says_why_the_file_cannot_come_in(cast: Cast) -> None:
    batch = create(cast, "id,created\n1,01/02/2026\n")
    with tenant_scope(cast.aurora.pk):
        seen = preview_of(cast.bodega, batch)
        assert seen.refusal is not None and seen.refusal.code == "ambiguous_dates"
        assert seen.headers == ("id", "created") and seen.rows == ()
        answered = preview_of(cast.bodega, batch, {**LEADS, "dates": "mdy"})
    assert answered.refusal is None and answered.counts["good"] == 1


def test_it_runs_once_and_clears_its_file_away(cast: Cast) -> None:
    batch = queue(cast, without_bad_rows=True)
    path = stored_path(batch.file_path)
    assert path.is_file()
    done = batch_run(cast.aurora.pk, cast.bodega.pk, batch.pk)
    assert done is not None and (done.state, done.counts["new"]) == ("done", 1)
    assert done.source == "crm" and done.complete_through == date(2026, 3, 13)
    again = batch_run(cast.aurora.pk, cast.bodega.pk, batch.pk)
    assert again is not None and again.finished_at == done.finished_at
    with tenant_scope(cast.aurora.pk), pytest.raises(DomainError, match="started already"):
        batch_start(cast.bodega, done, is_sent=False)


def test_on_commit_it_tells_and_forgets(committed_cast: Cast) -> None:
    told: list[tuple[int, int]] = []

    def hear(agency_id: int, client_id: int, **_: Any) -> None:
        told.append((agency_id, client_id))

    facts_changed.connect(hear)
    try:
        batch = queue(committed_cast, without_bad_rows=True)
        path = stored_path(batch.file_path)
        which = {"agency_id": batch.agency_id, "client_id": batch.client_id, "batch_id": batch.pk}
        import_run(**which)
    finally:
        facts_changed.disconnect(hear)
    assert told == [(committed_cast.aurora.pk, committed_cast.bodega.pk)]
    assert not path.exists()
    connection.close()


def test_a_refused_batch_can_be_mended_and_started_again(cast: Cast) -> None:
    batch = queue(cast)
    refused = batch_run(cast.aurora.pk, cast.bodega.pk, batch.pk)
    assert refused is not None and refused.state == "refused"
    with tenant_transaction(cast.aurora.pk):
        batch_start(cast.bodega, refused, None, without_bad_rows=True, is_sent=False)
    done = batch_run(cast.aurora.pk, cast.bodega.pk, batch.pk)
    assert done is not None and (done.state, done.error) == ("done", None)


def test_a_batch_can_be_forgotten_until_it_is_done(cast: Cast) -> None:
    batch = create(cast)
    with tenant_transaction(cast.aurora.pk):
        batch_forget(cast.bodega, batch.pk)
        assert not ImportBatch.objects.exists()
    done = send(cast.bodega, FILE, LEADS, without_bad_rows=True)
    with tenant_scope(cast.aurora.pk), pytest.raises(DomainError, match="undo it instead"):
        batch_forget(cast.bodega, done.pk)


@pytest.mark.parametrize("work", [Work.IMPORT, Work.IMPORTS])
def test_it_stays_queued_while_another_is_at_it(committed_cast: Cast, work: Work) -> None:
    """The batch itself is being run, or another import of the client is."""
    cast = committed_cast
    batch = queue(cast, without_bad_rows=True)
    key = batch.pk if work is Work.IMPORT else cast.bodega.pk
    is_held, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with tenant_transaction(cast.aurora.pk):
            assert try_lock(work, key)
            is_held.set()
            may_go.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert is_held.wait(60)
    assert batch_run(cast.aurora.pk, cast.bodega.pk, batch.pk) is None
    with tenant_transaction(cast.aurora.pk):
        assert ImportBatch.objects.get(pk=batch.pk).state == "queued"
    may_go.set()
    holder.join()
    done = batch_run(cast.aurora.pk, cast.bodega.pk, batch.pk)
    assert done is not None and done.state == "done"
    connection.close()


def test_a_file_that_is_gone_is_said_so(cast: Cast) -> None:
    batch = queue(cast)
    stored_path(batch.file_path).unlink()
    ended = batch_run(cast.aurora.pk, cast.bodega.pk, batch.pk)
    assert ended is not None and (ended.state, ended.error["code"]) == ("refused", "file_gone")


# --- nobody else's ---


def test_it_touches_no_other_client(cast: Cast) -> None:
    file = "id,created,won,amount,campaign\n1,2026-03-01,2026-03-02,5,A\n"
    send(cast.bodega, file, LEADS)
    send(cast.dulce, file, LEADS)
    batch = send(cast.cafe, file, LEADS)
    assert (batch.counts["new"], batch.counts["sales_new"]) == (1, 1)
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.count() == Sale.objects.count() == 2
        assert SourceSync.objects.count() == 4
    with tenant_scope(cast.boreal.pk):
        assert Lead.objects.get().client_id == cast.dulce.pk


def test_a_batch_is_found_in_its_own_agency_and_client_only(cast: Cast) -> None:
    batch = queue(cast)
    assert batch_run(cast.boreal.pk, cast.bodega.pk, batch.pk) is None
    assert batch_run(cast.aurora.pk, cast.cafe.pk, batch.pk) is None
    with tenant_scope(cast.aurora.pk):
        batch.refresh_from_db()
    assert (batch.state, batch.attempts) == ("queued", 0)
    with pytest.raises(ScopeError):
        import_run(client_id=cast.bodega.pk, batch_id=batch.pk)  # type: ignore[call-arg]


def test_names_of_files_are_names_only(cast: Cast) -> None:
    assert shown_name("../../etc/passwd") == "passwd"
    assert shown_name("C:\\Users\\Eva\\leads.csv") == "leads.csv"
    assert shown_name("\x00\n ") == "file.csv"
    assert len(shown_name("x" * 999)) == 255
    with tenant_transaction(cast.aurora.pk):
        batch = batch_create(cast.bodega, [b"id,created\n"], "../../../x.csv", LEADS)
    assert batch.file_name == "x.csv" and ".." not in batch.file_path


# --- mappings ---


def test_a_saved_mapping_is_replaced_by_its_name(cast: Cast) -> None:
    with tenant_transaction(cast.aurora.pk):
        mapping_save(cast.bodega, " CRM ", LEADS)
        mapping_save(cast.bodega, "CRM", {**LEADS, "dates": "dmy"})
        saved = ImportMapping.objects.get()
        assert (saved.name, saved.kind, saved.mapping["dates"]) == ("CRM", "leads", "dmy")
        with pytest.raises(DomainError, match="80 characters"):
            mapping_save(cast.bodega, " ", LEADS)
        with pytest.raises(MappingInvalid):
            mapping_save(cast.bodega, "x", {"kind": "nonsense"})


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ([], ""),
        ({}, "kind"),
        ({"kind": "goals"}, "kind"),
        ({"kind": "leads", "colums": {}}, "colums"),
        ({"kind": "leads", "columns": []}, "columns"),
        ({"kind": "leads", "columns": {"created": 5}}, "columns.created"),
        ({"kind": "leads", "columns": {"created": {"columns": "x"}}}, "columns.created"),
        ({"kind": "leads", "columns": {"created": {"constant": ["x"]}}}, "columns.created"),
        ({"kind": "leads", "columns": {"channel": {"column": "x", "values": ["a"]}}}, "columns.channel.values"),
        ({"kind": "leads", "columns": {"channel": {"column": "x", "else": "a"}}}, "columns.channel.else"),
        ({"kind": "leads", "source": "My CRM"}, "source"),
        ({"kind": "leads", "dates": "dd/mm"}, "dates"),
        ({"kind": "leads", "decimal": "'"}, "decimal"),
        ({"kind": "leads", "delimiter": ":"}, "delimiter"),
        ({"kind": "leads", "encoding": "ebcdic"}, "encoding"),
        ({"kind": "daily", "period": "guess"}, "period"),
        ({"kind": "leads", "currency": "EURO"}, "currency"),
        ({"kind": "leads", "currency": "QQQ"}, "currency"),
        ({"kind": "leads", "time_zone": "Spain"}, "time_zone"),
        ({"kind": "leads", "complete_through": "31/12/2026"}, "complete_through"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_is_refused_by_place(said: Any, path: str) -> None:
    with pytest.raises(MappingInvalid) as invalid:
        mapping_from_json(said)
    assert invalid.value.data == {"path": path}


def test_a_target_that_does_not_exist_is_named(cast: Cast) -> None:
    batch = send(cast.bodega, FILE, {**LEADS, "columns": {"shoe_size": "importe"}})
    assert (batch.state, batch.error["data"]) == ("refused", {"path": "columns.shoe_size"})


def test_constants_and_tables_of_values(cast: Cast) -> None:
    mapping = {
        "kind": "leads",
        "columns": {
            "external_id": "id",
            "created": "day",
            "country": {"constant": "ES"},
            "channel": {
                "column": "origin",
                "values": {"Boca a boca": "referral"},
                "default": "direct",
            },
        },
    }
    file = "id,day,origin\n1,2026-03-01, BOCA a  boca\n2,2026-03-01,radio\n3,2026-03-01,\n"
    batch = send(cast.bodega, file, mapping)
    assert batch.state == "done", batch.error
    with tenant_scope(cast.aurora.pk):
        assert list(Lead.objects.order_by("external_id").values_list("channel", "country")) == [
            ("referral", "ES"), ("direct", "ES"), ("direct", "ES"),
        ]  # fmt: skip


# --- how complete, and how far ---


def test_sources_grow_and_name_their_gaps(cast: Cast) -> None:
    head = "day,campaign,clicks\n"
    daily = {"kind": "daily", "preset": "generic_daily", "source": "ads"}
    send(cast.bodega, f"{head}2026-03-03,A,1\n2026-03-05,A,1\n", daily)
    send(cast.bodega, f"{head}2026-03-01,A,1\n", daily)
    batch = send(cast.bodega, f"{head}2026-03-10,A,1\n", daily | {"complete_through": "2026-03-31"})
    assert batch.notes == [
        {"code": "gap", "family": "ads", "from": "2026-03-06", "to": "2026-03-09"}
    ]
    with tenant_scope(cast.aurora.pk):
        sync = SourceSync.objects.get()
        assert (sync.family, sync.complete_from, sync.complete_through) == (
            "ads", date(2026, 3, 1), date(2026, 3, 31),
        )  # fmt: skip


def test_progress_is_said_and_forgotten(cast: Cast) -> None:
    report = ProgressReport(99, 200)
    assert progress_of(99) is None
    report.read(10, 50)
    assert progress_of(99) == Progress("reading", 10, 0.25)
    report.writing()
    said = progress_of(99)
    assert said is not None and (said.stage, said.percent) == ("writing", 100)
    report.over()
    assert progress_of(99) is None
