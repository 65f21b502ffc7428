"""/api/v1/clients/<client>/daily-facts/: list, detail, create, change, bulk."""

from typing import Any

import pytest

from accounts.tenancy import tenant_scope
from campaigns.models import DailyFact, SourceSync
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

ADDRESS = "/api/v1/clients/bodega/daily-facts/"
BULK = f"{ADDRESS}bulk/"

ADS = {
    "family": "ads",
    "external_id": "2026-03-01:987",
    "day": "2026-03-01",
    "utm_source": "google",
    "utm_medium": "cpc",
    "campaign": "987",
    "campaign_name": "Otoño",
    "device": "mobile",
    "country": "AR",
    "item": "ad 1",
    "impressions": 12000,
    "clicks": 340,
    "ad_spend": "125.4",
    "platform_conversions": "3.5",
}
ANSWERED = {
    **ADS,
    "source": "google_ads",
    "channel": "paid_search",
    "landing_page": None,
    "platform": "",
    "currency": "EUR",
    "ad_spend": "125.40",
    "platform_conversion_value": None,
    "platform_leads": None,
    "platform_sales": None,
}
WEB = {"family": "web", "external_id": "w-1", "day": "2026-03-01", "sessions": 0}


def test_it_creates_and_shows(cast: Cast, robot: Caller) -> None:
    response = robot.post(ADDRESS, {"source": "google_ads", **ADS})
    assert response.status_code == 201
    answer = response.json()
    number = answer.pop("id")
    assert answer == ANSWERED
    assert robot.get(f"{ADDRESS}{number}/").json() == {"id": number, **ANSWERED}
    assert robot.get(ADDRESS).json() == {"next": None, "results": [{"id": number, **ANSWERED}]}


@pytest.mark.parametrize(
    ("row", "figures"),
    [
        (
            {"family": "mail", "platform": "newsletter", "emails_sent": 2000, "unique_opens": 420},
            {"emails_sent", "emails_delivered", "hard_bounces", "soft_bounces", "unique_opens",
             "unique_clicks", "unsubscribes"},
        ),
        (
            {"family": "social", "platform": "instagram", "followers": 10_310},
            {"post_impressions", "post_engagements", "followers"},
        ),
    ],
)  # fmt: skip
def test_mail_and_networks(
    cast: Cast, robot: Caller, row: dict[str, Any], figures: set[str]
) -> None:
    sent = {"external_id": "1", "day": "2026-03-01", **row}
    response = robot.post(ADDRESS, sent)
    assert response.status_code == 201
    answer = response.json()
    assert {name: answer[name] for name in sent} == sent
    assert figures <= set(answer) and not {"sessions", "clicks"} & set(answer)
    assert robot.post(BULK, {"rows": [sent]}).json()["results"][0]["verdict"] == "same"
    mixed = {**sent, "external_id": "2", "clicks": 5}
    assert robot.post(ADDRESS, mixed).status_code == 400
    with tenant_scope(cast.aurora.pk):
        assert list(SourceSync.objects.values_list("family", flat=True)) == [row["family"]]


def test_zero_is_not_unreported(cast: Cast, robot: Caller) -> None:
    answer = robot.post(ADDRESS, WEB).json()
    assert (answer["sessions"], answer["pageviews"], answer["currency"]) == (0, None, "")
    with tenant_scope(cast.aurora.pk):
        fact = DailyFact.objects.get()
        assert (fact.sessions, fact.pageviews, fact.impressions) == (0, None, None)
        sync = SourceSync.objects.get()
        assert (sync.family, sync.source, sync.is_live) == ("web", "api", True)


def test_a_source_that_files_deliver_stays_what_it_is(cast: Cast, robot: Caller) -> None:
    with tenant_scope(cast.aurora.pk):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="ads", source="google_ads",
            complete_from="2026-01-01", complete_through="2026-02-28",
        )  # fmt: skip
    robot.post(BULK, {"source": "google_ads", "rows": [ADS]})
    with tenant_scope(cast.aurora.pk):
        sync = SourceSync.objects.get()
        assert (sync.is_live, str(sync.complete_through)) == (False, "2026-02-28")


def test_it_changes_what_is_named_and_nothing_else(cast: Cast, robot: Caller) -> None:
    number = robot.post(ADDRESS, {"source": "google_ads", **ADS}).json()["id"]
    response = robot.patch(f"{ADDRESS}{number}/", {"clicks": 341, "impressions": None})
    assert response.status_code == 200
    assert response.json() == {"id": number, **ANSWERED, "clicks": 341, "impressions": None}
    assert robot.patch(f"{ADDRESS}{number}/", response.json()).json() == response.json()


def test_bulk_gives_a_verdict_per_row(cast: Cast, robot: Caller) -> None:
    robot.post(BULK, {"rows": [ADS, WEB]})
    rows = [ADS, {**WEB, "sessions": 9}, {**WEB, "external_id": "w-2"}, {**ADS, "clicks": -1}]
    answer = robot.post(BULK, {"rows": rows}).json()
    assert answer["counts"] == {"new": 1, "changed": 1, "same": 1, "refused": 1}
    verdicts = [result["verdict"] for result in answer["results"]]
    assert verdicts == ["same", "changed", "new", "refused"]
    with tenant_scope(cast.aurora.pk):
        assert sorted(DailyFact.objects.values_list("external_id", "clicks", "sessions")) == [
            ("2026-03-01:987", 340, None), ("w-1", None, 9), ("w-2", None, 0),
        ]  # fmt: skip


def test_the_same_id_in_both_families_is_two_facts(cast: Cast, robot: Caller) -> None:
    rows = [{**WEB, "external_id": "x"}, {**ADS, "external_id": "x"}]
    assert robot.post(BULK, {"rows": rows}).json()["counts"]["new"] == 2


def test_it_lists_the_latest_day_first_and_turns_pages(cast: Cast, robot: Caller) -> None:
    days = ["2026-03-02", "2026-03-05", "2026-03-05", "2026-03-01"]
    rows = [{**WEB, "external_id": str(at), "day": day} for at, day in enumerate(days)]
    robot.post(BULK, {"rows": rows})
    seen: list[str] = []
    page = robot.get(ADDRESS, day_from="2026-03-02", limit=1).json()
    while page["next"]:
        seen += [row["external_id"] for row in page["results"]]
        page = robot.get(page["next"]).json()
    seen += [row["external_id"] for row in page["results"]]
    assert sorted(seen[:2]) == ["1", "2"]
    assert seen[2:] == ["0"]
    assert robot.get(ADDRESS, family="ads").json()["results"] == []


def test_it_requires_a_role(cast: Cast, robot: Caller) -> None:
    number = robot.post(ADDRESS, ADS).json()["id"]
    reading = (403, error("forbidden", capability="see_data"))
    writing = (403, error("forbidden", capability="edit_data"))
    vera, sergio = person(cast.vera, "aurora"), person(cast.sergio, "aurora")
    for caller in (vera, sergio, token(cast.aurora, "read", "leads:write")):
        assert heard(caller.get(ADDRESS)) == reading
        assert heard(caller.get(f"{ADDRESS}{number}/")) == reading
    for caller in (vera, sergio, person(cast.ana, "aurora"), token(cast.aurora, "data:read")):
        assert heard(caller.post(ADDRESS, ADS)) == writing
        assert heard(caller.post(BULK, {"rows": [ADS]})) == writing
        assert heard(caller.patch(f"{ADDRESS}{number}/", {})) == writing
    assert person(cast.marta, "aurora").patch(f"{ADDRESS}{number}/", {}).status_code == 200


def test_it_refuses_malena(
    cast: Cast, robot: Caller, malena_robot: Caller, bodega_robot: Caller
) -> None:
    number = robot.post(ADDRESS, ADS).json()["id"]
    gone = (404, error("not_found"))
    for caller in (malena_robot, person(cast.malena, "boreal")):
        assert heard(caller.get(ADDRESS)) == gone
        assert heard(caller.get(f"{ADDRESS}{number}/")) == gone
        assert heard(caller.post(BULK, {"rows": [ADS]})) == gone
    assert heard(bodega_robot.get("/api/v1/clients/cafe/daily-facts/")) == gone


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"family": "sales"}, "family", "invalid_choice"),
        ({"family": None}, "family", "null"),
        ({"day": "2026-02-31"}, "day", "invalid"),
        ({"day": "1969-12-31"}, "day", "out_of_range"),
        ({"sessions": 5}, "sessions", "other_family"),
        ({"clicks": -1}, "clicks", "min_value"),
        ({"clicks": 1.5}, "clicks", "invalid"),
        ({"clicks": True}, "clicks", "invalid"),
        ({"clicks": 10**16}, "clicks", "max_value"),
        ({"ad_spend": "-0.01"}, "ad_spend", "min_value"),
        ({"ad_spend": "12,50"}, "ad_spend", "invalid"),
        ({"currency": "XXQ"}, "currency", "unknown"),
        ({"device": "toaster"}, "device", "invalid_choice"),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(
    cast: Cast, robot: Caller, change: dict[str, Any], field: str, code: str
) -> None:
    response = robot.post(ADDRESS, {**ADS, **change})
    assert response.status_code == 400
    errors = response.json()["data"]["errors"]
    assert [(one["field"], one["code"]) for one in errors] == [(field, code)]
    with tenant_scope(cast.aurora.pk):
        assert not DailyFact.objects.exists()


def test_a_new_row_needs_its_day(cast: Cast, robot: Caller) -> None:
    response = robot.post(ADDRESS, {"family": "web", "external_id": "w"})
    assert [one["code"] for one in response.json()["data"]["errors"]] == ["required"]


def test_creating_it_twice_is_refused(cast: Cast, robot: Caller) -> None:
    number = robot.post(ADDRESS, ADS).json()["id"]
    assert heard(robot.post(ADDRESS, ADS)) == (409, error("exists", id=number))
