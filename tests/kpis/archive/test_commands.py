"""export_client, check_export and import_client, as an operator types them."""

from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import ImportBatch, Lead
from campaigns.models.batches import BatchState
from campaigns.services import batch_undo
from kpis.archive.packing import MANIFEST
from tests.campaigns.imports.sending import send
from tests.cast import Cast
from tests.kpis.archive.rich import NOW, define, with_facts
from tests.kpis.archive.test_hostile import changed

LEADS = {
    "kind": "leads", "source": "crm", "dates": "ymd",
    "columns": {"external_id": "id", "created": "created"},
}  # fmt: skip


def run(*words: object) -> str:
    out = StringIO()
    call_command(*(str(word) for word in words), stdout=out)
    return out.getvalue()


def refusal(*words: object) -> str:
    with pytest.raises(CommandError) as refused:
        run(*words)
    return str(refused.value)


@pytest.fixture
def packed(cast: Cast, tmp_path: Path) -> Path:
    """Bodega's file, of a client whose 60 leads were written, and two more imported."""
    with time_machine.travel(NOW, tick=False):
        client = with_facts(cast)
        batch = send(client, "id,created\nX1,2026-03-01\nX2,2026-03-02\n", LEADS)
        assert (batch.state, batch.counts["new"]) == ("done", 2)
        with tenant_scope(cast.aurora.pk):
            define(cast.aurora, client)
            for state in (BatchState.PREVIEW, BatchState.QUEUED, BatchState.UNDOING):
                ImportBatch.objects.create(
                    agency=cast.aurora, client=client, kind="leads", state=state, file_path="imports/1"
                )  # fmt: skip
        path = tmp_path / "bodega.zip"
        said = run("export_client", "aurora", "bodega", path)
        assert said.startswith(f"{path}: ") and "totals." in said
    return path


def test_written_checked_and_brought_in(cast: Cast, packed: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        checked = run("check_export", packed)
        assert "Bodega: whole;" in checked and "come out as stated" in checked
        assert f"{'campaigns_lead':>32} {62:>10,}" in checked
        assert run("import_client", packed, "--agency", "boreal") == "Bodega: /a/boreal/c/bodega/\n"
        twice = refusal("import_client", packed, "--agency", "boreal")
        assert "has a client Bodega already" in twice and "--name" in twice
        told = run("import_client", packed, "--agency", "aurora", "--name", "Bodega 2").splitlines()
        assert told == [
            "own_calls is the agency's own: it is the same.",
            "custom_calls_per_lead is the agency's own: it is the same.",
            "Bodega 2: /a/aurora/c/bodega-2/",
        ]
    with tenant_scope(cast.boreal.pk):
        there = Client.objects.get(slug="bodega")
        assert Lead.objects.filter(client=there).count() == 62
        states = ImportBatch.objects.filter(client=there).order_by("pk")
        assert [(row.state, row.file_path) for row in states[len(states) - 4 :]] == [
            ("done", ""), ("failed", ""), ("failed", ""), ("done", ""),
        ]  # fmt: skip


def test_an_import_that_came_with_an_archive_is_not_undone(cast: Cast, packed: Path) -> None:
    """What that needs stayed behind: it says so, and nothing of it goes."""
    with time_machine.travel(NOW, tick=False):
        run("import_client", packed, "--agency", "boreal")
    with tenant_scope(cast.boreal.pk):
        there = Client.objects.get(slug="bodega")
        batch = ImportBatch.objects.filter(client=there, kind="leads", state="done").order_by("pk")[
            0
        ]
        with pytest.raises(Exception, match="came with the export of the client"):
            batch_undo(there, batch)
        assert Lead.objects.filter(client=there).count() == 62
    page = f"/a/boreal/c/bodega/data/{batch.pk}/"
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(cast.malena)
    said = browser.get(page).content.decode()
    assert "It came with the export of the client and cannot be undone here" in said
    assert f"{page}undo/" not in said
    answer = browser.post(f"{page}undo/", follow=True)
    assert "came with the export" in " ".join(map(str, answer.context["messages"]))


def test_what_an_operator_mistypes_is_told(cast: Cast, packed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    assert "There is no agency nobody." in refusal("export_client", "nobody", "bodega", other)
    assert "has no client nothing" in refusal("export_client", "aurora", "nothing", other)
    assert "has no client dulce" in refusal("export_client", "aurora", "dulce", other), "Malena's"
    assert "is there already" in refusal("export_client", "aurora", "bodega", packed)
    far = tmp_path / "far" / "bodega.zip"
    assert "There is no folder" in refusal("export_client", "aurora", "bodega", far)
    assert "There is no agency nobody." in refusal("import_client", packed, "--agency", "nobody")
    for command in (("check_export",), ("import_client", "--agency", "boreal")):
        assert "There is no file" in refusal(*command, other)


def test_what_is_wrong_with_a_file_is_told(cast: Cast, packed: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.zip"
    words.write_text("no zip")
    spoiled = changed(packed, "campaigns_lead.jsonl", lambda rows: rows.replace(b"X1", b"X3"))
    with time_machine.travel(NOW, tick=False):
        for command in (("check_export",), ("import_client", "--agency", "boreal")):
            assert "It is no zip file, or it is broken." in refusal(*command, words)
            assert "campaigns_lead.jsonl has been changed since" in refusal(*command, spoiled)
        newer = changed(packed, MANIFEST, lambda text: text.replace(b'"schema": 2', b'"schema": 3'))
        for command in (("check_export",), ("import_client", "--agency", "boreal")):
            assert "update this one first" in refusal(*command, newer)
    with tenant_scope(cast.boreal.pk):
        assert list(Client.objects.values_list("name", flat=True)) == ["Dulce"]
