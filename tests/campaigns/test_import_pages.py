"""Importing on the data page: sent, looked at, mapped, started, followed, downloaded, undone."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from accounts.tenancy import tenant_transaction
from campaigns.models import ImportBatch, ImportMapping, Lead
from campaigns.services import batch_run
from tests.cast import Cast

LEADS = (
    "id,began so,channel,who\n"
    "1,2026-03-01,Google,Ada\n"
    "2,2026-02-31,Google,=cmd|' /C calc'!A0\n"
    "3,2026-03-02,Google,Cleo\n"
)


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def address(route: str, *numbers: int) -> str:
    return reverse(route, args=["aurora", "bodega", *numbers])


def upload(browser: Browser, text: str, reading: str = "preset:generic_leads", **more: str) -> Any:
    file = SimpleUploadedFile("leads.csv", text.encode(), content_type="text/csv")
    data = {"file": file, "reading": reading, "period": "refuse", **more}
    return browser.post(address("import_new"), data)


def mapped(**more: str) -> dict[str, str]:
    """The form that maps the columns of LEADS."""
    return {
        "source": "crm",
        "period": "refuse",
        "map_external_id": "=id",
        "map_created": "=began so",
        "map_channel": "=channel",
        "values_channel": "Google = paid_search\n* = unassigned",
        "map_name": "=who",
        **more,
    }


def batch(cast: Cast) -> ImportBatch:
    with tenant_transaction(cast.aurora.pk):
        return ImportBatch.objects.get()


def test_a_file_is_imported_without_its_bad_row_and_undone(committed_cast: Cast) -> None:
    cast = committed_cast
    browser = browser_of(cast.marta)
    sent = upload(browser, LEADS)
    number = batch(cast).pk
    assert sent.url == address("import_detail", number)

    # No preset knows “began so”: the page says so and offers the columns of the file.
    seen = browser.get(sent.url).context
    assert seen["preview"].refusal.code in ("missing_column", "wrong_layout")
    assert seen["form"].preview.headers == ("id", "began so", "channel", "who")

    looked = browser.post(address("import_start", number), mapped(do="look")).context["preview"]
    assert looked.counts == {"rows": 3, "good": 2, "bad": 1}
    assert [(row.line, row.state) for row in looked.rows] == [(2, "good"), (3, "bad"), (4, "good")]
    assert batch(cast).state == "preview"

    start = mapped(do="start", without_bad_rows="on")
    browser.post(address("import_start", number), start)
    assert batch(cast).state == "queued"
    assert browser.get(address("import_progress", number)).status_code == 200
    batch_run(cast.aurora.pk, cast.bodega.pk, number)
    assert browser.get(address("import_progress", number)).headers["HX-Refresh"] == "true"

    done = browser.get(address("import_detail", number)).context
    assert [count for _label, count in done["counts"]][:2] == [2, 2]
    assert (done["refused_count"], done["may_undo"], done["written_by"]) == (1, True, "Marta")
    with tenant_transaction(cast.aurora.pk):
        leads = Lead.objects.order_by("external_id").values_list("name", "channel", "source")
        assert list(leads) == [("Ada", "paid_search", "crm"), ("Cleo", "paid_search", "crm")]

    answer = browser.get(address("import_refused", number)).content.decode("utf-8-sig")
    _head, line = list(csv.reader(StringIO(answer)))
    assert line[:3] == ["3", "began so", "2026-02-31"]
    assert line[-1] == "'=cmd|' /C calc'!A0"

    plan = browser.get(address("import_undo", number)).context["plan"]
    assert (plan.deeds.removed, plan.deeds.edited, plan.later) == (2, 0, [])
    browser.post(address("import_undo", number))
    assert batch(cast).state == "undone"
    with tenant_transaction(cast.aurora.pk):
        assert Lead.objects.count() == 0


def test_a_mapping_is_saved_and_used_again(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    upload(browser, LEADS)
    saving = mapped(do="save", name="Our CRM")
    browser.post(address("import_start", batch(cast).pk), saving)
    with tenant_transaction(cast.aurora.pk):
        saved = ImportMapping.objects.get()
    assert saved.mapping["columns"] == {
        "external_id": "id",
        "created": "began so",
        "channel": {
            "column": "channel",
            "values": {"google": "paid_search"},
            "default": "unassigned",
        },
        "name": "who",
    }
    again = upload(browser, LEADS, f"saved:{saved.pk}", complete_through="2026-03-31")
    preview = browser.get(again.url).context["preview"]
    assert (preview.refusal, preview.counts["bad"]) == (None, 1)
    assert str(preview.mapping.complete_through) == "2026-03-31"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"PK\x03\x04" + b"\0" * 40, "zip"), (b"", "")],
    ids=["zip", "empty"],
)
def test_what_is_no_table_of_text_is_refused_at_once(
    cast: Cast, content: bytes, words: str
) -> None:
    file = SimpleUploadedFile("leads.csv", content, content_type="text/csv")
    data = {"file": file, "reading": "preset:generic_leads", "period": "refuse"}
    answer = browser_of(cast.marta).post(address("import_new"), data)
    (error,) = answer.context["form"].errors["file"]
    assert words in error.lower()
    with tenant_transaction(cast.aurora.pk):
        assert ImportBatch.objects.count() == 0


def test_a_file_is_discarded(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    upload(browser, LEADS)
    browser.post(address("import_discard", batch(cast).pk))
    with tenant_transaction(cast.aurora.pk):
        assert ImportBatch.objects.count() == 0


def test_an_analyst_sees_it_and_starts_nothing(cast: Cast) -> None:
    upload(browser_of(cast.marta), LEADS)
    number = batch(cast).pk
    seen = browser_of(cast.ana).get(address("import_detail", number))
    assert (seen.status_code, seen.context["form"]) == (200, None)
    start = browser_of(cast.ana).post(address("import_start", number), mapped(do="start"))
    assert (start.status_code, batch(cast).state) == (403, "preview")


def test_malena_finds_nothing(cast: Cast) -> None:
    upload(browser_of(cast.marta), LEADS)
    number = batch(cast).pk
    browser = browser_of(cast.malena)
    assert browser.get(address("import_detail", number)).status_code == 404
    own = reverse("import_detail", args=["boreal", "dulce", number])
    assert browser.get(own).status_code == 404
