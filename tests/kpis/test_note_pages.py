"""Notes and unusual days as pages, and their marks on the charts."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Membership
from accounts.tenancy import tenant_scope
from kpis.models import Annotation, Anomaly, AnomalyDismissal
from kpis.notes.services import Effect, NoteWish, note_add, notes_judge
from tests.cast import Cast
from tests.kpis.explain.world import tell
from tests.kpis.test_why_page import words

BODEGA = "/a/aurora/c/bodega/"
NOTES, UNUSUAL = f"{BODEGA}notes/", f"{BODEGA}unusual/"
MARCH_10 = date(2026, 3, 10)
HOSTILE = "<script>alert(1)</script> & co"
BY_DAY = {"period": "last_complete_month", "compare": "previous", "by": "day"}


@pytest.fixture
def told(cast: Cast) -> Iterator[Cast]:
    """One note for the agency, one for the client with an effect that came about; one odd day."""
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            tell(cast.bodega)
            author = Membership.objects.get(agency=cast.aurora, user=cast.alicia)
            note_add(cast.bodega, NoteWish(MARCH_10, HOSTILE), author.pk)
            effect = Effect("leads", "down", date(2026, 3, 31))
            shared = NoteWish(date(2026, 3, 1), "New form", visibility="client", effect=effect)
            note_add(cast.bodega, shared, author.pk)
            notes_judge(cast.bodega, date(2026, 4, 10))
            Anomaly.objects.create(
                agency=cast.aurora, client=cast.bodega, day=MARCH_10, kpi="leads", value=40,
                expected=5, low=1, high=12, p=0.0001, rule="count",
            )  # fmt: skip
        yield cast


def get(browser: Browser, who: Any, path: str, **params: str) -> Any:
    browser.force_login(who)
    return browser.get(path, params, headers={"Accept-Language": "en"})


def post(browser: Browser, who: Any, path: str, **body: Any) -> Any:
    browser.force_login(who)
    return browser.post(path, body, headers={"Accept-Language": "en"})


def stored(cast: Cast) -> list[Annotation]:
    with tenant_scope(cast.aurora.pk):
        return list(Annotation.objects.order_by("pk"))


def test_the_list_shows_text_as_text_and_what_came_of_it(client: Browser, told: Cast) -> None:
    page = get(client, told.alicia, NOTES)
    assert "<script>alert" not in page.content.decode()
    text = words(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co Alicia Agency" in text
    assert "New form Alicia Agency and client Leads should fall Came about 50 → 40:" in text
    assert "1–31 Mar 2026 against 1–28 Feb 2026 (previous period)" in text


def test_vera_sees_what_is_shared_with_her(client: Browser, told: Cast) -> None:
    text = words(get(client, told.vera, NOTES))
    assert "New form" in text
    for hidden in ("alert", "Alicia", "New note", "Edit", "Removed"):
        assert hidden not in text


def test_a_note_is_added_from_a_kpis_page_and_leads_back(client: Browser, told: Cast) -> None:
    form = get(client, told.marta, f"{NOTES}new/", back="cpl")
    assert form.status_code == 200
    body = {"starts_on": "2026-03-05", "text": "Fair", "visibility": "client"}
    response = post(client, told.marta, f"{NOTES}new/?back=cpl", **body)
    assert (response.status_code, response["Location"]) == (302, f"{BODEGA}kpi/cpl/")
    note = stored(told)[-1]
    assert (note.text, note.ends_on, note.visibility, note.kpi) == (
        "Fair", date(2026, 3, 5), "client", "",
    )  # fmt: skip
    elsewhere = post(client, told.marta, f"{NOTES}new/?back=//evil.example", **body)
    assert elsewhere["Location"] == NOTES


def test_percent_is_written_as_percent(client: Browser, told: Cast) -> None:
    body = {
        "starts_on": "2026-03-05", "text": "x", "visibility": "agency", "kpi": "cpl",
        "direction": "down", "size": "12.5", "size_as": "relative", "judged_on": "2026-04-30",
    }  # fmt: skip
    post(client, told.marta, f"{NOTES}new/", **body)
    note = stored(told)[-1]
    assert str(note.size) == "0.1250000000"
    form = get(client, told.marta, f"{NOTES}{note.pk}/").content.decode()
    assert 'value="12,5"' in form  # as numbers are written in Madrid
    assert "CPL should fall by at least 12,5 %" in words(get(client, told.marta, NOTES))
    post(client, told.marta, f"{NOTES}{note.pk}/", **{**body, "size": "2", "size_as": "absolute"})
    assert str(stored(told)[-1].size) == "2.0000000000"


def test_removed_twice_is_once_and_put_back(client: Browser, told: Cast) -> None:
    number = stored(told)[0].pk
    for _again in range(2):
        assert post(client, told.marta, f"{NOTES}{number}/remove/").status_code == 302
    assert "Put back" in words(get(client, told.marta, NOTES))
    post(client, told.marta, f"{NOTES}{number}/restore/")
    assert stored(told)[0].removed_at is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": ""}, "This field is required."),
        ({"text": "x" * 501}, "at most 500"),
        ({"starts_on": "2026-02-31"}, "Enter a valid date."),
        ({"ends_on": "2026-01-01"}, "The period ends before it begins."),
        ({"direction": "up"}, "Choose the KPI that should move."),
        ({"kpi": "leads"}, "An expected effect needs this."),
        ({"kpi": "nothing"}, "not one of the available choices"),
        (
            {"kpi": "leads", "direction": "up", "judged_on": "2026-03-05"},
            "It can only be judged after it began.",
        ),
    ],
)
def test_bad_input(client: Browser, told: Cast, change: dict[str, str], said: str) -> None:
    body = {"starts_on": "2026-03-05", "text": "Fair", "visibility": "agency", **change}
    response = post(client, told.marta, f"{NOTES}new/", **body)
    assert response.status_code == 200
    assert said in words(response)
    assert len(stored(told)) == 2


def test_malena_finds_nothing(client: Browser, told: Cast) -> None:
    for path in (NOTES, f"{NOTES}new/", f"{NOTES}{stored(told)[0].pk}/", UNUSUAL):
        assert get(client, told.malena, path).status_code == 404


def test_another_clients_note_is_not_found(client: Browser, told: Cast) -> None:
    number = stored(told)[0].pk
    assert get(client, told.alicia, f"/a/aurora/c/cafe/notes/{number}/").status_code == 404


def chart_of(page: Any) -> dict[str, Any]:
    found = re.search(r'id="trend-data"[^>]*>(.*?)</script>', page.content.decode())
    assert found
    chart: dict[str, Any] = json.loads(found[1])
    return chart


def marks(page: Any) -> dict[str, dict[int, str]]:
    """Per kind of mark its texts by the day of March they stand on."""
    return {
        dataset["rumbo"]["role"]: {
            place + 1: text for place, text in enumerate(dataset["rumbo"]["texts"]) if text
        }
        for dataset in chart_of(page)["data"]["datasets"]
        if dataset["rumbo"]["role"] in ("unusual", "note")
    }


def test_marks_on_the_chart(client: Browser, told: Cast) -> None:
    page = get(client, told.alicia, f"{BODEGA}kpi/leads/", **BY_DAY)
    assert marks(page) == {
        "unusual": {10: "40, expected 5 (1 to 12)"},
        "note": {1: "New form", 10: HOSTILE},
    }
    assert "40, expected 5 (1 to 12)" in words(page)  # the table twin
    assert marks(get(client, told.vera, f"{BODEGA}kpi/leads/", **BY_DAY))["note"] == {1: "New form"}
    # Unusual figures are of the whole client and of single days.
    assert "unusual" not in marks(
        get(client, told.alicia, f"{BODEGA}kpi/leads/", **BY_DAY, channel="email")
    )
    weekly = get(client, told.alicia, f"{BODEGA}kpi/leads/", **{**BY_DAY, "by": "week"})
    assert list(marks(weekly)) == ["note"]


def test_the_dashboard_lists_unusual_days(client: Browser, told: Cast) -> None:
    text = words(get(client, told.vera, BODEGA, period="last_complete_month"))
    assert "Unusual days All New leads 10 Mar 2026 40 expected 5" in text
    assert "Unusual days" not in words(get(client, told.vera, BODEGA, period="yesterday"))


def test_dismissed_with_a_reason_and_taken_back(client: Browser, told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        number = Anomaly.objects.get().pk
    empty = post(client, told.marta, f"{UNUSUAL}{number}/dismiss/", reason=" ")
    assert empty.status_code == 302
    assert "Say in a few words" in words(get(client, told.marta, UNUSUAL))
    for _again in range(2):
        post(client, told.marta, f"{UNUSUAL}{number}/dismiss/", reason=f"Fair {HOSTILE}")
    page = get(client, told.marta, UNUSUAL)
    assert "Fair &lt;script&gt;alert(1)&lt;/script&gt; &amp; co Marta" in words(page)
    assert "<script>alert" not in page.content.decode()
    kpi = get(client, told.alicia, f"{BODEGA}kpi/leads/", **BY_DAY)
    assert list(marks(kpi)) == ["note"]
    post(client, told.marta, f"{UNUSUAL}{number}/restore/")
    with tenant_scope(told.aurora.pk):
        assert not AnomalyDismissal.objects.exists()


def test_the_part_about_the_change_names_both(client: Browser, told: Cast) -> None:
    text = words(get(client, told.alicia, f"{BODEGA}kpi/leads/why/", **BY_DAY))
    assert "Unusual days 10 Mar 2026 : 40 expected 5" in text
    assert "Noted in these days" in text
    assert "New form Came about" in text
