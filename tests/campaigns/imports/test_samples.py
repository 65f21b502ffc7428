"""The samples: each is read without a doubt in every language, brought in once, and taken out in one go."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.errors import DomainError
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.imports.samples import BROUGHT_IN, SAMPLES
from campaigns.models import Cost, DailyFact, ImportBatch, Lead, Sale
from campaigns.services import batch_create, batch_run, preview_of, samples_import, samples_undo
from tests.cast import Cast

LAST = date(2026, 11, 20)


@pytest.mark.parametrize("language", ["en", "es", "pt"])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read_by_the_preset_for_any_table(cast: Cast, name: str, language: str) -> None:
    sample = SAMPLES[name]
    body = sample.text(language, LAST)
    with tenant_transaction(cast.aurora.pk):
        batch = batch_create(
            cast.bodega, [body.encode()], "sample.csv",
            {"kind": sample.kind, "preset": f"generic_{sample.kind}"},
        )  # fmt: skip
        seen = preview_of(cast.bodega, batch)
    assert seen.refusal is None, str(seen.refusal)
    rows = len(list(csv.reader(StringIO(body)))) - 1
    assert seen.counts == {"rows": rows, "good": rows, "bad": 0}
    assert seen.mapping is not None
    assert {each.column for each in seen.mapping.columns.values()} == set(sample.headers(language))


def brought(cast: Cast) -> tuple[int, ...]:
    with tenant_scope(cast.aurora.pk):
        return tuple(model.objects.count() for model in (Lead, Sale, DailyFact, Cost))


def test_sample_data_comes_in_once_and_goes_in_one_go(cast: Cast) -> None:
    with tenant_transaction(cast.aurora.pk):
        batches = samples_import(cast.bodega, "es", is_sent=False)
        assert [batch.pk for batch in samples_import(cast.bodega, "es", is_sent=False)] == [
            batch.pk for batch in batches
        ]
        with pytest.raises(DomainError, match="on its way"):
            samples_undo(cast.bodega)
    for batch in batches:
        ended = batch_run(cast.aurora.pk, cast.bodega.pk, batch.pk)
        assert ended is not None and ended.state == "done", ended and ended.error
        assert ended.source == "sample"
    # 8 weeks of 14 leads, 2 + 3 + 1 + 1 on four days, one more on each third day of the last thirty: 129.
    # 14 of them are younger than six days; of the others each sixth is won: 18, 24 … 126.
    # 60 days x (2 campaigns + 5 channels); 3 x 2 costs
    assert brought(cast) == (129, 19, 420, 6)
    with tenant_transaction(cast.aurora.pk):
        assert samples_undo(cast.bodega) == len(BROUGHT_IN)
    assert brought(cast) == (0, 0, 0, 0)


def page(route: str, *more: str) -> str:
    return reverse(route, args=["aurora", "bodega", *more])


def test_the_sample_of_a_kind_is_downloaded_in_the_readers_language(cast: Cast) -> None:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(cast.marta)
    answer = browser.get(page("import_sample_file", "leads"))
    text = answer.content.decode("utf-8-sig")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sample-leads.csv"'
    assert text.splitlines()[0] == "id,created,name,channel,won,amount"
    assert browser.get(page("import_sample_file", "nothing")).status_code == 404


def test_the_page_brings_it_in_says_so_and_takes_it_out(cast: Cast) -> None:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(cast.marta)
    assert browser.post(page("import_sample")).url == page("data")
    browser.post(page("import_sample"))
    with tenant_scope(cast.aurora.pk):
        assert ImportBatch.objects.filter(source="sample").count() == len(BROUGHT_IN)
    answer = browser.get(page("data"))
    assert "sample data, marked" in answer.content.decode()
    assert answer.context["is_waiting"]  # so the page looks again until it is there
    assert browser.post(page("import_sample_undo")).url == page("data")
