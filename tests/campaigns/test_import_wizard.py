"""The wizard: a file is recognised, its texts are given a meaning, and the next file is read the same way."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from accounts.tenancy import tenant_transaction
from campaigns.models import ImportBatch, ImportMapping, Lead
from campaigns.services import batch_run
from tests.campaigns.imports.workbooks import workbook
from tests.cast import Cast

CRM = (
    "Ficha;Alta;Nombre;Resultado;Cierre;Importe\n"
    "1;2026-03-01;Ada;Cerrado ganado;2026-03-20;100,50\n"
    "2;2026-03-02;Bea;Cerrado ganado;2026-03-21;1.200,00\n"
    "3;2026-03-03;Cleo;Se fue;2026-03-22;\n"
    "4;2026-02-31;Dina;;;\n"
)
COLUMNS = {
    "map_external_id": "=Ficha",
    "map_created": "=Alta",
    "map_name": "=Nombre",
    "map_outcome": "=Resultado",
    "map_closed": "=Cierre",
    "map_amount": "=Importe",
}


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def address(route: str, *numbers: int) -> str:
    return reverse(route, args=["aurora", "bodega", *numbers])


def send(browser: Browser, body: str | bytes, reading: str = "auto", name: str = "crm.csv") -> Any:
    content = body.encode() if isinstance(body, str) else body
    data = {"file": SimpleUploadedFile(name, content), "reading": reading, "period": "refuse"}
    return browser.post(address("import_new"), data)


def newest(cast: Cast) -> ImportBatch:
    with tenant_transaction(cast.aurora.pk):
        return ImportBatch.objects.latest("pk")


def looked(browser: Browser, number: int, **more: str) -> Any:
    data = {"source": "crm", "period": "refuse", "do": "look", **COLUMNS, **more}
    return browser.post(address("import_start", number), data, headers={"hx-request": "true"})


def test_an_export_is_recognised_by_its_header(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    text = (
        "Berichtsstart;Berichtsende;Kampagnenname;Tag;Ausgegebener Betrag (EUR);Impressionen\n"
        "2026-09-01;2026-09-01;Marke;2026-09-01;4,50;100\n"
    )
    seen = browser.get(send(browser, text).url).context
    assert (newest(cast).kind, newest(cast).mapping["preset"]) == ("daily", "meta_ads_manager")
    assert (seen["preview"].refusal, seen["preview"].counts["good"]) == (None, 1)


def test_the_sheet_that_is_recognised_is_taken(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    book = workbook({"Notas": [["hola"]], "Leads": [["id", "created"], [1, "2026-03-01"]]})
    seen = browser.get(send(browser, book, name="libro.xlsx").url).context
    assert (newest(cast).kind, newest(cast).mapping["sheet"]) == ("leads", "Leads")
    assert seen["preview"].counts == {"rows": 1, "good": 1, "bad": 0}
    assert [value for value, _label in seen["form"].fields["sheet"].choices] == [
        "", "Notas", "Leads",
    ]  # fmt: skip


def test_texts_are_listed_with_their_counts_and_given_a_meaning(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    send(browser, CRM, "preset:generic_leads")
    number = newest(cast).pk
    answer = looked(browser, number)
    rows = {row.choice.name: row for row in answer.context["form"].rows()}
    outcome = rows["map_outcome"]
    assert [(text.text, text.count, text.code, text.is_known) for text in outcome.texts] == [
        ("Cerrado ganado", 2, "", False),
        ("Se fue", 1, "", False),
    ]
    assert (outcome.fault.count, outcome.fault.line) == (3, 2)
    assert rows["map_created"].fault.problem.value == "2026-02-31"
    assert rows["map_name"].examples == ("Ada", "Bea", "Cleo")
    assert "<html" not in answer.content.decode(), "htmx gets the wizard alone"

    chosen = {}
    for text, code in zip(outcome.texts, ("won", "lost"), strict=True):
        chosen |= {f"text_{text.name}": text.text, f"code_{text.name}": code}
    seen = looked(browser, number, **chosen).context["preview"]
    assert seen.counts == {"rows": 4, "good": 3, "bad": 1}
    assert set(seen.faults) == {"Alta"}

    # Whoever comes back, or goes back, finds it as it was left.
    again = browser.get(address("import_detail", number)).context
    assert again["preview"].counts == seen.counts
    assert again["preview"].mapping.columns["outcome"].values == {
        "cerrado ganado": "won",
        "se fue": "lost",
    }


def test_a_saved_way_is_offered_when_the_same_columns_come(committed_cast: Cast) -> None:
    cast = committed_cast
    browser = browser_of(cast.marta)
    send(browser, CRM, "preset:generic_leads")
    table = "Cerrado ganado = won\nSe fue = lost"
    looked(browser, newest(cast).pk, do="save", name="Our CRM", values_outcome=table)
    with tenant_transaction(cast.aurora.pk):
        saved = ImportMapping.objects.get()
    assert not {"encoding", "delimiter", "complete_through"} & set(saved.mapping)

    later = CRM.replace("2026-02-31", "2026-03-04").replace(";", "\t").encode("utf-16")
    seen = browser.get(send(browser, later, name="abril.txt").url).context
    assert (seen["preview"].refusal, seen["preview"].counts["good"]) == (None, 4)
    batch = newest(cast)
    mapping = seen["form"].base
    data = {
        "source": mapping["source"], "period": "refuse", "do": "start", **COLUMNS,
        "values_outcome": table,
    }  # fmt: skip
    assert browser.post(address("import_start", batch.pk), data).status_code == 302
    assert batch_run(cast.aurora.pk, cast.bodega.pk, batch.pk).state == "done"  # type: ignore[union-attr]
    with tenant_transaction(cast.aurora.pk):
        assert list(Lead.objects.order_by("external_id").values_list("outcome", flat=True)) == [
            "won", "won", "lost", "",
        ]  # fmt: skip


def test_another_way_is_chosen_and_keeps_what_the_file_is(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    send(browser, "mes,importe\n2026-03,5.00\n".encode("utf-16-le"), "preset:generic_leads")
    number = newest(cast).pk
    data = {"do": "read", "reading": "preset:generic_costs"}
    seen = browser.post(address("import_start", number), data).context["preview"]
    assert (seen.refusal, seen.counts) == (None, {"rows": 1, "good": 1, "bad": 0})
    assert (newest(cast).kind, newest(cast).mapping["encoding"]) == ("costs", "utf-16-le")
    browser.post(address("import_start", number), {"do": "read", "reading": "preset:nothing"})
    assert newest(cast).kind == "costs"


def test_a_value_for_every_row_is_asked_for_where_it_is_missing(cast: Cast) -> None:
    """A choice is looked at at once: before anything could be written beside it."""
    browser = browser_of(cast.marta)
    send(browser, CRM, "preset:generic_leads")
    seen = looked(browser, newest(cast).pk, map_created="!")
    refusal = seen.context["preview"].refusal
    assert (seen.status_code, refusal.code, refusal.data["column"]) == (200, "missing", "created")
    assert str(refusal) in [row.refusal for row in seen.context["form"].rows()]


def test_the_period_of_a_ga4_file_is_offered(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    text = (
        "# Start date: 20260901\n# End date: 20260930\n"
        "Session primary channel group (Default Channel Group),Sessions\nDirect,30\n"
    )
    seen = browser.get(send(browser, text).url).context
    assert seen["preview"].refusal.code == "period_unstated"
    form = seen["form"]
    assert (form["constant_starts"].value(), form["constant_ends"].value()) == (
        "2026-09-01",
        "2026-09-30",
    )
    data = {name: form[name].value() or "" for name in form.fields} | {"do": "look"}
    seen = browser.post(address("import_start", newest(cast).pk), data | {"period": "spread"})
    assert seen.context["preview"].refusal is None
    assert seen.context["preview"].counts["good"] == 1


def test_a_viewer_changes_nothing_and_malena_sees_nothing(cast: Cast) -> None:
    send(browser_of(cast.marta), CRM, "preset:generic_leads")
    number = newest(cast).pk
    assert looked(browser_of(cast.ana), number).status_code == 403
    assert looked(browser_of(cast.malena), number).status_code == 404
    assert "outcome" not in newest(cast).mapping["columns"]
