"""A client leaves in one file: everything in it, the same numbers elsewhere, and no file is trusted."""

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from accounts.errors import DomainError
from accounts.models import Agency, Client
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import Lead
from kpis.archive.reading import MANIFEST
from kpis.archive.tables import CARRIED, LEFT_OUT, OF_THE_AGENCY, RESTORED, RESTORED_LAST
from kpis.archive_services import archive_check, client_export, client_import
from kpis.calendar import Period
from kpis.catalogue import KPIS
from kpis.models import Annotation
from kpis.question import Question
from kpis.services import answer
from tests.cast import Cast, make_cast_committed
from tests.databases import clone, pointed_at
from tests.kpis.varied_facts import write_facts

FACTS = (date(2025, 11, 20), date(2026, 4, 20))
QUESTIONS = (
    Question(tuple(KPIS), Period(date(2025, 12, 1), date(2026, 3, 31)), by="month"),
    Question(tuple(KPIS), Period(date(2026, 1, 1), date(2026, 3, 31)), split="channel"),
)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def with_facts(cast: Cast) -> Client:
    client = cast.bodega
    with tenant_transaction(cast.aurora.pk):
        client.margin, client.cost_basis = Decimal("0.4"), "media_fees"
        client.save()
        write_facts(client, 20260301, *FACTS, leads=60)
        Annotation.objects.create(
            agency=cast.aurora,
            client=client,
            starts_on=date(2026, 2, 1),
            ends_on=date(2026, 2, 3),
            text="A fair",
        )
    return client


def answers(client: Client) -> list[Any]:
    with tenant_transaction(client.agency_id):
        return [
            [(row.bucket, row.split, dict(row.values)) for row in answer(client, each, True).rows]
            for each in QUESTIONS
        ]


def test_every_table_of_a_client_is_in_it_or_left_out_for_a_reason() -> None:
    with_client = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.column == "client_id" for field in model._meta.concrete_fields)
    }
    named = [*RESTORED, *RESTORED_LAST, *CARRIED, *LEFT_OUT]
    assert len(named) == len(set(named))
    assert with_client | set(OF_THE_AGENCY) == set(named)
    assert all(LEFT_OUT.values())


def test_a_fresh_installation_answers_the_same(
    committed_cast: Cast, template_database: str, tmp_path: Path
) -> None:
    path = tmp_path / "bodega.zip"
    with time_machine.travel(NOW, tick=False):
        client = with_facts(committed_cast)
        manifest = client_export(client, path)
        before = answers(client)
        assert manifest["files"]["campaigns_lead.jsonl"]["rows"] == 60
        call_command("check_export", str(path))
        connection.close()
        with clone(template_database) as name, pointed_at(name):
            cast = make_cast_committed()
            there = client_import(cast.boreal, path)
            assert (there.agency_id, there.name, there.currency) == (
                cast.boreal.pk,
                "Bodega",
                "EUR",
            )
            assert answers(there) == before
            with tenant_transaction(cast.aurora.pk):
                assert Lead.objects.count() == 0, "it is in the agency that was named, in no other"
            again = tmp_path / "again.zip"
            assert client_export(there, again)["totals"] == manifest["totals"]
            connection.close()


def test_the_check_leaves_nothing(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "bodega.zip"
    with time_machine.travel(NOW, tick=False):
        client_export(with_facts(cast), path)
        before = Agency.objects.count
        with tenant_scope(cast.aurora.pk):
            leads = Lead.objects.count()
        found = archive_check(path)
    assert found.client == "Bodega" and found.rows["campaigns_lead"] == 60 and found.totals > 50
    with tenant_scope(cast.aurora.pk):
        assert (Lead.objects.count(), before()) == (leads, 1)


def changed(
    path: Path, name: str, change: Callable[[bytes], bytes], is_signed: bool = False
) -> Path:
    """The archive with one file changed; is_signed: the manifest says so too."""
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    files[name] = change(files[name])
    if is_signed:
        manifest = json.loads(files[MANIFEST])
        manifest["files"][name] = {
            "rows": files[name].count(b"\n"), "bytes": len(files[name]),
            "sha256": sha256(files[name]).hexdigest(),
        }  # fmt: skip
        files[MANIFEST] = json.dumps(manifest).encode()
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in files.items():
            archive.writestr(each, content)
    return other


def test_hostile_files_are_refused_and_nothing_is_written(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "bodega.zip"
    leads = "campaigns_lead.jsonl"
    with time_machine.travel(NOW, tick=False):
        client_export(with_facts(cast), path)

        def refusal(other: Path, code: str = "archive_invalid") -> str:
            with pytest.raises(DomainError) as refused:
                client_import(cast.boreal, other)
            assert refused.value.code == code
            with tenant_scope(cast.boreal.pk):
                assert list(Client.objects.values_list("name", flat=True)) == ["Dulce"]
            return str(refused.value)

        no_zip = tmp_path / "no.zip"
        no_zip.write_bytes(b"PK no")
        assert "no zip file" in refusal(no_zip)
        # one amount changed, the hash not; then a lead less, signed: the totals tell
        assert "changed since" in refusal(
            changed(path, leads, lambda rows: rows.replace(b"valid", b"vAlid", 1))
        )
        assert refusal(
            changed(path, leads, lambda rows: rows.partition(b"\n")[2], is_signed=True),
            "archive_invalid",
        )
        costs = "campaigns_cost.jsonl"
        assert "come out" in refusal(
            changed(path, costs, lambda rows: rows.partition(b"\n")[2], is_signed=True),
            "totals_differ",
        )
        assert "another version" in refusal(
            changed(path, MANIFEST, lambda text: text.replace(b'"schema": 1', b'"schema": 99'))
        )
        bomb = changed(path, leads, lambda rows: b"0" * (64 << 20), is_signed=True)
        assert "as long as" in refusal(bomb)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("../../etc/passwd", "x")
        assert "do not belong" in refusal(path)


def test_ids_of_another_agency_mean_nothing(cast: Cast, tmp_path: Path) -> None:
    """Whoever an archive says its rows belong to, they become rows of the agency that takes it in."""
    path = tmp_path / "bodega.zip"
    with time_machine.travel(NOW, tick=False):
        client_export(with_facts(cast), path)
        number = str(cast.aurora.pk).encode()
        stolen = changed(
            path, "campaigns_lead.jsonl",
            lambda rows: rows.replace(b'"agency_id": ' + number, b'"agency_id": 999'), is_signed=True,
        )  # fmt: skip
        there = client_import(cast.boreal, stolen)
    with tenant_scope(cast.boreal.pk):
        assert set(Lead.objects.values_list("agency_id", "client_id")) == {
            (cast.boreal.pk, there.pk)
        }
