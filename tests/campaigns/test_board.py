"""The board of leads: a column per stage, counted and summed; cards move by the addresses of a lead."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Membership, User
from accounts.tenancy import tenant_scope
from campaigns.models import Lead, Salesperson
from tests.cast import Cast

DAY = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def in_march() -> Any:
    with time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False):
        yield


def address(name: str, *numbers: int) -> str:
    return reverse(name, args=["aurora", "bodega", *numbers])


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def lead(cast: Cast, name: str, **fields: Any) -> Lead:
    with tenant_scope(cast.aurora.pk):
        return Lead.objects.create(
            agency=cast.aurora, client=cast.bodega, source="crm", external_id=name, tz="UTC",
            name=name, created_date=DAY, currency="EUR", **fields,
        )  # fmt: skip


def shown(cast: Cast, user: User, query: str = "") -> dict[str, tuple[int, list[str]]]:
    columns = browser_of(user).get(address("lead_board") + query).context["columns"]
    return {
        each.stage: (each.count, [str(card.lead) for card in each.cards]) for each in columns
    }  # fmt: skip


def test_every_valid_lead_stands_in_the_column_of_its_stage(cast: Cast) -> None:
    lead(cast, "New", amount=100)
    lead(cast, "Second", amount=Decimal("20.50"))
    lead(cast, "Spam", status="spam")
    lead(cast, "Ready", mql_date=DAY, sql_date=DAY)
    lead(cast, "Won", outcome="won", closed_date=DAY)
    lead(cast, "Old", outcome="lost", closed_date=date(2026, 2, 17))  # 31 days ago
    assert shown(cast, cast.ana) == {
        "lead": (2, ["Second", "New"]), "mql": (0, []), "sql": (1, ["Ready"]), "opp": (0, []),
        "customer": (1, ["Won"]), "lost": (0, []),
    }  # fmt: skip
    columns = browser_of(cast.ana).get(address("lead_board")).context["columns"]
    assert columns[0].sums == [(Decimal("120.5"), "EUR")]  # 100 + 20.50


def test_a_column_shows_twelve_and_all_when_asked(cast: Cast) -> None:
    for number in range(14):
        lead(cast, f"L{number}")
    assert len(shown(cast, cast.ana)["lead"][1]) == 12
    assert len(shown(cast, cast.ana, "?whole=lead")["lead"][1]) == 14
    assert len(shown(cast, cast.ana, "?whole=nonsense")["lead"][1]) == 12


def test_a_card_is_moved_and_the_board_comes_back_with_the_way_back(cast: Cast) -> None:
    moved, browser = lead(cast, "Ada"), browser_of(cast.sergio)
    board = address("lead_board")
    part = {"HX-Request": "true", "HX-Target": "board"}
    step = {"stage": "sql", "next": board}
    answer = browser.post(address("lead_move", moved.pk), step, headers=part, follow=True)
    assert answer.redirect_chain == [(board, 302)]
    assert "Moved." in answer["HX-Trigger"] and "/undo/" in answer["HX-Trigger"]
    assert shown(cast, cast.sergio)["sql"] == (1, ["Ada"])
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.get().sql_on == date(2026, 3, 20)
    # Where it cannot go it does not: the reason is told, the board is as it was.
    answer = browser.post(
        address("lead_move", moved.pk), {**step, "stage": "mql"}, headers=part, follow=True
    )
    assert '"tone": "bad"' in answer["HX-Trigger"]
    assert shown(cast, cast.sergio)["sql"] == (1, ["Ada"])


def test_a_sellers_board_begins_with_their_own(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        own = Salesperson.objects.create(
            agency=cast.aurora, client=cast.bodega, external_id="s", name="Sergio",
            membership=Membership.objects.get(user=cast.sergio),
        )  # fmt: skip
    lead(cast, "Mine", salesperson=own)
    lead(cast, "Nobody's")
    assert shown(cast, cast.sergio)["lead"][1] == ["Mine"]
    assert shown(cast, cast.sergio, "?salesperson=all")["lead"][0] == 2
    assert shown(cast, cast.ana, "?salesperson=0")["lead"][1] == ["Nobody's"]


def test_whoever_only_reads_moves_nothing(cast: Cast) -> None:
    lead(cast, "Ada")
    assert "data-move" not in browser_of(cast.ana).get(address("lead_board")).content.decode()
    assert browser_of(cast.vera).get(address("lead_board")).status_code == 403
    assert browser_of(cast.malena).get(address("lead_board")).status_code == 404
